/** What the rules about nodes know of Azure's VM sizes. */
import { isProps } from "../../kit/values";
import type { RuleConfig, RuleFacts } from "../../kit/rule";

export interface VmSize {
  /** US dollars an hour of one node, on demand. */
  readonly hourly: number;
  readonly cpus: number;
  readonly memoryGiB: number;
  readonly gpus: number;
}

/** Config key of the rules that need sizes. Sources: learn.microsoft.com, "Sizes for virtual machines in Azure"; the pricing page of Linux virtual machines. */
export const sizesConfig: NonNullable<RuleFacts["config"]> = {
  sizes: {
    type: "object",
    additionalProperties: {
      type: "object",
      properties: { hourly: { type: "number" }, cpus: { type: "integer" }, memoryGiB: { type: "number" }, gpus: { type: "integer" } },
      required: ["hourly", "cpus", "memoryGiB", "gpus"],
    },
    default: {
      Standard_D4ds_v5: { hourly: 0.226, cpus: 4, memoryGiB: 16, gpus: 0 },
      Standard_D8ds_v5: { hourly: 0.452, cpus: 8, memoryGiB: 32, gpus: 0 },
      Standard_D16ds_v5: { hourly: 0.904, cpus: 16, memoryGiB: 64, gpus: 0 },
      Standard_D32ds_v5: { hourly: 1.808, cpus: 32, memoryGiB: 128, gpus: 0 },
      Standard_D8pds_v6: { hourly: 0.362, cpus: 8, memoryGiB: 32, gpus: 0 },
      Standard_D16pds_v6: { hourly: 0.723, cpus: 16, memoryGiB: 64, gpus: 0 },
      Standard_D32pds_v6: { hourly: 1.446, cpus: 32, memoryGiB: 128, gpus: 0 },
      Standard_NC4as_T4_v3: { hourly: 0.526, cpus: 4, memoryGiB: 28, gpus: 1 },
      Standard_NC8as_T4_v3: { hourly: 0.752, cpus: 8, memoryGiB: 56, gpus: 1 },
      Standard_NC64as_T4_v3: { hourly: 4.352, cpus: 64, memoryGiB: 440, gpus: 4 },
      Standard_NV36ads_A10_v5: { hourly: 3.2, cpus: 36, memoryGiB: 440, gpus: 1 },
      Standard_NC24ads_A100_v4: { hourly: 3.673, cpus: 24, memoryGiB: 220, gpus: 1 },
      Standard_NC48ads_A100_v4: { hourly: 7.346, cpus: 48, memoryGiB: 440, gpus: 2 },
      Standard_NC96ads_A100_v4: { hourly: 14.692, cpus: 96, memoryGiB: 880, gpus: 4 },
      Standard_NC40ads_H100_v5: { hourly: 6.98, cpus: 40, memoryGiB: 320, gpus: 1 },
      Standard_NC80adis_H100_v5: { hourly: 13.96, cpus: 80, memoryGiB: 640, gpus: 2 },
    },
    description: "Price on demand in US dollars an hour, and size, by VM size; eastus, as of 2026-11",
  },
};

export function sizesOf(config: RuleConfig): Readonly<Record<string, VmSize>> {
  return (isProps(config["sizes"]) ? config["sizes"] : {}) as Readonly<Record<string, VmSize>>;
}
