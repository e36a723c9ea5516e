/** The pods of a scale set, by mode. */
import type { input } from "@pulumi/kubernetes/types";
import { JOB_STARTER } from "../../pipeline/machines";
import { FORBIDDEN_ADDRESSES } from "../../pipeline/namespaces";
import { POD_CIDR } from "../cluster/aks-cluster";
import { nodeSelector, runnerPools, tolerations } from "../cluster/pools";
import type { ScaleSet } from "./runner-mode";
import { RESTRICTED_CONTAINER, RESTRICTED_POD, guaranteed, type Container, type PodSpec } from "./values";

/** The user and group of GitHub's runner image, and the group that may use a Docker socket. */
const RUNNER_USER = 1001;
const DOCKER_GROUP = 123;

const RUN = ["/home/runner/run.sh"];
const HOOK_TEMPLATE_FOLDER = "/home/runner/pod-template";
const HOOK_TEMPLATE_FILE = "job.yaml";

/** Seconds that a runner whose node goes away has to finish reporting. */
const GRACE_SECONDS = 60;

/** What a runner takes that only starts a job's pod. */
const MANAGER = { milliCpu: JOB_STARTER.cpu * 1000, memoryMiB: JOB_STARTER.memoryGiB * 1024, storageGiB: JOB_STARTER.storageGiB };

export interface RunnerImages {
  /** GitHub's runner, by digest. */
  readonly runner: string;
  /** The Docker daemon, by digest. */
  readonly docker: string;
}

/** The pod that registers as a runner. `hookTemplate` names the ConfigMap with the job's pod, for `container`. */
export function runnerPod(set: ScaleSet, images: RunnerImages, hookTemplate: string | undefined): PodSpec {
  switch (set.mode) {
    case "plain":
      return plainPod(set, images);
    case "docker":
      return dockerPod(set, images);
    case "container":
      return managerPod(images, hookTemplate ?? "");
  }
}

function plainPod(set: ScaleSet, images: RunnerImages): PodSpec {
  const { cpu, memoryGiB, gpus, storageGiB } = set.runnerClass.pod;
  return {
    ...placement(set),
    automountServiceAccountToken: false,
    securityContext: { ...RESTRICTED_POD, runAsUser: RUNNER_USER, fsGroup: RUNNER_USER },
    terminationGracePeriodSeconds: GRACE_SECONDS,
    containers: [
      {
        name: "runner",
        image: images.runner,
        command: RUN,
        resources: guaranteed({ milliCpu: cpu * 1000, memoryMiB: memoryGiB * 1024, storageGiB, gpus }),
        securityContext: RESTRICTED_CONTAINER,
      },
    ],
  };
}

/**
 * A runner with a Docker daemon beside it. The daemon is privileged, but only within the pod's own user namespace: root there is nobody on
 * the node. The chart's own `dind` mode has no such setting, so the pod is written out here.
 */
function dockerPod(set: ScaleSet, images: RunnerImages): PodSpec {
  const { runner, daemon } = dockerShares(set);
  const shared = [
    { name: "work", mountPath: "/home/runner/_work" },
    { name: "docker-socket", mountPath: "/var/run" },
  ];
  const externals = { name: "externals", mountPath: "/home/runner/externals" };
  const copyExternals: Container = {
    name: "externals",
    image: images.runner,
    command: ["cp"],
    args: ["-r", "/home/runner/externals/.", "/mnt/externals/"],
    resources: guaranteed({ milliCpu: 250, memoryMiB: 256, storageGiB: 2 }),
    securityContext: RESTRICTED_CONTAINER,
    volumeMounts: [{ name: externals.name, mountPath: "/mnt/externals" }],
  };
  const docker: Container = {
    name: "docker",
    image: images.docker,
    args: ["dockerd", "--host=unix:///var/run/docker.sock", `--group=${DOCKER_GROUP}`],
    restartPolicy: "Always",
    resources: guaranteed(daemon),
    securityContext: { privileged: true },
    startupProbe: { exec: { command: ["docker", "info"] }, periodSeconds: 5, failureThreshold: 24 },
    volumeMounts: [...shared, externals, { name: "docker-data", mountPath: "/var/lib/docker" }],
  };
  return {
    ...placement(set),
    hostUsers: false,
    automountServiceAccountToken: false,
    securityContext: { fsGroup: RUNNER_USER },
    terminationGracePeriodSeconds: GRACE_SECONDS,
    initContainers: [copyExternals, docker],
    containers: [
      {
        name: "runner",
        image: images.runner,
        command: RUN,
        env: [
          { name: "DOCKER_HOST", value: "unix:///var/run/docker.sock" },
          { name: "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS", value: "120" },
        ],
        resources: guaranteed(runner),
        securityContext: { ...RESTRICTED_CONTAINER, runAsNonRoot: true, runAsUser: RUNNER_USER },
        volumeMounts: shared,
      },
    ],
    volumes: ["work", "docker-socket", "externals", "docker-data"].map((name) => ({ name, emptyDir: {} })),
  };
}

