/** What the rules about nodes know of Azure's VM sizes. */
import { isProps } from "../../kit/values";
import type { RuleConfig, RuleFacts } from "../../kit/rule";
import { defaultSizes } from "./default-vm-sizes";

export interface VmSize {
  /** US dollars an hour of one node, on demand. */
  readonly hourly: number;
  readonly cpus: number;
  readonly memoryGiB: number;
  readonly gpus: number;
}

/** Config key of the rules that need sizes. Sources: learn.microsoft.com, "Sizes for virtual machines in Azure"; Azure's retail prices. */
export const sizesConfig: NonNullable<RuleFacts["config"]> = {
  sizes: {
    type: "object",
    additionalProperties: {
      type: "object",
      properties: { hourly: { type: "number" }, cpus: { type: "integer" }, memoryGiB: { type: "number" }, gpus: { type: "integer" } },
      required: ["hourly", "cpus", "memoryGiB", "gpus"],
    },
    default: defaultSizes,
    description: "Price on demand in US dollars an hour, and size, by VM size; a stack's own are those of its region",
  },
};

/** The configured sizes by name, whatever its case, as Azure reads it. */
export function sizesOf(config: RuleConfig): (vmSize: string) => VmSize | undefined {
  const sizes = new Map(Object.entries(isProps(config["sizes"]) ? config["sizes"] : {}).map(([name, size]) => [name.toLowerCase(), size as VmSize]));
  return (vmSize) => sizes.get(vmSize.toLowerCase());
}
