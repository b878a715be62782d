import { describe, expect, it } from 'vitest';
import { checkConfig, hashOf, identityOf, preset, withFields, withLaterFields } from '.';
import type { Config } from '.';
import { runId } from '../ablation/record';

/** A config as it was kept before the later fields came. */
function older(config: Config): Config {
  const copy = structuredClone(config);
  Reflect.deleteProperty(copy.dataset, 'validation');
  Reflect.deleteProperty(copy.training, 'bestOnTest');
  return copy;
}

const sources = { dataset: 'd', weights: null };

describe('the name of a run', () => {
  it.each([
    ['tiny', '4db5ea717c7f', 'b0c69ffd04d6'],
    ['laptop', 'f3681fe3a478', 'c012c90e7cef'],
    ['paper', 'f71e8ed537f9', 'c5aacc868942'],
  ] as const)('is what it was before the later fields came: %s', (name, id, checkpoint) => {
    // Written down from the version before, whose defaults these were.
    const config = withFields(preset(name), ['contrast.weight=1', 'contrast.reduction=queue']);
    expect(runId(config, sources)).toBe(id);
    expect(runId(older(config), sources)).toBe(id);
    expect(hashOf(identityOf(config))).toBe(checkpoint);
  });

  it('is another with each of them', () => {
    const config = preset('tiny');
    const others = ['holdout:1', 'fold:1/5', 'fold:2/5'].map((value) =>
      withFields(config, [`dataset.validation=${value}`]),
    );
    const all = [config, ...others, withFields(config, ['training.bestOnTest=true'])];
    expect(new Set(all.map((one) => runId(one, sources))).size).toBe(all.length);
  });
});

describe('a config that was kept before the later fields came', () => {
  it('means their defaults, in a record as in a model file', () => {
    const config = preset('tiny');
    expect(withLaterFields(older(config))).toEqual(config);
    expect(checkConfig(older(config))).toEqual(config);
  });

  it('keeps what it says', () => {
    const config = withFields(preset('tiny'), ['dataset.validation=holdout:2', 'training.bestOnTest=true']);
    expect(withLaterFields(config)).toEqual(config);
  });
});
