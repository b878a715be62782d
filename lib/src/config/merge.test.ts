import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { merge } from './config';
import { preset, PRESETS } from './presets';

type Tree = { [key: string]: Tree | number | number[] | string | null };

const key = fc.constantFrom('a', 'b', 'c', 'd');
const { tree } = fc.letrec<{ tree: Tree; node: Tree[string] }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.integer(),
    fc.string(),
    fc.constant(null),
    fc.array(fc.integer()),
    tie('tree'),
  ),
  tree: fc.dictionary(key, tie('node'), { maxKeys: 4, noNullPrototype: true }),
}));
const pair = (base: Tree, patch: Tree): Tree => merge(base, patch as never);
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same, slowly: for every path the patch's leaf where it has one, else the base's. */
function reference(base: Tree[string] | undefined, patch: Tree[string] | undefined): Tree[string] | undefined {
  if (patch === undefined) return base;
  if (!isTree(patch) || !isTree(base)) return patch;
  const keys = new Set([...Object.keys(base), ...Object.keys(patch)]);
  return Object.fromEntries([...keys].map((name) => [name, reference(base[name], patch[name])])) as Tree;
}

describe('merge', () => {
  it('equals the reference, and neither argument changes', () => {
    fc.assert(
      fc.property(tree, tree, (base, patch) => {
        const before = JSON.stringify([base, patch]);
        expect(pair(base, patch)).toEqual(reference(base, patch));
        expect(JSON.stringify([base, patch])).toBe(before);
      }),
      { seed: 1 },
    );
  });

  it('has the empty patch as its neutral element, and a second application changes nothing', () => {
    fc.assert(
      fc.property(tree, tree, (base, patch) => {
        expect(pair(base, {})).toEqual(base);
        expect(pair(pair(base, patch), patch)).toEqual(pair(base, patch));
      }),
      { seed: 2 },
    );
  });

  it('replaces lists whole and merges records', () => {
    const config = preset('tiny', { objective: [], view: { fraction: [0.1, 0.2] }, input: { imageSize: 96 } });
    expect(config.objective).toEqual([]);
    expect(config.view).toEqual({ ...PRESETS.tiny.config.view, fraction: [0.1, 0.2] });
    expect(config.input).toEqual({ ...PRESETS.tiny.config.input, imageSize: 96 });
  });

  it('does not reach the prototype of all objects', () => {
    const patch = JSON.parse('{"__proto__": {"polluted": true}}') as Tree;
    pair({}, patch);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('preset', () => {
  it('names the choices where there is no such preset', () => {
    expect(() => preset('huge' as never)).toThrow(`preset "huge": choose one of ${Object.keys(PRESETS).join(', ')}`);
    expect(() => preset('toString' as never)).toThrow('preset "toString": choose one of');
  });
});
