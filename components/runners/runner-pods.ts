/** The pods of a scale set, by mode. */
import { JOB_STARTER, TEST_SERVICE } from "../../pipeline/machines";
import { nodeSelector, runnerPools, tolerations } from "../cluster/pools";
import { jobNamespaceOf } from "./namespaces";
import type { ScaleSet } from "./runner-mode";
import { RESTRICTED_CONTAINER, RESTRICTED_POD, guaranteed, type Container, type PodSpec } from "./values";

/** The user and group of GitHub's runner image, and the group that may use a Docker socket. */
const RUNNER_USER = 1001;
const DOCKER_GROUP = 123;

const RUN = ["/home/runner/run.sh"];
const HOOK_TEMPLATE_FOLDER = "/home/runner/pod-template";
const HOOK_TEMPLATE_FILE = "job.yaml";

/** Service account with which runners start the pods of jobs. */
export const JOB_STARTER_ACCOUNT = "job-starter";

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
      return managerPod(set, images, hookTemplate ?? "");
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

/**
 * A small pod that starts the job's. It goes to any CPU pool, so that no GPU node is held for it. Its account is named, so that the chart makes none: the
 * chart's own reads every secret of the namespace.
 */
function managerPod({ runnerClass }: ScaleSet, images: RunnerImages, hookTemplate: string): PodSpec {
  return {
    serviceAccountName: JOB_STARTER_ACCOUNT,
    automountServiceAccountToken: true,
    nodeSelector: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" },
    tolerations: runnerPools(),
    securityContext: { ...RESTRICTED_POD, runAsUser: RUNNER_USER, fsGroup: RUNNER_USER },
    terminationGracePeriodSeconds: GRACE_SECONDS,
    containers: [
      {
        name: "runner",
        image: images.runner,
        command: RUN,
        env: [
          { name: "ACTIONS_RUNNER_CONTAINER_HOOK_TEMPLATE", value: `${HOOK_TEMPLATE_FOLDER}/${HOOK_TEMPLATE_FILE}` },
          { name: "ACTIONS_RUNNER_KUBERNETES_NAMESPACE", value: jobNamespaceOf(runnerClass.label) },
        ],
        resources: guaranteed(MANAGER),
        securityContext: RESTRICTED_CONTAINER,
        volumeMounts: [{ name: "pod-template", mountPath: HOOK_TEMPLATE_FOLDER, readOnly: true }],
      },
    ],
    volumes: [{ name: "pod-template", configMap: { name: hookTemplate } }],
  };
}

/** Name of the volume that is `/dev/shm`. */
const SHARED_MEMORY = "shared-memory";

/** The capability that locks memory without a limit. It is not among those that Pod Security's baseline level takes. */
const LOCK_MEMORY = "IPC_LOCK";

/** Labels of the namespace of a set's jobs by which admission knows what their pods may have beyond the baseline (`gpu-cicd-job-pods`). */
export const JOB_PODS_LABEL = "gpu-cicd/job-pods";
export const MEMLOCK_LABEL = "gpu-cicd/memlock";
export const SHARED_MEMORY_LABEL = "gpu-cicd/shared-memory-gib";

/** What admission is told of a set's jobs' pods. */
export function jobPodLabels({ contract }: ScaleSet): Record<string, string> {
  return { [JOB_PODS_LABEL]: "true", [MEMLOCK_LABEL]: contract.memlock, [SHARED_MEMORY_LABEL]: String(contract.sharedMemoryGiB) };
}

/**
 * Data of the ConfigMap from which the container hooks take a job's pod. The job gets no token of the API server: code under test has no business there.
 *
 * What tests want of their pod stands here and in no container option of the workflow: the hooks take an image, an entry point, ports and variables from
 * the job, and nothing of `options`, so that `--shm-size`, `--ulimit` and `--user` do nothing (actions/runner-container-hooks 0.8,
 * packages/k8s/src/hooks/prepare-job.ts, createContainerSpec). The template's security context takes the place of the hooks' own, which is the group
 * alone. Kubernetes knows no ulimit: memory is locked without a limit by a capability, which it gives only to root (KEP-2763).
 */
