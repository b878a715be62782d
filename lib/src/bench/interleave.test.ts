/** The rounds, with contestants that only remember; and a peer in a process of its own that speaks the protocol. */
import { describe, expect, it } from 'vitest';
import type { Contestant } from './contestant';
import { interleave } from './interleave';
import { startWorker } from './worker-process';

function rememberer(label: string, turns: string[], times: readonly number[]): Contestant {
  let at = 0;
  return {
    label,
    prepare: () => Promise.resolve({ first: { values: [] }, second: { values: [] }, engine: label }),
    time: (iterations) => {
      turns.push(`${label}${iterations}`);
      return Promise.resolve(Array.from({ length: iterations }, () => times[at++ % times.length]!));
    },
    peak: () => Promise.resolve(null),
    end: () => Promise.resolve(),
  };
}

describe('interleaved rounds', () => {
  it('give every contestant a turn a round, and begin each with another', async () => {
    const turns: string[] = [];
    const two = [rememberer('a', turns, [10]), rememberer('b', turns, [20])];
    const [a, b] = await interleave(two, { rounds: 3, turn: 40 });
    expect(turns.slice(0, 2)).toEqual(['a1', 'b1']);
    expect(turns.slice(2)).toEqual(['a4', 'b2', 'b2', 'a4', 'a4', 'b2']);
    expect([a!.rounds, b!.rounds]).toEqual([
      [10, 10, 10],
      [20, 20, 20],
    ]);
  });

  it('do not count what a turn begins with', async () => {
    const [cold] = await interleave([rememberer('a', [], [1, 90, 1, 2, 3])], { rounds: 1, turn: 4 });
    expect(cold).toEqual({ rounds: [2], iterations: 4 });
  });

  it('are fewer where they would take longer than their budget, but three at least', async () => {
    const rounds = async (budget: number): Promise<number> => {
      const two = [rememberer('a', [], [10]), rememberer('b', [], [30])];
      return (await interleave(two, { rounds: 9, turn: 30, budget }))[0]!.rounds.length;
    };
    expect(await Promise.all([1, 300, 1e6].map(rounds))).toEqual([3, 5, 9]);
  });

  it('stop before the next turn', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(interleave([rememberer('a', [], [1])], { rounds: 1, turn: 1, signal: stop.signal })).rejects.toThrow();
  });
});

const fakePeer = (body: string) =>
  startWorker({
    ...{ command: process.execPath, label: 'a fake peer' },
    args: [
      '-e',
      `require('readline').createInterface({input: process.stdin}).on('line', (line) => { const r = JSON.parse(line); ${body} })`,
    ],
  });

describe('a peer in a process', () => {
  it('is asked and answers line by line; what else it prints is passed over', async () => {
    const peer = fakePeer(
      "console.log('a banner'); console.log(JSON.stringify({milliseconds: Array(r.iterations).fill(7)}))",
    );
    expect(await peer.ask({ call: 'time', iterations: 2 })).toEqual({ milliseconds: [7, 7] });
    expect(await peer.ask({ call: 'time', iterations: 1 })).toEqual({ milliseconds: [7] });
    await peer.end();
    await expect(peer.ask({})).rejects.toThrow('a fake peer ended with status 0');
  });

  it('says what failed', async () => {
    const peer = fakePeer("console.log(JSON.stringify({error: 'no such kind'}))");
    await expect(peer.ask({})).rejects.toThrow('a fake peer: no such kind');
    await peer.end();
  });

  it('that ends in between is told of with its last words', async () => {
    const peer = fakePeer("console.error('out of luck'); process.exitCode = 3; process.stdin.destroy()");
    await expect(peer.ask({})).rejects.toThrow(/a fake peer ended with status 3\.\nout of luck/);
    await peer.end();
    const nobody = startWorker({ command: '/nowhere/python', args: [], label: 'nobody' });
    await expect(nobody.ask({})).rejects.toThrow(/nobody could not be started: .*ENOENT/);
    await nobody.end();
  });
});
