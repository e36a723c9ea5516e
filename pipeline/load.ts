/** What a stack has to carry: how much work comes when, how long it takes, and how long machines take to be there. A forecast, dated, from config. */
export type { Change, Duration, JobDurations, Load } from "./schema/load";
