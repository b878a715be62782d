/** Every exercise by its name. */
import { ablationsExercises } from './ablations';
import { baselineExercises } from './baseline';
import { dataExercises } from './data';
import { ddlQueueExercises } from './ddl-queue';
import { errorsExercises } from './errors';
import { mapExercises } from './map';
import { queueAtlasExercises } from './queue-atlas';
import { ssdpViewsExercises } from './ssdp-views';
import { ssdtDistillationExercises } from './ssdt-distillation';
import { yourDataExercises } from './your-data';

export const EXERCISES = {
  ...mapExercises,
  ...dataExercises,
  ...baselineExercises,
  ...ssdpViewsExercises,
  ...ddlQueueExercises,
  ...ssdtDistillationExercises,
  ...ablationsExercises,
  ...queueAtlasExercises,
  ...errorsExercises,
  ...yourDataExercises,
} as const;
