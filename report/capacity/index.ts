/** Who waits, how much of the machines is used, and what it costs: a stack simulated under its load. */
export { compareCapacity, DEFAULT_REPLICATIONS, type CompareOptions } from "./compare";
export { capacityChart } from "./chart";
export { FEWEST_REPLICATIONS } from "./estimate";
export { capacityText, recommendationText } from "./text";
export { CapacityError } from "./system";
export { DEFAULT_TARGET_MINUTES, recommend, type Recommendation, type RecommendedClass, type RecommendedMaximum, type RecommendOptions } from "./recommend";
export type { CapacityComparison, CapacityOutcome, CapacityStack, ClassDifference, ClassOutcome, Estimate, PoolOutcome, RunOutcome, Waits } from "./model";
