import { describe, expect, it } from 'vitest';
import { checkConfig, findTerm, preset, PRESETS } from '../../config';
import type { Config, PresetName, Term } from '../../config';
import { TABLES, tableNamed } from '.';
import { without, withTerm } from '../variant';

/** Every table but those of whole modules: one switch of the full model each. */
const switches = Object.entries(TABLES).filter(([key]) => key !== 'modules' && key !== 'shots');

const kindsOf = (config: ReturnType<typeof preset>) => config.objective.map(({ kind }) => kind);

describe('ablation tables', () => {
  for (const name of Object.keys(PRESETS) as PresetName[]) {
    it(`gives valid configs with different names and contents from preset ${name}`, () => {
      for (const table of Object.values(TABLES)) {
        const variants = table.variants(preset(name));
        for (const { config } of variants) expect(checkConfig(config)).toEqual(config);
        expect(new Set(variants.map((variant) => variant.name)).size).toBe(variants.length);
        expect(new Set(variants.map(({ config }) => JSON.stringify(config))).size).toBe(variants.length);
        const names = variants.map((variant) => variant.name);
        const named = [table.reference, table.full, ...('control' in table ? [table.control] : [])];
        expect(names).toEqual(expect.arrayContaining(named));
      }
    });
  }

  it('is the 2^3 grid of the modules, and the matched control', () => {
    const full = preset('laptop');
    const seen = TABLES.modules
      .variants(full)
      .map(({ name, config }) => [name, config.view.kind, kindsOf(config).slice(1).join('+')]);
    expect(seen).toEqual([
      ['baseline', 'none', ''],
      ['two views (control)', 'random', ''],
      ['SSDP', 'crop', ''],
      ['DDL', 'none', 'contrast'],
      ['SSDT', 'random', 'distill'],
      ['SSDP + DDL', 'crop', 'contrast'],
      ['SSDP + SSDT', 'crop', 'distill'],
      ['DDL + SSDT', 'random', 'contrast+distill'],
      ['SSDP + DDL + SSDT', 'crop', 'contrast+distill'],
    ]);
  });

  it('compares with the preset as it is, which has a row of its own where none of the listed values is its', () => {
    const full = preset('laptop');
    for (const [name, table] of switches) {
      const variants = table.variants(full);
      expect(variants.find((variant) => variant.name === table.reference)?.config, name).toEqual(full);
      expect(variants.length, name).toBeGreaterThan(1);
    }
    const long = withTerm(full, 'contrast', { queueLength: 300 });
    expect(TABLES.length.variants(long)[0]).toMatchObject({ name: 'default', config: long });
  });

  it('gives a transformer its attention, and a convolutional backbone none', () => {
    const names = (name: PresetName) => TABLES.saliency.variants(preset(name)).map((variant) => variant.name);
    expect(names('laptop')).toEqual([
      ...['activation, stride 8', 'default', 'activation, stride 32'],
      ...['activation, as a soft mask', 'learnt kernel, as a soft mask', 'the truth (upper bound)'],
    ]);
    expect(names('paper')).toEqual([
      ...['activation, stride 16', 'default', 'attention rolled out'],
      ...['activation, as a soft mask', 'learnt kernel, as a soft mask', 'the truth (upper bound)'],
    ]);
  });

  /** Fields that are no switch of a module. */
  const FIXED = ['kind'];
  type Part = 'view' | Term['kind'];
  const partOf = (config: Config, part: Part): Readonly<Record<string, unknown>> => ({
    ...(part === 'view' ? config.view : findTerm(config, part)!),
  });
  it.each(['view', 'classify', 'contrast', 'distill'] as const)('has a table for every switch of %s', (part) => {
    const full = preset('laptop');
    const rows = switches.flatMap(([, table]) => table.variants(full));
    const original = partOf(full, part);
    const untouched = Object.keys(original)
      .filter((field) => part === 'view' || !FIXED.includes(field))
      .filter((field) =>
        rows.every(({ config }) => JSON.stringify(partOf(config, part)[field]) === JSON.stringify(original[field])),
      );
    // The cross-entropy is the yardstick: the other terms' weights are relative to it.
    expect(untouched).toEqual(part === 'classify' ? ['weight'] : []);
  });

  it('leaves the full config as it is', () => {
    const full = preset('tiny');
    const before = JSON.stringify(full);
    without(full, 'contrast');
    expect(findTerm(withTerm(full, 'contrast', { margin: 0.1 }), 'contrast')?.margin).toBe(0.1);
    expect(JSON.stringify(full)).toBe(before);
    expect(() => withTerm(without(full, 'distill'), 'distill', { temperature: 1 })).toThrow(/no distill term/);
  });

  it('names the tables there are when asked for another', () => {
    expect(() => tableNamed('nonsense')).toThrow(/table "nonsense": choose one of modules, view, saliency/);
  });
});
