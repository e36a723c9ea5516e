/** What is said of a node pool, wherever it stands: on a cluster, or with the runner class that uses it. */
import { arch, flag, gpus, inUnit, number, text, texts } from "./kit";

const nodes = inUnit(number, "nodes");

export const poolFields = {
  vmSize: text.describe("VM size, as Azure spells it: one of `vmSizes`.").meta({ examples: ["Standard_D16ds_v5"] }),
  arch: arch.optional().describe("Left out: that of the VM size."),
  gpus: gpus.optional().describe("GPUs of one node. Left out: those of the VM size."),
  minCount: nodes.optional().describe("Least nodes. Left out: 0."),
  maxCount: nodes.optional().describe("Most nodes. With a runner class, left out: as many as its `maxRunners` need."),
  spot: flag.optional().describe("Whether nodes are spot machines, which Azure may take back. Left out: they are not."),
  osDiskGiB: inUnit(number, "GiB")
    .optional()
    .describe("OS disk of a node; images and pods' local storage are on it. Left out: AKS' own default by vCPUs, 128 below 8, 256 below 16, 512 below 64, then 1024."),
  maxPods: inUnit(number, "pods").optional().describe("Most pods of a node. Left out: 30."),
  zones: texts
    .optional()
    .describe("Availability zones. Left out: none, so that Azure takes nodes where it has them. They cannot change while the pool stands, so no default follows from the VM size."),
};
