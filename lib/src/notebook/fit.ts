import type { Figure } from '../plots';

/** The width of a notebook's page in JupyterLab on a small screen, in pixels: a picture that is wider is scrolled. */
export const PAGE = 840;

/** A figure of pictures made narrower, with its height in proportion; words keep their size. A narrow one stays as it is. */
export function fitWidth(figure: Figure, most: number): Figure {
  const { width, height, margin = {} } = figure.layout;
  if (width === undefined || height === undefined || width <= most) return figure;
  const across = (margin.l ?? 0) + (margin.r ?? 0);
  const along = (margin.t ?? 0) + (margin.b ?? 0);
  const share = (most - across) / (width - across);
  return { ...figure, layout: { ...figure.layout, width: most, height: Math.round(along + (height - along) * share) } };
}
