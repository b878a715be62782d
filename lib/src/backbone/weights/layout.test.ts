import { describe, expect, it } from 'vitest';
import { convnet } from '../convnet';
import { efficientNetLite0 } from '../efficientnet-lite';
import type { ParameterSpec } from '../architecture';
import { matchWeights } from './layout';
import type { RawTensor, StateDict } from './state-dict';

const spec = (name: string, shape: readonly number[], group: ParameterSpec['group'] = 'trunk'): ParameterSpec => ({
  ...{ name, shape, group, init: { kind: 'zeros' }, decay: false, stride: 1 },
});
const raw = (...shape: number[]): RawTensor => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
});
const fileOf = (entries: Record<string, RawTensor>): StateDict => new Map(Object.entries(entries));

/** A file in torch's layout that fits an architecture. */
function fitting(parameters: readonly ParameterSpec[]): Map<string, RawTensor> {
  return new Map(
    parameters.map(({ name, shape }) => {
      if (shape.length === 4) {
        const [k, , c, d] = shape as [number, number, number, number];
        return [name, d === 1 ? raw(c, 1, k, k) : raw(d, c, k, k)];
      }
      return [name, raw(...[...shape].reverse())];
    }),
  );
}

describe('matchWeights', () => {
  it('turns a convolution [out, in, k, k] into [k, k, in, out]', () => {
    const found = matchWeights([spec('w', [2, 2, 3, 4])], fileOf({ w: raw(4, 3, 2, 2) })).get('w')!;
    const at = (d: number, c: number, y: number, x: number): number => ((d * 3 + c) * 2 + y) * 2 + x;
    let i = 0;
    for (let y = 0; y < 2; y++)
      for (let x = 0; x < 2; x++)
        for (let c = 0; c < 3; c++) for (let d = 0; d < 4; d++) expect(found[i++]).toBe(at(d, c, y, x));
  });

  it('turns a depthwise kernel [c, 1, k, k] into [k, k, c, 1], a dense one over its diagonal, and leaves vectors', () => {
    expect([...matchWeights([spec('w', [2, 2, 3, 1])], fileOf({ w: raw(3, 1, 2, 2) })).get('w')!]).toEqual([
      0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11,
    ]);
    expect([...matchWeights([spec('w', [3, 2])], fileOf({ w: raw(2, 3) })).get('w')!]).toEqual([0, 3, 1, 4, 2, 5]);
    expect([...matchWeights([spec('w', [3])], fileOf({ w: raw(3) })).get('w')!]).toEqual([0, 1, 2]);
  });

  it.each([
    ['convnet', convnet(5)],
    ['EfficientNet-Lite0', efficientNetLite0(1000)],
  ])('accepts a file that fits: %s', (_name, { parameters }) => {
    expect(matchWeights(parameters, fitting(parameters)).size).toBe(parameters.length);
  });

  it('lists what is missing, what is too much and what has another shape, all at once', () => {
    const specs = [spec('a', [2]), spec('b', [3]), spec('c', [1, 1, 2, 2])];
    const file = fileOf({ b: raw(4), c: raw(2, 1, 3, 3), d: raw(1) });
    expect(() => matchWeights(specs, file)).toThrow(
      [
        'The weight file does not fit this architecture:',
        '  - missing: a [2]',
        '  - wrong shape: b is [4], expected [3]',
        '  - wrong shape: c is [3, 3, 1, 2], expected [1, 1, 2, 2]',
        '  - surplus: d',
      ].join('\n'),
    );
  });

  it('does not print hundreds of lines for the weights of something else', () => {
    const file = fitting(convnet(5).parameters);
    expect(() => matchWeights(efficientNetLite0(5).parameters, file)).toThrow(/and \d{3} more$/);
  });

  it('leaves out the groups that are made fresh, and does not call them surplus', () => {
    const specs = [spec('a', [2]), spec('head', [7], 'head')];
    expect([...matchWeights(specs, fileOf({ a: raw(2), head: raw(1000) }), ['head']).keys()]).toEqual(['a']);
    expect([...matchWeights(specs, fileOf({ a: raw(2) }), ['head']).keys()]).toEqual(['a']);
  });
});
