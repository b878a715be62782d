/** The exercises of the notebook on this question. */

export const errorsExercises = {} as const;