/** The daemon does the work: the runner takes a quarter of the pod, a core and 4 GiB at most, and never all of the storage. */
function dockerShares({ runnerClass: { pod } }: ScaleSet): Record<"runner" | "daemon", { milliCpu: number; memoryMiB: number; storageGiB: number }> {
  const runner = {
    milliCpu: Math.min(1000, Math.floor(pod.cpu * 250)),
    memoryMiB: Math.min(4096, Math.floor(pod.memoryGiB * 256)),
    storageGiB: Math.min(10, Math.floor(pod.storageGiB / 4)),
  };
  const daemon = {
    milliCpu: pod.cpu * 1000 - runner.milliCpu,
    memoryMiB: pod.memoryGiB * 1024 - runner.memoryMiB,
    storageGiB: pod.storageGiB - runner.storageGiB,
  };
  return { runner, daemon };
}

/** A small pod that starts the job's. It goes to any CPU pool, so that no GPU node is held for it. */
function managerPod(images: RunnerImages, hookTemplate: string): PodSpec {
  return {
    nodeSelector: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" },
    tolerations: runnerPools(),
    securityContext: { ...RESTRICTED_POD, runAsUser: RUNNER_USER, fsGroup: RUNNER_USER },
    terminationGracePeriodSeconds: GRACE_SECONDS,
    containers: [
      {
        name: "runner",
        image: images.runner,
        command: RUN,
        env: [{ name: "ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE", value: `${HOOK_TEMPLATE_FOLDER}/${HOOK_TEMPLATE_FILE}` }],
        resources: guaranteed(MANAGER),
        securityContext: RESTRICTED_CONTAINER,
        volumeMounts: [{ name: "pod-template", mountPath: HOOK_TEMPLATE_FOLDER, readOnly: true }],
      },
    ],
    volumes: [{ name: "pod-template", configMap: { name: hookTemplate } }],
  };
}

/** Data of the ConfigMap from which the container hooks take a job's pod. The job gets no token of the API server: code under test has no business there. */
export function jobPodTemplate(set: ScaleSet): Record<string, string> {
  const { cpu, memoryGiB, gpus, storageGiB } = set.runnerClass.pod;
  const template = {
    spec: {
      ...placement(set),
      automountServiceAccountToken: false,
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          // The hooks' own word for the job's container.
          name: "$job",
          resources: guaranteed({ milliCpu: cpu * 1000, memoryMiB: memoryGiB * 1024, storageGiB, gpus }),
          securityContext: { allowPrivilegeEscalation: false },
        },
      ],
    },
  };
  // JSON is YAML, and the same value always gives the same text.
  return { [HOOK_TEMPLATE_FILE]: JSON.stringify(template) };
}

/** The pod that waits for jobs: on the system pool, as a GPU or spot node may go at any time and a set without listener gets no jobs. */
export function listenerPod(): PodSpec {
  return {
    nodeSelector: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" },
    securityContext: RESTRICTED_POD,
    containers: [{ name: "listener", resources: guaranteed({ milliCpu: 250, memoryMiB: 512 }), securityContext: RESTRICTED_CONTAINER }],
  };
}

/** `spec.hard` of a set's ResourceQuota: as many pods as the set may have runners, and what they ask for. */
export function quota(set: ScaleSet): Record<string, string> {
  const { pod, maxRunners } = set.runnerClass;
  const manager = set.mode === "container" ? MANAGER : { milliCpu: 0, memoryMiB: 0, storageGiB: 0 };
  const podsPerRunner = set.mode === "container" ? 2 : 1;
  return {
    pods: String(maxRunners * podsPerRunner),
    "requests.cpu": `${maxRunners * (pod.cpu * 1000 + manager.milliCpu)}m`,
    "requests.memory": `${maxRunners * (pod.memoryGiB * 1024 + manager.memoryMiB)}Mi`,
    "requests.ephemeral-storage": `${maxRunners * (pod.storageGiB + manager.storageGiB)}Gi`,
    "requests.nvidia.com/gpu": String(maxRunners * pod.gpus),
  };
}

/** Pod Security level of a set's namespace. Where a daemon runs, admission allows no more than the daemon needs. */
export function podSecurity(set: ScaleSet): "privileged" | "baseline" | "restricted" {
  switch (set.mode) {
    case "plain":
      return "restricted";
    case "docker":
      return "privileged";
    // An image under test brings its own user, which may be root.
    case "container":
      return "baseline";
  }
}

/** Nobody reaches a runner; a runner reaches DNS and the outside, but no pod and no address of the platform. */
export function runnerTraffic(): input.networking.v1.NetworkPolicySpec {
  return {
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    egress: [
      {
        to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
        ports: [
          { protocol: "UDP", port: 53 },
          { protocol: "TCP", port: 53 },
        ],
      },
      { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: [POD_CIDR, ...FORBIDDEN_ADDRESSES] } }] },
    ],
  };
}

function placement({ pool }: ScaleSet): Pick<PodSpec, "nodeSelector" | "tolerations"> {
  return { nodeSelector: nodeSelector(pool), tolerations: tolerations(pool) };
}
