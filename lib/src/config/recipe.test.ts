import { describe, expect, it } from 'vitest';
import { checkConfig, ConfigError, preset, PRESETS, recipeDifferences, recipeLines, withFields } from '.';
import type { PresetName } from '.';

const full = preset('laptop');

describe('recipeLines', () => {
  it.each(Object.keys(PRESETS) as PresetName[])('says every field of preset %s, and rebuilds it', (name) => {
    const config = preset(name);
    const lines = recipeLines(config).map((line) => line.replace(/\s+=\s+/, '='));
    const scrambled = withFields(full, []);
    expect(withFields(scrambled, lines)).toEqual(config);
    expect(new Set(lines).size).toBe(lines.length);
  });

  it('names a term of the objective by its kind', () => {
    expect(recipeLines(full).map((line) => line.replace(/\s+/g, ' '))).toEqual(
      expect.arrayContaining([
        'view.fraction = [0.4,0.6]',
        'contrast.margin = 0.4',
        'backbone.kind = efficientnet-lite0',
      ]),
    );
  });
});

describe('recipeDifferences', () => {
  it('says what is changed and which term is missing, and nothing of the same config', () => {
    expect(recipeDifferences(full, full)).toEqual([]);
    const other = withFields(full, ['view.kind=random', 'contrast.margin=0.2']);
    expect(recipeDifferences(full, other)).toEqual(['view.kind = random', 'contrast.margin = 0.2']);
    const less = { ...full, objective: full.objective.filter(({ kind }) => kind !== 'distill') };
    expect(recipeDifferences(full, less)).toEqual(['no distill term']);
    expect(recipeDifferences(less, full)).toEqual(expect.arrayContaining(['distill.temperature = 4']));
  });
});

describe('withFields', () => {
  it('reads numbers, flags, lists and words', () => {
    const changed = withFields(full, [
      'view.fraction=[0.2, 0.3]',
      'distill.stopGradient=false',
      'view.mask = mean',
      'seed=7',
    ]);
    expect(changed.view).toMatchObject({ fraction: [0.2, 0.3], mask: 'mean' });
    expect(changed.objective[2]).toMatchObject({ kind: 'distill', stopGradient: false });
    expect(changed.seed).toBe(7);
    expect(checkConfig(changed)).toEqual(changed);
    expect(full.seed).toBe(1);
  });

  it('refuses what is no assignment or no field, and leaves values to the check', () => {
    expect(() => withFields(full, ['view.mask'])).toThrow(/write field=value/);
    expect(() => withFields(full, ['view.masc=mean'])).toThrow(
      /no field is called view\.masc: choose from .*view\.mask/,
    );
    expect(() => checkConfig(withFields(full, ['view.mask=sharp']))).toThrow(ConfigError);
  });
});
