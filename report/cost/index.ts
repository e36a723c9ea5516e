/** What a stack costs, an hour and a month. */
export { poolKey, stackCost, total, UnknownPriceError } from "./cost";
export type { Amounts, CostItem, ExpectedUse, StackCost } from "./model";
