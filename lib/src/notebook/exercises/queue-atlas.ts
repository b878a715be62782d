/** The exercises of the notebook on this question. */

export const queueAtlasExercises = {} as const;
