/** The exercises of the notebook on this question. */

export const baselineExercises = {} as const;
