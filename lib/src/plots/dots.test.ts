import { describe, expect, it } from 'vitest';
import { tInterval } from '../metrics/interval';
import { dotPanels, type DotKind } from './dots';
import type { ScatterTrace } from './figure';

const KINDS: readonly DotKind[] = [
  { name: 'ours', symbol: 'circle', colour: '#0072B2', bars: true },
  { name: 'theirs', symbol: 'x', colour: '#767676', bars: false },
];
const options = { title: 'T', kinds: KINDS, rows: ['a <b>', 'c'], caption: 'look', run: 'r1' };
const panel = (xTitle: string) => ({
  xTitle,
  values: [[tInterval([0.2, 0.4]), null], [tInterval([0.1]), tInterval([0.3])]], // prettier-ignore
});

describe('dotPanels', () => {
  it('draws a dot a value in percent, bars where the kind has them, and nothing for null', () => {
    const { data, layout, meta } = dotPanels([panel('one (%)'), panel('two (%)')], options);
    const [ours, theirs, second] = data as ScatterTrace[];
    expect(data).toHaveLength(4);
    expect([ours!.x, ours!.y, theirs!.y]).toEqual([[expect.closeTo(30, 9)], [0], [0, 1]]);
    expect(ours!.error_x!.array[0]).toBeCloseTo(127.062047, 4);
    expect(theirs!.error_x).toBeUndefined();
    expect([second!.xaxis, second!.showlegend, ours!.showlegend]).toEqual(['x2', false, true]);
    expect(layout.yaxis!.ticktext).toEqual(['a &lt;b&gt;', 'c']);
    expect(layout.xaxis2!.domain![1] - layout.xaxis2!.domain![0]).toBeCloseTo(layout.xaxis!.domain![1], 12);
    expect(meta).toEqual({ caption: 'look', run: 'r1' });
  });

  it('has a point and no bar for a single value, and refuses what does not fit', () => {
    const lone = dotPanels([{ xTitle: 'x', values: [[tInterval([0.5])], [null]] }], { ...options, rows: ['a'] });
    expect((lone.data[0] as ScatterTrace).error_x).toMatchObject({ array: [0], arrayminus: [0] });
    expect(() => dotPanels([], options)).toThrow('at least one panel');
    expect(() => dotPanels([{ xTitle: 'x', values: [[null, null]] }], options)).toThrow('2 x 2 values');
  });
});
