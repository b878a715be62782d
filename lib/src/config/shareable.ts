import path from 'node:path';
import type { Config } from './config';

/** A config as others may see it: a dataset's folder on this machine becomes its name. */
export const shareable = (config: Config): Config => ({
  ...config,
  dataset: { ...config.dataset, name: path.basename(config.dataset.name) },
});
