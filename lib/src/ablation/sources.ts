/** What a run starts from beside its config. Reads files, and no tensor: the command line plans with it. */
import { weightsFingerprint } from '../backbone/weights/files';
import type { Config } from '../config';
import type { Dataset } from '../data';
import type { RunSources } from './record';

/** What a run of a config on a dataset starts from. @throws where the weight file is not there */
export const sourcesOf = (config: Config, dataset: Dataset): RunSources => ({
  dataset: dataset.fingerprint,
  weights: weightsFingerprint(config.backbone) ?? null,
});
