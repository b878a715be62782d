import { aircraft } from './aircraft';
import { cars, carsInOne } from './cars';
import { csv } from './csv';
import { cub, nabirds } from './cub';
import { dogs } from './dogs';
import { fileNames } from './file-names';
import { folders } from './folders';
import type { Layout } from './layout';
import { plantPathology } from './plant-pathology';
import { ufg } from './ufg';

export type { Layout, Plan } from './layout';
export { ufg } from './ufg';

/** Every layout that is known, the more specific first: where two fit, the first is taken. */
export const LAYOUTS: readonly Layout[] = [
  ufg,
  nabirds,
  cub,
  dogs,
  cars,
  carsInOne,
  aircraft,
  plantPathology,
  csv,
  fileNames,
  folders,
];
