/** VM sizes: what a node has, where it is offered, and what it costs. */
import { z } from "zod";
import { amount, arch, gpus, inUnit, number, text, texts, type Given, type Resolved } from "./kit";

const money = inUnit(amount, "currency of the table");

export const machinePrice = z
  .strictObject({
    hourly: money.describe("On demand."),
    spotHourly: money.optional().describe("At spot priority. Left out where it is not known: then no pool of the size may be spot."),
  })
  .describe("Price of one node an hour.");

export const vmSize = z
  .strictObject({
    arch: arch.describe("Its processors' architecture."),
    vcpus: inUnit(number, "vCPUs").describe("vCPUs of a node."),
    memoryGiB: inUnit(number, "GiB").describe("Memory of a node."),
    gpus: gpus.default(0).describe("Whole GPUs that a node has."),
    gpuModel: text.optional().describe("Left out where there is no GPU.").meta({ examples: ["A100"] }),
    localDiskGiB: inUnit(amount, "GiB").optional().describe("Disks of the machine itself, all together; lost when the node goes. Left out where there is none, or it is not known."),
    zones: z
      .record(text, texts)
      .default({})
      .describe(
        "Availability zones in which the size is offered, by region. A region is left out where that is not known: then no pool there may name zones. " +
          "`az vm list-skus --location REGION --size NAME --zone` tells.",
      ),
    prices: z.record(text, machinePrice).default({}).describe("By region. A region is left out where the price is not known: then no pool there may have the size."),
  })
  .describe("A VM size.");

export const vmSizes = z
  .record(text, vmSize)
  .describe("Every VM size that a pool may have, by its name as Azure spells it. The default has several families; an entry adds one, or changes what it names.")
  .meta({ examples: [{ Standard_NC48ads_A100_v4: { prices: { westus3: { hourly: 6.9 } } } }] });

export type MachinePrice = Resolved<typeof machinePrice>;
/** A VM size without its name, which is its key in the table. */
export type VmSize = Resolved<typeof vmSize>;
export type GivenVmSize = Given<typeof vmSize>;
export type VmSizes = Resolved<typeof vmSizes>;
