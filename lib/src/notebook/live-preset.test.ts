import { expect, it } from 'vitest';
import { preset, PRESETS, type PresetName } from '../config';
import { livePreset } from './live-preset';

it('lets tiny learn faster and leaves the other presets as they are; the patch comes last', () => {
  expect(livePreset('tiny')).toEqual(preset('tiny', { optimizer: { rate: 0.01 } }));
  for (const name of (Object.keys(PRESETS) as PresetName[]).filter((one) => one !== 'tiny'))
    expect(livePreset(name)).toEqual(preset(name));
  expect(livePreset('tiny', { seed: 3, optimizer: { rate: 0.02 } })).toEqual(
    preset('tiny', { seed: 3, optimizer: { rate: 0.02 } }),
  );
  expect(() => livePreset('huge' as PresetName)).toThrow('choose one of');
});
