/** How long a loop waited for its items and how long it worked on them, in milliseconds. */
export interface Waiting {
  readonly waited: number;
  readonly worked: number;
}

/** The share of the time that was spent waiting, 0..1; 0 where no time has passed. */
export const waitingShare = ({ waited, worked }: Waiting): number =>
  waited + worked > 0 ? waited / (waited + worked) : 0;

/** Above this share the images hold the training up. */
const MUCH = 0.02;

/** The share as a sentence for people, with what to do where it is large. */
export function waitingNote(waiting: Waiting): string {
  const share = waitingShare(waiting);
  const said = `Waited for images ${(100 * share).toFixed(1)} % of the time.`;
  if (share <= MUCH) return said;
  return `${said} A smaller input.sourceSize, more memory for decoded images (CSDNET_MEMORY) or fewer runs at a time would shorten it.`;
}

/** The waiting of several loops together. */
export const sumWaiting = (parts: readonly Waiting[]): Waiting => ({
  waited: parts.reduce((sum, { waited }) => sum + waited, 0),
  worked: parts.reduce((sum, { worked }) => sum + worked, 0),
});

/**
 * Passes items on and notes how long each was waited for and how long the caller then worked, until it asked for the next.
 *
 * @param note called after each item
 * @param clock milliseconds, rising
 */
export async function* timed<T>(
  items: AsyncIterable<T>,
  note: (part: Waiting) => void,
  clock: () => number = () => performance.now(),
): AsyncGenerator<T, void, undefined> {
  let asked = clock();
  for await (const item of items) {
    const given = clock();
    try {
      yield item;
    } finally {
      const waited = given - asked;
      asked = clock();
      note({ waited, worked: asked - given });
    }
  }
}
