/** The exercises of the notebook on this question. */

export const dataExercises = {} as const;
