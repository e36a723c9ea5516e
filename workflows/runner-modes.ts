/** What the jobs of a runner class need of its pods. */
import type { Pipeline } from "../pipeline/model";

/**
 * `docker`: jobs build or run containers themselves, so a pod needs a Docker daemon beside the runner.
 * `container`: jobs run inside the image under test, so the runner starts another pod for the job, with the GPUs in it.
 * `plain`: neither.
 */
export type RunnerMode = "docker" | "container" | "plain";

/** What jobs do on a runner class. */
export interface RunnerUses {
  readonly builds: boolean;
  readonly tests: boolean;
}

/** What the rendered jobs do on a class. */
export function runnerUses(pipeline: Pipeline, id: string): RunnerUses {
  const { core, builders, suites } = pipeline;
  return {
    builds: [...Object.values(builders), ...Object.values(core.runners)].includes(id),
    tests: suites.some(({ runners }) => Object.values(runners).includes(id)),
  };
}

/** The mode of each scale set, by runner class id. With a Docker daemon a job's container starts beside it, so a class of both is `docker`. */
export function runnerModes(pipeline: Pipeline): ReadonlyMap<string, RunnerMode> {
  const scaleSets = pipeline.runnerClasses.filter(({ kind }) => kind === "scale-set");
  return new Map(scaleSets.map(({ id }) => [id, modeOf(runnerUses(pipeline, id))]));
}

function modeOf({ builds, tests }: RunnerUses): RunnerMode {
  return builds ? "docker" : tests ? "container" : "plain";
}
