/** The standard normal distribution, as Student's t with so many degrees of freedom that they agree to twelve digits. */
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import tQuantile from '@stdlib/stats-base-dists-t-quantile';

const DEGREES = 1e12;

/** Phi(x), the chance of a value up to x. */
export const normalCdf = (x: number): number => tCdf(x, DEGREES);

/** Phi^-1(p). */
export const normalQuantile = (p: number): number => tQuantile(p, DEGREES);
