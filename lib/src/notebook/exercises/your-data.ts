/** The exercises of the notebook on this question. */

export const yourDataExercises = {} as const;
