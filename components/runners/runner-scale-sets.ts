/** The runners that jobs run on: Actions Runner Controller, one scale set for each runner class, and the cleaners of failed runners and abandoned jobs. */
import * as pulumi from "@pulumi/pulumi";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import { Release } from "@pulumi/kubernetes/helm/v3";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { Sweeper } from "../shared/sweeper";
import { measuredTraffic } from "../shared/traffic";
import { jobNamespaceOf, namespaceOf } from "./namespaces";
import { jobPodRules, runnerPodRules } from "./pod-rules";
import { RunnerScaleSet } from "./runner-scale-set";
import type { ScaleSet } from "./runner-mode";
import { CHARTS, RESTRICTED_CONTAINER, RESTRICTED_POD, guaranteed, type ControllerValues } from "./values";

export interface RunnerScaleSetsArgs {
  /** One scale set is made for each. */
  sets: ScaleSet[];
  /** Version of both charts of Actions Runner Controller. */
  controllerVersion: string;
  /** GitHub's runner, `NAME:TAG@sha256:DIGEST`. */
  runnerImage: string;
  /** The Docker daemon beside builders, `NAME:TAG@sha256:DIGEST`. */
  dockerImage: string;
  /** URL of the organisation whose jobs they take. */
  githubConfigUrl: string;
  /** Id of the GitHub App with which runners register. */
  appId: number;
  /** Installation of that app in the organisation. */
  installationId: number;
  /** Private key of that app, PEM. */
  privateKey: pulumi.Input<string>;
  /** Minutes that a failed runner is kept for a look. */
  failedRunnerMinutes: number;
  /** What has to exist before runners register: their nodes and their runner groups. */
  after: pulumi.Resource[];
}

const CONTROLLER_NAMESPACE = "arc-systems";
/** TCP port on which the controller and the listeners show their metrics. */
const METRICS_PORT = 8080;
const CONTROLLER_ACCOUNT = "arc-controller";
const CLEANER = "failed-runner-cleaner";
const JOB_CLEANER = "abandoned-job-cleaner";

/** Failed runners that have been there for some minutes. They count against a set's maximum and nobody else removes them. */
export function failedRunners(minutes: number): string {
  return [
    ".items[]",
    "select(.metadata.deletionTimestamp == null)",
    'select(.status.phase == "Failed")',
    `select((.metadata.creationTimestamp | fromdateiso8601) + ${minutes * 60} < now)`,
    ".metadata.name",
  ].join(" | ");
}

/**
 * Pods and secrets of jobs whose runner is gone. The controller removes only those of its own namespace (`cleanupContainerHooksResources` of
 * ephemeralrunner_controller.go), and hooks of a runner that was killed remove none. A runner has its pod's name, and is there before its job's pod.
 */
export const ABANDONED_JOBS = [
  "[$owners[0].items[].metadata.name] as $runners",
  ".items[]",
  "select(.metadata.deletionTimestamp == null)",
  'select((.metadata.labels["runner-pod"] // "") | IN($runners[]) | not)',
  ".metadata.name",
].join(" | ");

/** The controller and one scale set for each runner class that the pipeline uses. */
export class RunnerScaleSets extends pulumi.ComponentResource {
  /** Names of the scale sets: the `runs-on` labels. */
  readonly scaleSetNames: string[];

  constructor(name: string, args: RunnerScaleSetsArgs, opts: pulumi.ComponentResourceOptions) {
    super("gpu-cicd:runners:RunnerScaleSets", name, {}, opts);

    const namespace = new Namespace(
      `${name}-controller-namespace`,
      { metadata: { name: CONTROLLER_NAMESPACE, labels: { "pod-security.kubernetes.io/enforce": "restricted" } } },
      { parent: this },
    );
    const traffic = new NetworkPolicy(
      `${name}-controller-traffic`,
      { metadata: { name: "controller", namespace: CONTROLLER_NAMESPACE }, spec: measuredTraffic(METRICS_PORT) },
      { parent: this, dependsOn: namespace },
    );
    const controller = new Release(
      `${name}-controller`,
      {
        name: "arc",
        namespace: CONTROLLER_NAMESPACE,
        chart: `${CHARTS}/gha-runner-scale-set-controller`,
        version: args.controllerVersion,
        values: { ...controllerValues() },
        atomic: true,
      },
      { parent: this, dependsOn: [namespace, traffic] },
    );
    const podRules = [runnerPodRules(`${name}-pods`, args.dockerImage, { parent: this }), jobPodRules(`${name}-job-pods`, { parent: this })];
    new Sweeper(
      `${name}-cleaner`,
      {
        namespace: CONTROLLER_NAMESPACE,
        account: CLEANER,
        image: args.runnerImage,
        schedule: "*/10 * * * *",
        collections: args.sets.map(({ runnerClass }) => ({ path: runnersOf(runnerClass.label) })),
        select: failedRunners(args.failedRunnerMinutes),
      },
      { parent: this, dependsOn: namespace },
    );
    const inContainers = args.sets.filter(({ mode }) => mode === "container");
    if (inContainers.length > 0) {
      new Sweeper(
        `${name}-job-cleaner`,
        {
          namespace: CONTROLLER_NAMESPACE,
          account: JOB_CLEANER,
          image: args.runnerImage,
          schedule: "*/5 * * * *",
          collections: inContainers.flatMap(({ runnerClass: { label } }) =>
            ["pods", "secrets"].map((plural) => ({ path: `/api/v1/namespaces/${jobNamespaceOf(label)}/${plural}`, owners: runnersOf(label) })),
          ),
          select: ABANDONED_JOBS,
        },
        { parent: this, dependsOn: namespace },
      );
    }
    for (const set of args.sets) {
      new RunnerScaleSet(
        `${name}-${set.runnerClass.id}`,
        {
          set,
          images: { runner: args.runnerImage, docker: args.dockerImage },
          githubConfigUrl: args.githubConfigUrl,
          appId: args.appId,
          installationId: args.installationId,
          privateKey: args.privateKey,
          version: args.controllerVersion,
          controller: { namespace: CONTROLLER_NAMESPACE, account: CONTROLLER_ACCOUNT },
          cleaners: { namespace: CONTROLLER_NAMESPACE, failedRunners: CLEANER, abandonedJobs: JOB_CLEANER },
          // A set that outlives its controller never goes: only the controller takes off the finalizer that deregisters it.
          after: [controller, ...podRules, ...args.after],
        },
        { parent: this },
      );
    }

    this.scaleSetNames = args.sets.map(({ runnerClass }) => runnerClass.label).sort();
    this.registerOutputs({ scaleSetNames: this.scaleSetNames });
  }
}

/** API path of a set's runners. */
function runnersOf(label: string): string {
  return `/apis/actions.github.com/v1alpha1/namespaces/${namespaceOf(label)}/ephemeralrunners`;
}

function controllerValues(): ControllerValues {
  return {
    replicaCount: 1,
    serviceAccount: { create: true, name: CONTROLLER_ACCOUNT },
    nodeSelector: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" },
    resources: guaranteed({ milliCpu: 500, memoryMiB: 1024 }),
    podSecurityContext: RESTRICTED_POD,
    securityContext: RESTRICTED_CONTAINER,
    // All three, or the chart switches every metric off.
    metrics: { controllerManagerAddr: `:${METRICS_PORT}`, listenerAddr: `:${METRICS_PORT}`, listenerEndpoint: "/metrics" },
    flags: { logLevel: "info", logFormat: "json", runnerMaxConcurrentReconciles: 4 },
  };
}
