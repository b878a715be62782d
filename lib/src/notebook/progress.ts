/** A progress bar with the time left, as HTML that a live display rewrites in place. */
import { safe } from '../plots';
import type { LiveDisplay } from '../report';

/** 75 -> "1 min 15 s", 8.4 -> "8 s". */
export function spell(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** The time left, from the seconds so far and the share done; nothing is promised in the first second. */
export function timeLeft(seconds: number, share: number): string {
  if (share >= 1) return `done in ${spell(seconds)}`;
  return share <= 0 || seconds < 1
    ? 'estimating the time left'
    : `about ${spell((seconds * (1 - share)) / share)} left`;
}

/** The bar: `share` in 0..1, and a line of text beside it. */
export function progressHtml(share: number, text: string): string {
  const percent = Math.round(100 * Math.min(1, Math.max(0, share)));
  return (
    '<div style="display:flex;align-items:center;gap:10px;font-family:sans-serif;font-size:13px">' +
    '<div style="width:260px;height:12px;background:#e6e6e6;border-radius:6px;overflow:hidden">' +
    `<div style="width:${percent}%;height:12px;background:#0072B2"></div></div><span>${percent} %, ${safe(text)}</span></div>`
  );
}

/** Seconds since it was made. */
export function stopwatch(): () => number {
  const begin = performance.now();
  return () => (performance.now() - begin) / 1000;
}

/** True at most once in `seconds`: what keeps a live display from drawing more often than an eye can follow. */
export function throttle(seconds: number): () => boolean {
  let last = -Infinity;
  return () => {
    const now = performance.now() / 1000;
    if (now - last < seconds) return false;
    last = now;
    return true;
  };
}

/** A bar with the time left, on a live display. */
export interface Bar {
  /** Draws a share of 0..1 with a text and the time left, where the last drawing is long enough ago. */
  readonly at: (share: number, text: string) => void;
  /** Draws the last share with its text, which is given the time that all took. */
  readonly end: (share: number, text: (took: string) => string) => void;
}

/** A bar that draws at most once in `every` seconds, and its end in any case. */
export function bar(display: LiveDisplay, every: number): Bar {
  const [seconds, due] = [stopwatch(), throttle(every)];
  return {
    at: (share, text) => {
      if (due()) display.html(progressHtml(share, `${text}, ${timeLeft(seconds(), share)}`));
    },
    end: (share, text) => display.html(progressHtml(share, text(timeLeft(seconds(), 1)))),
  };
}

/** Counts work on a live display that appears with the first item: for `onProgress` of a loader. */
export function counter(what: string, open: () => LiveDisplay): (done: number, total: number) => void {
  const seconds = stopwatch();
  const due = throttle(0.3);
  let display: LiveDisplay | undefined;
  return (done, total) => {
    if (done < total && !due()) return;
    display ??= open();
    display.html(progressHtml(done / total, `${what}: ${done} of ${total}, ${timeLeft(seconds(), done / total)}`));
  };
}
