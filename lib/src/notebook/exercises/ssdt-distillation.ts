/** The exercises of the notebook on this question. */

export const ssdtDistillationExercises = {} as const;
