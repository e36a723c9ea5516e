/** Ways to break one thing of a coherent stack. */
import type { CoherenceInput } from "../../../pipeline/coherence";
import type { Cluster, Infrastructure } from "../../../pipeline/infrastructure";
import type { JobFacts } from "../../../pipeline/jobs";
import type { Pipeline, ScaleSetRunnerClass } from "../../../pipeline/model";
import { changed, infrastructure, jobs, pipeline } from "../fixtures";

/** A check, what breaks it, and exactly what it then finds: path, found, allowed. */
export type Broken = readonly [check: string, input: Partial<CoherenceInput>, path: string, found: string, allowed: string];

export const runner = (label: string, change: Partial<ScaleSetRunnerClass>): Partial<CoherenceInput> => ({
  pipeline: { ...pipeline, runnerClasses: changed(pipeline.runnerClasses, (each) => each.label === label, change) },
});
export const withPipeline = (change: Partial<Pipeline>): Partial<CoherenceInput> => ({ pipeline: { ...pipeline, ...change } });
export const withInfrastructure = (change: Partial<Infrastructure>): Partial<CoherenceInput> => ({
  infrastructure: { ...infrastructure, ...change },
});
export const withChanges = (changes: Infrastructure["load"]["pullRequests"]["changes"]): Partial<CoherenceInput> =>
  withInfrastructure({ load: { ...infrastructure.load, pullRequests: { ...infrastructure.load.pullRequests, changes } } });
export const withDeploymentCluster = (change: Partial<Cluster>): Partial<CoherenceInput> =>
  withInfrastructure({ deploymentCluster: { ...infrastructure.deploymentCluster, ...change } });
export const withJob = (workflow: string, id: string, change: Partial<JobFacts>): Partial<CoherenceInput> => ({
  jobs: changed(jobs, (each) => each.workflow === workflow && each.id === id, change),
});
export const withFilter = (id: string, patterns: readonly string[]): Partial<CoherenceInput> =>
  withPipeline({ filters: changed(pipeline.filters, (filter) => filter.id === id, { patterns }) });
export const withFramework = (id: string, change: Partial<Pipeline["frameworks"][number]>): Partial<CoherenceInput> =>
  withPipeline({ frameworks: changed(pipeline.frameworks, (each) => each.id === id, change) });
export const withSuite = (id: string, change: Partial<Pipeline["suites"][number]>): Partial<CoherenceInput> =>
  withPipeline({ suites: changed(pipeline.suites, (suite) => suite.id === id, change) });
export const withEnvironment = (name: string, change: Partial<Pipeline["environments"][number]>): Partial<CoherenceInput> =>
  withPipeline({ environments: changed(pipeline.environments, (each) => each.name === name, change) });
export const withGpuPool = (change: Partial<Cluster["nodePools"][number]>): Partial<CoherenceInput> =>
  withDeploymentCluster({ nodePools: changed(infrastructure.deploymentCluster.nodePools, ({ name }) => name === "gpu", change) });

const runnerCluster = infrastructure.runners.cluster as Cluster;
export const withRunnerPool = (name: string, change: Partial<Cluster["nodePools"][number]>): Partial<CoherenceInput> =>
  withInfrastructure({
    runners: {
      ...infrastructure.runners,
      cluster: { ...runnerCluster, nodePools: changed(runnerCluster.nodePools, (each) => each.name === name, change) },
    },
  });

export const everyMode = (version: `${number}.${number}`) => ({ "pull-request": [version], "post-merge": [version], nightly: [version] });
