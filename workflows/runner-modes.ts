/** What the jobs of a runner class need of its pods. */
import type { Pipeline } from "../pipeline/model";

/**
 * `docker`: jobs build or run containers themselves, so a pod needs a Docker daemon beside the runner.
 * `container`: jobs run inside the image under test, so a pod starts another one for the job, with the GPUs in it.
 * `plain`: neither.
 */
export type RunnerMode = "docker" | "container" | "plain";

/** The mode of each scale set that a job asks for, by runner class id. A class that builders and testers share is `docker`: coherence refuses it. */
export function runnerModes(pipeline: Pipeline): ReadonlyMap<string, RunnerMode> {
  const builders = [...Object.values(pipeline.builders), pipeline.core.runners.mirror, pipeline.core.runners.protected];
  const testers = pipeline.suites.flatMap(({ runners }) => Object.values(runners));
  const scaleSets = pipeline.runnerClasses.filter(({ kind }) => kind === "scale-set");
  return new Map(scaleSets.map(({ id }) => [id, builders.includes(id) ? "docker" : testers.includes(id) ? "container" : "plain"]));
}
