import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LiveDisplay } from '../report';
import { interruptible, InterruptedError, stoppedBy } from './interrupt';
import { bar, counter, progressHtml, spell, throttle, timeLeft } from './progress';

afterEach(() => vi.restoreAllMocks());

describe('progress', () => {
  it('spells times, and promises nothing in the first second', () => {
    expect([8.4, 75, -3].map(spell)).toEqual(['8 s', '1 min 15 s', '0 s']);
    expect(timeLeft(0.5, 0.5)).toBe('estimating the time left');
    expect(timeLeft(10, 0.25)).toBe('about 30 s left');
    expect(timeLeft(10, 0)).toBe('estimating the time left');
    expect(timeLeft(10, 1)).toBe('done in 10 s');
  });

  it('clips the bar and escapes the text', () => {
    const html = progressHtml(1.7, 'a <b> & c');
    expect(html).toContain('width:100%');
    expect(html).toContain('a &lt;b&gt; &amp; c');
  });

  it('draws at most once in a while, but always the end', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    const lines: string[] = [];
    const display = { html: (text: string) => lines.push(text) } as unknown as LiveDisplay;
    const open = vi.fn(() => display);
    const tell = counter('drawing', open);
    expect(open).not.toHaveBeenCalled();
    tell(1, 3);
    tell(2, 3);
    now.mockReturnValue(2000);
    tell(3, 3);
    expect(open).toHaveBeenCalledTimes(1);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('drawing: 3 of 3, done in 2 s');
    const due = throttle(1);
    expect([due(), due()]).toEqual([true, false]);
  });
});

describe('a bar', () => {
  it('tells the time left, at most once in a while, and its end with the time that all took', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    const lines: string[] = [];
    const shown = bar({ html: (text: string) => lines.push(text) } as unknown as LiveDisplay, 0.4);
    for (const at of [2000, 2300, 2500]) {
      now.mockReturnValue(at);
      shown.at(0.25, `drawn at ${at}`);
    }
    shown.end(0.5, (took) => `half, ${took}`);
    expect(lines).toEqual([
      progressHtml(0.25, 'drawn at 2000, about 6 s left'),
      progressHtml(0.25, 'drawn at 2500, about 8 s left'),
      progressHtml(0.5, 'half, done in 3 s'),
    ]);
  });
});

describe('the stop button', () => {
  const others = process.listeners('SIGINT');
  afterEach(() => expect(process.listeners('SIGINT')).toEqual(others));

  it('sets the signal, keeps the kernel from abandoning the cell, and leaves all as it was', async () => {
    const kernel = vi.fn();
    process.on('SIGINT', kernel);
    try {
      const result = await interruptible(async (signal) => {
        process.emit('SIGINT');
        return signal.reason as unknown;
      });
      expect(result).toBeInstanceOf(InterruptedError);
      expect(kernel).not.toHaveBeenCalled();
      process.emit('SIGINT');
      expect(kernel).toHaveBeenCalledTimes(1);
    } finally {
      process.off('SIGINT', kernel);
    }
  });

  it('leaves all as it was when the work throws', async () => {
    await expect(interruptible(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('is told apart from an end and from an error', async () => {
    const stop = async (signal: AbortSignal): Promise<void> => {
      process.emit('SIGINT');
      signal.throwIfAborted();
    };
    expect(await stoppedBy(stop)).toBe(true);
    expect(await stoppedBy(() => Promise.resolve())).toBe(false);
    await expect(stoppedBy(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
