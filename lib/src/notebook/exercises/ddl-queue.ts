/** The exercises of the notebook on this question. */

export const ddlQueueExercises = {} as const;
