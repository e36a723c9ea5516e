import type { StackInput } from "../../config/read";
import { weaken } from "../../policy/mutations/mutation";
import { entryIn } from "../edits";
import type { Edit, Recipe } from "../recipe";

const ID = "tester-gpu2";
const LABEL = "prod-tester-amd-gpu-2-v1";

/** The whole class: architecture, GPUs, pod size, trust and group follow from the VM size. */
const classWith = (nodes: number): Edit => entryIn("runnerClasses", `${ID}: { label: ${LABEL}, pool: { vmSize: Standard_NC48ads_A100_v4, maxCount: ${nodes} } }`);

/** A class that no job asks for is a finding, so a suite comes with it. */
const suite = entryIn(
  "suites",
  "performance-gpu2:",
  "  kind: e2e",
  "  title: Performance on two GPUs",
  "  modes: [nightly]",
  '  markers: { nightly: "nightly and performance and not e2e and {framework} and gpu_2" }',
  "  gpus: 2",
  `  runners: { amd64: ${ID} }`,
  "  timeoutMinutes: 120",
);

/** The pool that the class's entry made: its name is derived. @throws Error where there is none */
function pool({ pipeline }: StackInput): string {
  const found = pipeline.runnerClasses.find(({ id }) => id === ID);
  if (found?.kind !== "scale-set") throw new Error(`runner class ${ID} is no scale set of the stack`);
  return `AgentPool runner-cluster-pool-${found.nodePool}`;
}

export const runnerClass: Recipe = {
  name: "runner-class",
  task: "a runner class of two GPUs, with its pool",
  edits: [classWith(3), suite],
  refused: [
    { what: "without a suite that uses it", edits: [classWith(3)], findings: [`gpu-cicd:runnerClasses.${ID}.label`] },
    { what: "with a pool beyond the budget", edits: [classWith(20), suite], findings: ["gpu-cicd:budget.maxGpus", "gpu-cicd:budget.maxHourly"] },
  ],
  harms: [
    { what: "its pool grown beyond the budget", byEntry: false, mutations: (stack) => weaken("pools-within-budget", pool(stack), "maxCount", 20) },
    { what: "its nodes kept up when idle", byEntry: false, mutations: (stack) => weaken("gpu-pools-from-zero", pool(stack), "minCount", 1) },
  ],
  tests: [],
};
