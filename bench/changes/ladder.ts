/** What a pipeline spends on real changes, step by step: each step is config on top of the ones before it. */

export interface Step {
  /** What it changes, for a table. */
  readonly title: string;
  /** Keys of the stack's config that make it. */
  readonly config: Readonly<Record<string, unknown>>;
}

const CPU_TESTERS = { amd64: "tester-amd64-cpu" };

/** The system as its description has it, and then each step towards the stack as it is. */
export const LADDER: readonly Step[] = [
  { title: "as described", config: { testPlacement: { by: "suite", cpuRunners: CPU_TESTERS }, filterReading: "described" } },
  { title: "tests without GPU apart, one GPU job an image", config: { testPlacement: { by: "need", cpuRunners: CPU_TESTERS } } },
  { title: "GPU tests of one CUDA version", config: { testPlacement: { by: "need", cpuRunners: CPU_TESTERS, pullRequestGpus: "primary-version" } } },
  { title: "filters as intended", config: { filterReading: "intended" } },
  { title: "two shards of GPU tests", config: { testPlacement: { by: "need", cpuRunners: CPU_TESTERS, pullRequestGpus: "primary-version", gpuShards: 2 } } },
];

/** The config of each step, with that of the steps before it. */
export function cumulative(steps: readonly Step[]): readonly Step[] {
  let config: Step["config"] = {};
  return steps.map((step) => {
    config = { ...config, ...step.config };
    return { title: step.title, config };
  });
}
