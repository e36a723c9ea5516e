/** The four clouds of a sandbox. */
import * as aws from "../aws";
import * as azure from "../azure";
import type { RunningCloud, SandboxContext } from "../cloud";
import * as github from "../github";
import * as kubernetes from "../kubernetes";

/** What the daemon loads: a function that starts all clouds, or none of them. */
export type StartClouds = (context: SandboxContext) => Promise<readonly RunningCloud[]>;

/** AWS, GitHub and Kubernetes at the same time; Azure needs Kubernetes, whose API servers stand behind its clusters. */
export const startClouds: StartClouds = async (context) => {
  const starting = [
    aws.start(context),
    github.start(context),
    kubernetes.start(context).then(async (running) => [running, await azure.start(context, running.clusters)] as const),
  ] as const;
  const settled = await Promise.allSettled(starting);
  const running = settled.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
  const failed = settled.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  if (failed.length === 0) return running;
  await Promise.allSettled(running.map((cloud) => cloud.stop()));
  throw new AggregateError(failed, failed.map(String).join("\n"));
};
