import { describe, expect, it } from 'vitest';
import { sumWaiting, timed, waitingNote, waitingShare, type Waiting } from './waiting';

/** Items that take `making` each to come, on a clock that only they and the caller turn. */
async function loop(making: readonly number[], working: number, stopAt = Infinity): Promise<Waiting[]> {
  let now = 100;
  async function* items(): AsyncGenerator<number> {
    for (const time of making) {
      await Promise.resolve();
      now += time;
      yield time;
    }
  }
  const parts: Waiting[] = [];
  let count = 0;
  for await (const item of timed(
    items(),
    (part) => parts.push(part),
    () => now,
  )) {
    // prettier-ignore
    expect(item).toBe(making[count]);
    now += working;
    if (++count === stopAt) break;
  }
  return parts;
}

describe('timed', () => {
  it('tells waiting from work, item by item', async () => {
    expect(await loop([5, 0, 20], 75)).toEqual([
      { waited: 5, worked: 75 },
      { waited: 0, worked: 75 },
      { waited: 20, worked: 75 },
    ]);
    expect(waitingShare(sumWaiting(await loop([5, 0, 20], 75)))).toBe(0.1);
  });

  it('counts the last item of a loop that is left', async () => {
    expect(await loop([5, 5, 5], 10, 2)).toHaveLength(2);
    expect(await loop([], 10)).toEqual([]);
  });
});

describe('the note', () => {
  it('says the share, and what to do where it is above 2 %', () => {
    expect(waitingNote({ waited: 3, worked: 997 })).toBe('Waited for images 0.3 % of the time.');
    expect(waitingNote({ waited: 20, worked: 980 })).toBe('Waited for images 2.0 % of the time.');
    expect(waitingNote({ waited: 21, worked: 979 })).toMatch(/^Waited for images 2\.1 % of the time\. .*CSDNET_MEMORY/);
    expect(waitingNote({ waited: 0, worked: 0 })).toBe('Waited for images 0.0 % of the time.');
  });
});
