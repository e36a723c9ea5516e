/** Where jobs run: runner classes. */
import { z } from "zod";
import { arch, gpus, inUnit, number, text, trust, type Given, type Resolved } from "./kit";
import { poolFields } from "./pools";

export const podSize = z
  .strictObject({ cpu: inUnit(number, "vCPUs").describe("vCPUs."), memoryGiB: inUnit(number, "GiB").describe("Memory."), gpus: gpus.describe("GPUs."), storageGiB: inUnit(number, "GiB").describe("Ephemeral storage.") })
  .describe("Requests (and limits: runner pods are Guaranteed) of one pod.");

const trustLevels = z.array(trust).optional();

/** GitHub's own Linux runners (docs.github.com/actions/reference/runners/github-hosted-runners); a larger runner has a name of its owner's choice. */
const GITHUB_LABEL = /^ubuntu-(?:latest|slim|\d\d\.04)(-arm)?$/;

/** The architecture of a runner of GitHub's, by its label; undefined for a name that says nothing. */
export function hostedArch(label: string): "amd64" | "arm64" | undefined {
  const match = GITHUB_LABEL.exec(label);
  if (match === null) return undefined;
  return match[1] === undefined ? "amd64" : "arm64";
}

export const hostedRunnerClass = z
  .strictObject({
    kind: z.literal("hosted").describe("`hosted`: a machine of GitHub's."),
    id: text.describe("Identifier."),
    label: text.describe("The `runs-on` label.").meta({ examples: ["ubuntu-24.04"] }),
    arch: arch.optional().describe("Left out: what the label of one of GitHub's own runners says. A larger runner's has to be said."),
    trust: trustLevels.describe("Trust levels of the jobs that may run on it. Left out: all, as each job gets a new machine."),
  })
  .superRefine(({ label, arch: given }, context) => {
    if (given === undefined && hostedArch(label) === undefined) context.addIssue({ code: "custom", path: ["arch"], message: `amd64 or arm64: ${JSON.stringify(label)} is none of GitHub's own labels` });
  })
  .describe("A runner that GitHub hosts. Its label is enough: `{ kind: hosted, label: ubuntu-24.04-arm }`.");

const runnerPool = z
  .strictObject(poolFields)
  .describe("A node pool of the runners' cluster for this class. Its name is `nodePool`, or made from the class's id; other classes may use it by that name.");

export const scaleSetRunnerClass = z
  .strictObject({
    kind: z.literal("scale-set").optional().default("scale-set").describe("`scale-set`: runners on a cluster of this stack."),
    id: text.describe("Identifier."),
    label: text.describe("Name of the scale set, which is also the one `runs-on` label. At most 42 characters.").meta({ examples: ["prod-tester-amd-gpu-2-v1"] }),
    pool: runnerPool.optional().meta({ examples: [{ vmSize: "Standard_NC48ads_A100_v4", maxCount: 4 }] }),
    nodePool: text.optional().describe("Node pool on which its pods run, by name. Left out where `pool` makes one."),
    arch: arch.optional().describe("Left out: that of the pool's VM size."),
    trust: trustLevels.describe("Trust levels of the jobs that may run on it. Left out: mirror and protected; for a class that deploys and does nothing else, protected."),
    runnerGroup: text
      .optional()
      .describe("The runner group on GitHub. Left out: the repository's name with -builders for a class that builds, -deployers for one that deploys, else -testers."),
    pod: podSize
      .partial()
      .optional()
      .describe(
        "Requests (and limits: runner pods are Guaranteed) of one runner. What is left out follows from the VM size: nine tenths of what a node has for pods after AKS and its daemons, and half of " +
          "its disk, as images are on the other half; with fewer GPUs than the node has, that share of it.",
      ),
    minRunners: inUnit(number, "runners").optional().describe("Idle runners kept. Left out: 0."),
    maxRunners: inUnit(number, "runners").optional().describe("Most runners at once. Both 0 drains the set. Left out: as many as the pool has room for."),
  })
  .superRefine(({ pool, nodePool, maxRunners }, context) => {
    if (pool === undefined && nodePool === undefined)
      context.addIssue({ code: "custom", path: ["pool"], message: "a pool of its own, such as { vmSize: Standard_NC48ads_A100_v4, maxCount: 4 }; or nodePool, the name of one; or kind: hosted" });
    if (pool !== undefined && pool.maxCount === undefined && maxRunners === undefined)
      context.addIssue({ code: "custom", path: ["pool", "maxCount"], message: "the most nodes of the pool; or maxRunners, from which they follow" });
  })
  .describe("A runner scale set of Actions Runner Controller: ephemeral runners, one pod a job. Its label and its pool are enough; the rest follows from the VM size.");

export const runnerClass = z.discriminatedUnion("kind", [hostedRunnerClass, scaleSetRunnerClass]).describe("What jobs run on.");

export type PodSize = Resolved<typeof podSize>;
export type ConfiguredHosted = Resolved<typeof hostedRunnerClass>;
export type ConfiguredScaleSet = Resolved<typeof scaleSetRunnerClass>;
/** A runner class as config says it, with the defaults of its schema. */
export type ConfiguredRunnerClass = Resolved<typeof runnerClass>;
export type GivenRunnerClass = Given<typeof runnerClass>;
export type HostedRunnerClass = Required<ConfiguredHosted>;
/** A scale set with everything said: what config leaves out follows from its pool's VM size (resolve/). A pool that stands with it is one of its cluster. */
export type ScaleSetRunnerClass = Required<Omit<ConfiguredScaleSet, "pool" | "pod">> & { readonly pod: PodSize };
export type RunnerClass = HostedRunnerClass | ScaleSetRunnerClass;
