/** The exercises of the notebook on this question. */

export const ssdpViewsExercises = {} as const;
