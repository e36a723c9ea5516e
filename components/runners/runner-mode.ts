/** How the jobs of a runner class run in its pods, decided by what the pipeline asks of the class. */
import type { Cluster, NodePool } from "../../pipeline/infrastructure";
import type { Finding, Pipeline, ScaleSetRunnerClass } from "../../pipeline/model";

/**
 * `plain`: steps run in the runner's container.
 * `docker`: a Docker daemon runs beside the runner, for jobs that build.
 * `job-container`: each job gets a pod of its own from the image under test. The one way to a GPU: a daemon inside a pod lacks NVIDIA's runtime.
 */
export type RunnerMode = "plain" | "docker" | "job-container";

/** A runner class with where and how it runs. */
export interface ScaleSet {
  readonly runnerClass: ScaleSetRunnerClass;
  readonly pool: NodePool;
  readonly mode: RunnerMode;
}

/** The runner classes that are scale sets. */
export function scaleSetClasses(pipeline: Pipeline): ScaleSetRunnerClass[] {
  return pipeline.runnerClasses.filter((runnerClass) => runnerClass.kind === "scale-set");
}

/** What the pipeline needs of a class. Who builds also runs containers, so a class that does both takes the daemon. */
export function runnerMode(pipeline: Pipeline, runnerClass: ScaleSetRunnerClass): RunnerMode {
  if (builds(pipeline, runnerClass)) return "docker";
  return tests(pipeline, runnerClass) ? "job-container" : "plain";
}

/**
 * The scale sets of a pipeline on a cluster.
 * @throws Error for a class whose pool the cluster lacks; coherence finds that before.
 */
export function scaleSets(pipeline: Pipeline, cluster: Cluster): ScaleSet[] {
  return scaleSetClasses(pipeline).map((runnerClass) => {
    const pool = cluster.nodePools.find(({ name }) => name === runnerClass.nodePool);
    if (pool === undefined) throw new Error(`runner class ${runnerClass.id}: cluster ${cluster.name} has no node pool ${runnerClass.nodePool}`);
    return { runnerClass, pool, mode: runnerMode(pipeline, runnerClass) };
  });
}

/** Classes of which the pipeline asks what no mode gives: a daemon and a GPU in one pod. */
export function runnerModeFindings(pipeline: Pipeline): Finding[] {
  return pipeline.runnerClasses.flatMap((runnerClass, index) =>
    runnerClass.kind === "scale-set" && runnerClass.pod.gpus > 0 && builds(pipeline, runnerClass)
      ? [
          {
            path: `pipeline.runnerClasses[${index}].pod.gpus`,
            found: `${runnerClass.pod.gpus} on a class that builds images`,
            allowed: "0: containers of a Docker daemon inside a pod cannot reach the GPU; tests need a class of their own",
          },
        ]
      : [],
  );
}

function builds(pipeline: Pipeline, { id }: ScaleSetRunnerClass): boolean {
  return Object.values(pipeline.builders).includes(id) || Object.values(pipeline.core.runners).includes(id);
}

function tests(pipeline: Pipeline, { id }: ScaleSetRunnerClass): boolean {
  return pipeline.suites.some((suite) => Object.values(suite.runners).includes(id));
}
