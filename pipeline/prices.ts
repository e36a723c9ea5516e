/** What the stack's machines and services cost: a dated price table. Estimates are made from it; no bill is read. */
import { machineSize } from "./machines";
import type { Infrastructure } from "./schema/infrastructure";
import type { MachinePrice } from "./schema/machines";

export type { Prices } from "./schema/load";
export type { MachinePrice } from "./schema/machines";

/** Hours of a month by which Azure and AWS bill: 8,760 a year, divided by twelve. */
export const HOURS_PER_MONTH = 730;

/** The price of a VM size in the stack's region, whatever the name's case; undefined when it is not known. */
export function machinePrice({ vmSizes, azure }: Pick<Infrastructure, "vmSizes" | "azure">, vmSize: string): MachinePrice | undefined {
  return machineSize(vmSizes, vmSize)?.prices[azure.location];
}
