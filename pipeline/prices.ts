/** What the stack's machines and services cost: a dated price table. Estimates are made from it; no bill is read. */

/** Hours of a month by which Azure and AWS bill: 8,760 a year, divided by twelve. */
export const HOURS_PER_MONTH = 730;

/** Prices of one day. */
export interface Prices {
  /** The day for which they were looked up, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** ISO 4217 code, such as `USD`. */
  readonly currency: string;
  /** Where they are from, for people. */
  readonly source: string;
  /** Price of one node by VM size, spelled as Azure spells it. */
  readonly machines: Readonly<Record<string, MachinePrice>>;
  /** Price of an AKS control plane a month, by tier. */
  readonly aks: Readonly<Record<"Free" | "Standard" | "Premium", number>>;
  /** Price of an Azure container registry a month, by SKU, and the GiB that it holds without further charge. */
  readonly acr: Readonly<Record<"Basic" | "Standard" | "Premium", { readonly monthly: number; readonly includedGiB: number }>>;
  /** Price of one GiB a month in each registry; in ACR, beyond what its SKU includes. */
  readonly storageGiB: { readonly ecr: number; readonly acr: number };
}

/** Price of one node an hour. */
export interface MachinePrice {
  /** On demand. */
  readonly hourly: number;
  /** At spot priority. Undefined where it is not known: then no pool of the size may be spot. */
  readonly spotHourly?: number;
}

/** The price of a VM size, whatever its case, as Azure reads it; undefined when the table has none. */
export function machinePrice({ machines }: Prices, vmSize: string): MachinePrice | undefined {
  const wanted = vmSize.toLowerCase();
  return machines[vmSize] ?? Object.entries(machines).find(([name]) => name.toLowerCase() === wanted)?.[1];
}
