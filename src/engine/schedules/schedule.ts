/** Share of the learning rate, from the share of the steps after the warm-up that are done, both in [0, 1]. */
export type ScheduleBuild = (done: number) => number;
