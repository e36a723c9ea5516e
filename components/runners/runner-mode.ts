/** How the jobs of a runner class run in its pods, decided by what the pipeline asks of the class. */
import type { Cluster, NodePool } from "../../pipeline/infrastructure";
import { runnerModes, type RunnerMode } from "../../workflows/runner-modes";
import type { Finding, Pipeline, ScaleSetRunnerClass } from "../../pipeline/model";
import { podContract, type PodContract } from "../../pipeline/test-contract";

/** A runner class with where and how it runs. */
export interface ScaleSet {
  readonly runnerClass: ScaleSetRunnerClass;
  readonly pool: NodePool;
  readonly mode: RunnerMode;
  /** What the pods of its jobs have to give, where the mode is `container`. */
  readonly contract: PodContract;
}

/** The runner classes that are scale sets. */
export function scaleSetClasses(pipeline: Pipeline): ScaleSetRunnerClass[] {
  return pipeline.runnerClasses.filter((runnerClass) => runnerClass.kind === "scale-set");
}

/**
 * The scale sets of a pipeline on a cluster.
 * @throws Error for a class whose pool the cluster lacks; coherence finds that before.
 */
export function scaleSets(pipeline: Pipeline, cluster: Cluster): ScaleSet[] {
  const modes = runnerModes(pipeline);
  return scaleSetClasses(pipeline).map((runnerClass) => {
    const pool = cluster.nodePools.find(({ name }) => name === runnerClass.nodePool);
    if (pool === undefined) throw new Error(`runner class ${runnerClass.id}: cluster ${cluster.name} has no node pool ${runnerClass.nodePool}`);
    return { runnerClass, pool, mode: modes.get(runnerClass.id) ?? "plain", contract: podContract(pipeline, runnerClass.id) };
  });
}

/** Classes of which the pipeline asks what no mode gives: a daemon and a GPU in one pod. */
export function runnerModeFindings(pipeline: Pipeline): Finding[] {
  const modes = runnerModes(pipeline);
  return pipeline.runnerClasses.flatMap((runnerClass, index) =>
    runnerClass.kind === "scale-set" && runnerClass.pod.gpus > 0 && modes.get(runnerClass.id) === "docker"
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
