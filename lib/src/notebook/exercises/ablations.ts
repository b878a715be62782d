/** The exercises of the notebook on this question. */

export const ablationsExercises = {} as const;