export function jobPodTemplate(set: ScaleSet): Record<string, string> {
  const { cpu, memoryGiB, gpus, storageGiB } = set.runnerClass.pod;
  const { user, sharedMemoryGiB, memlock } = set.contract;
  const template = {
    spec: {
      ...placement(set),
      automountServiceAccountToken: false,
      securityContext: { runAsUser: user, fsGroup: RUNNER_USER, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          // The hooks' own word for the job's container.
          name: "$job",
          resources: guaranteed({ milliCpu: cpu * 1000, memoryMiB: memoryGiB * 1024, storageGiB, gpus }),
          securityContext: { allowPrivilegeEscalation: false, ...(memlock === "unlimited" ? { capabilities: { add: [LOCK_MEMORY] } } : {}) },
          ...(sharedMemoryGiB > 0 ? { volumeMounts: [{ name: SHARED_MEMORY, mountPath: "/dev/shm" }] } : {}),
        },
      ],
      ...(sharedMemoryGiB > 0 ? { volumes: [{ name: SHARED_MEMORY, emptyDir: { medium: "Memory", sizeLimit: `${sharedMemoryGiB}Gi` } }] } : {}),
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

/** `spec.hard` of a namespace's ResourceQuota. */
type Quota = Record<string, string>;

/** Quota of a set's own namespace: as many pods as the set may have runners, and what they ask for. */
export function quota(set: ScaleSet): Quota {
  const { cpu, memoryGiB, storageGiB, gpus } = set.runnerClass.pod;
  return quotaOf(set, set.mode === "container" ? { ...MANAGER, gpus: 0 } : { milliCpu: cpu * 1000, memoryMiB: memoryGiB * 1024, storageGiB, gpus });
}

/** Quota of the namespace of a set's jobs: one pod for each runner, with the services beside its tests. */
export function jobQuota(set: ScaleSet): Quota {
  const { cpu, memoryGiB, storageGiB, gpus } = set.runnerClass.pod;
  const { services } = set.contract;
  return quotaOf(set, {
    milliCpu: (cpu + services * TEST_SERVICE.cpu) * 1000,
    memoryMiB: (memoryGiB + services * TEST_SERVICE.memoryGiB) * 1024,
    storageGiB: storageGiB + services * TEST_SERVICE.storageGiB,
    gpus,
  });
}

function quotaOf({ runnerClass: { maxRunners } }: ScaleSet, pod: typeof MANAGER & { gpus: number }): Quota {
  return {
    pods: String(maxRunners),
    "requests.cpu": `${maxRunners * pod.milliCpu}m`,
    "requests.memory": `${maxRunners * pod.memoryMiB}Mi`,
    "requests.ephemeral-storage": `${maxRunners * pod.storageGiB}Gi`,
    "requests.nvidia.com/gpu": String(maxRunners * pod.gpus),
  };
}

/** Pod Security level of a set's namespace. Where a daemon runs, admission allows no more than the daemon needs. */
export function podSecurity(set: ScaleSet): "privileged" | "restricted" {
  return set.mode === "docker" ? "privileged" : "restricted";
}

/**
 * Pod Security level of the namespace of a set's jobs: an image under test brings its own user, which may be root. Where tests lock memory it is
 * `privileged`, and admission allows no more than they need.
 */
export function jobPodSecurity(set: ScaleSet): "privileged" | "baseline" {
  return set.contract.memlock === "unlimited" ? "privileged" : "baseline";
}

function placement({ pool }: ScaleSet): Pick<PodSpec, "nodeSelector" | "tolerations"> {
  return { nodeSelector: nodeSelector(pool), tolerations: tolerations(pool) };
}
