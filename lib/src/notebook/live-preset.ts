/** Presets for runs in a cell. */
import { merge, preset } from '../config';
import type { Config, Patch, PresetName } from '../config';

/** A cell waits for a few dozen epochs of `tiny` at the most, so there it learns faster than by its default. */
const LIVE: Readonly<Partial<Record<PresetName, Patch<Config>>>> = { tiny: { optimizer: { rate: 0.01 } } };

/** A preset as a live run takes it, with the fields of `patch` changed. @throws Error where there is no such preset */
export const livePreset = (name: PresetName, patch: Patch<Config> = {}): Config =>
  merge<Config>(preset(name, LIVE[name]), patch);
