/** The runners that jobs run on: Actions Runner Controller, one scale set for each runner class, and the cleaner of failed runners. */
import * as pulumi from "@pulumi/pulumi";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import { Release } from "@pulumi/kubernetes/helm/v3";
import { admissionPolicy } from "../shared/admission";
import { Sweeper } from "../shared/sweeper";
import { RUNNER_NAMESPACE_LABEL, RunnerScaleSet, namespaceOf } from "./runner-scale-set";
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
const CONTROLLER_ACCOUNT = "arc-controller";
const CLEANER = "failed-runner-cleaner";

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

/** Containers of a pod, the native sidecars among its init containers included. */
const EVERY_CONTAINER = "(object.spec.containers + object.spec.?initContainers.orValue([]))";

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
      { parent: this, dependsOn: namespace },
    );
    const podRules = runnerPodRules(`${name}-pods`, { parent: this });
    new Sweeper(
      `${name}-cleaner`,
      {
        namespace: CONTROLLER_NAMESPACE,
        account: CLEANER,
        image: args.runnerImage,
        schedule: "*/10 * * * *",
        collections: args.sets.map(({ runnerClass }) => `/apis/actions.github.com/v1alpha1/namespaces/${namespaceOf(runnerClass.label)}/ephemeralrunners`),
        select: failedRunners(args.failedRunnerMinutes),
      },
      { parent: this, dependsOn: namespace },
    );
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
          cleaner: { namespace: CONTROLLER_NAMESPACE, account: CLEANER },
          // A set that outlives its controller never goes: the controller alone takes off the finalizer that deregisters it.
          after: [controller, podRules, ...args.after],
        },
        { parent: this },
      );
    }

    this.scaleSetNames = args.sets.map(({ runnerClass }) => runnerClass.label).sort();
    this.registerOutputs({ scaleSetNames: this.scaleSetNames });
  }
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
    metrics: { controllerManagerAddr: ":8080", listenerAddr: ":8080", listenerEndpoint: "/metrics" },
    flags: { logLevel: "info", logFormat: "json", runnerMaxConcurrentReconciles: 4 },
  };
}

/**
 * Holds runners' pods where Pod Security cannot: its levels know no "privileged, but only inside a user namespace", which is what a Docker
 * daemon needs and all that it gets.
 */
function runnerPodRules(name: string, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  return admissionPolicy(
    name,
    {
      policyName: "gpu-cicd-runner-pods",
      on: { group: "", version: "v1", resource: "pods", operations: ["CREATE"] },
      inNamespaces: { [RUNNER_NAMESPACE_LABEL]: "true" },
      rules: [
        {
          expression: `object.spec.?hostUsers.orValue(true) == false || ${EVERY_CONTAINER}.all(c, !c.?securityContext.privileged.orValue(false))`,
          message: "a privileged container needs a user namespace of its own: hostUsers must be false",
        },
        {
          expression: "!object.spec.?hostNetwork.orValue(false) && !object.spec.?hostPID.orValue(false) && !object.spec.?hostIPC.orValue(false)",
          message: "runners share no namespace with their node",
        },
        {
          expression: "object.spec.?volumes.orValue([]).all(v, !has(v.hostPath))",
          message: "runners mount no path of their node",
        },
      ],
    },
    opts,
  );
}
