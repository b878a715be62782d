import { describe, expect, it } from 'vitest';
import { figureToSvg } from '../report/svg';
import type { ScatterTrace } from './figure';
import { mapPanels, type MapPanel, type PanelOptions } from './map-panels';

const OPTIONS: PanelOptions = { title: 'Maps', groupNames: ['oak', 'ash'], caption: 'What to see.' };
const panel = (scale: number, more: Partial<MapPanel> = {}): MapPanel => ({
  title: `times ${scale}`,
  points: [
    { x: 0, y: 0, group: 0 },
    { x: scale, y: scale, group: 1, shape: 1, hover: 'a < b' },
  ],
  ...more,
});
const tracesOf = (panels: readonly MapPanel[], more: Partial<PanelOptions> = {}) =>
  mapPanels(panels, { ...OPTIONS, ...more }).data as readonly ScatterTrace[];

describe('mapPanels', () => {
  it('keeps one scale for panels that share their plane, and each its own where they do not', () => {
    const width = ([first, second]: readonly ScatterTrace[], i: number): number =>
      (second!.x[i] as number) - (first!.x[i] as number);
    const shared = tracesOf([panel(1), panel(2)]);
    expect(width(shared, 1)).toBeCloseTo(2 * width(shared, 0), 3);
    const own = tracesOf([panel(1), panel(2)], { shared: false });
    expect(width(own, 1)).toBeCloseTo(width(own, 0), 3);
  });

  it('draws y upwards: its axis runs downwards, from panel to panel', () => {
    const [low, high] = tracesOf([panel(1)]);
    expect(high!.y[0] as number).toBeLessThan(low!.y[0] as number);
  });

  it('puts one trace for each group and form, one entry a group in the legend, and safe words on the points', () => {
    const traces = tracesOf([panel(1), panel(2)]);
    expect(traces.map(({ name }) => name)).toEqual(['oak', 'ash']);
    expect(traces[1]!.text).toEqual(['a &lt; b', 'a &lt; b']);
    expect(traces[1]!.marker!.symbol).toBe('diamond');
  });

  it('draws each arrow as a line of its own, with a ring at its end', () => {
    const [lines, rings] = tracesOf([panel(1, { arrows: [[0, 0, 1, 1], [1, 0, 0, 1]] })]); // prettier-ignore
    expect(lines!.x.filter((v) => v === null).length).toBe(2);
    expect(rings!.x).toEqual([lines!.x[1], lines!.x[4]]);
  });

  it('is a figure that can be drawn, with titles, notes and the run', () => {
    const svg = figureToSvg(mapPanels([panel(1, { note: 'trust 0.9' })], { ...OPTIONS, run: 'abc' }));
    for (const text of ['times 1', 'trust 0.9', 'oak', 'run abc']) expect(svg).toContain(text);
  });

  it('refuses nothing, and places that are none', () => {
    expect(() => mapPanels([], OPTIONS)).toThrow(/no panel/);
    expect(() => mapPanels([{ title: '', points: [] }], OPTIONS)).toThrow(/needs points/);
    expect(() => mapPanels([{ title: '', points: [{ x: NaN, y: 0, group: 0 }] }], OPTIONS)).toThrow(/finite/);
  });
});
