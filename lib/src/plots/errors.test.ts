import { describe, expect, it } from 'vitest';
import { calibration } from '../metrics';
import { figureToSvg } from '../report';
import { confusionChange } from './confusion-change';
import { reliabilityDiagram } from './reliability';
import type { BarTrace, HeatmapTrace, ScatterTrace } from './figure';

describe('reliabilityDiagram', () => {
  const found = calibration([0.3, 0.4, 0.4, 0.5, 0.7, 0.7, 0.8, 0.8, 0.9, 0.9], [0, 1, 0, 1, 1, 0, 1, 0, 0, 1], 2);
  const figure = reliabilityDiagram(found, { run: 'abc' });

  it('draws accuracy at the mean confidence of each bin, and the images of each bin', () => {
    const [, dots, right, wrong] = figure.data as [ScatterTrace, ScatterTrace, BarTrace, BarTrace];
    expect(dots.x).toEqual([expect.closeTo(40, 9), expect.closeTo(80, 9)]);
    expect(dots.y).toEqual([50, 50]);
    expect([right.y, wrong.y]).toEqual([[2, 3], [2, 3]]); // prettier-ignore
    expect(figure.meta!.caption).toContain('Expected calibration error 22.0 %; on the whole 14.0 points too sure');
  });

  it('draws, leaves empty bins out, and refuses a figure of nothing', () => {
    expect(figureToSvg(figure)).toContain('Test images');
    const sparse = reliabilityDiagram(calibration([0.95], [1]));
    expect((sparse.data[1] as ScatterTrace).x).toEqual([95]);
    expect(() => reliabilityDiagram({ ece: 0, gap: 0, bins: [] })).toThrow('no image in any bin');
  });
});

describe('confusionChange', () => {
  const before = [[2, 1], [0, 3]]; // prettier-ignore
  const after = [[3, 0], [2, 1]]; // prettier-ignore

  it('is after minus before around a white zero, with signs in the cells', () => {
    const figure = confusionChange(before, after, { names: ['a', 'b'] });
    const heat = figure.data[0] as HeatmapTrace;
    expect(heat.z).toEqual([[1, -1], [2, -2]]); // prettier-ignore
    expect([heat.zmin, heat.zmax]).toEqual([-2, 2]);
    expect(heat.text).toEqual([['+1', '\u22121'], ['+2', '\u22122']]); // prettier-ignore
    expect(figure.meta!.caption).toContain('4 cells change');
    expect(figure.meta!.caption).toContain('changes by \u22121 images');
    expect(figureToSvg(figure)).toContain('+2');
  });

  it('says so where nothing changes, and refuses matrices that do not fit', () => {
    expect(confusionChange(before, before).meta!.caption).toContain('0 cells change');
    expect(() => confusionChange(before, [[1]])).toThrow('2 classes before and 1 after');
    expect(() => confusionChange(before, [[1], [1]])).toThrow('square');
  });
});
