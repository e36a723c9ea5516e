/** Attacks on runners, their pods and the clusters. Pods are tried at the real API server. */
import type { Spec } from "../cluster";
import { got, refused, type Attack, type Outcome } from "../attack";
import type { Stage } from "../stage";

type Container = Readonly<Record<string, unknown>>;

interface RunnerPod {
  readonly namespace: string;
  readonly spec: Spec & { readonly containers: readonly Container[]; readonly initContainers?: readonly Container[]; readonly volumes?: readonly unknown[] };
}

/** The pod of a scale set as its release describes it: one with a Docker daemon, or one without. */
export function runnerPod(stage: Stage, kind: "builder" | "plain"): RunnerPod {
  for (const { namespace, values } of stage.ofType("kubernetes:helm.sh/v3:Release")) {
    const spec = (values as { template?: { spec?: RunnerPod["spec"] } } | undefined)?.template?.spec;
    const isBuilder = (spec?.initContainers ?? []).some(({ name }) => name === "docker");
    const isPlain = spec !== undefined && !isBuilder && (spec.volumes ?? []).length === 0;
    if (spec !== undefined && (kind === "builder" ? isBuilder : isPlain)) return { namespace: String(namespace), spec };
  }
  throw new Error(`no scale set of the stack is ${kind}`);
}

const EVERYTHING = { name: "evil", image: "evil", resources: { limits: { cpu: "1", memory: "1Gi" } } };

/** The scale set's own pod with one thing more. */
function pod(id: string, kind: "builder" | "plain", does: string, stops: string, change: (own: RunnerPod["spec"]) => Spec): Attack {
  return {
    id,
    who: "pod",
    does,
    stops,
    proof: "test/attacks on the real API server; policies `runner-pods-confined`, `admission-policies-apply`",
    remains: "What a user namespace and a container runtime do not hold: a fault of the kernel.",
    attempt: (stage) => {
      const { namespace, spec } = runnerPod(stage, kind);
      return stage.cluster.createPod(namespace, change(spec), stage.guarded);
    },
    opened: (stage) => stage.unguarded(),
  };
}

const withContainer = (more: Container) => (own: RunnerPod["spec"]): Spec => ({ ...own, containers: [...own.containers, { ...EVERYTHING, ...more }] });

/** As little as a container of a builder may have. */
const LEAST = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

const ADMISSION = "An admission policy on pods of runners' namespaces.";
const LEVEL = "The Pod Security level of the namespace.";

export const runnerAttacks: readonly Attack[] = [
  pod("pod-privileged-on-the-node", "builder", "Makes a privileged pod in the node's own user namespace.", ADMISSION, (own) => ({ ...own, hostUsers: true })),
  pod("pod-mounts-the-node", "builder", "Mounts a folder of the node.", ADMISSION, (own) => ({ ...own, volumes: [...(own.volumes ?? []), { name: "node", hostPath: { path: "/" } }] })),
  ...(["hostNetwork", "hostPID", "hostIPC"] as const).map((flag) => pod(`pod-${flag.toLowerCase()}`, "builder", `Makes a pod with \`${flag}\`.`, ADMISSION, (own) => ({ ...own, hostUsers: true, initContainers: [], [flag]: true }))),
  pod("plain-pod-privileged", "plain", "Makes a privileged container where no daemon runs.", LEVEL, withContainer({ securityContext: { privileged: true } })),
  pod("plain-pod-root", "plain", "Runs as root where no daemon runs.", LEVEL, withContainer({ securityContext: { runAsUser: 0, allowPrivilegeEscalation: true } })),
  pod("pod-second-daemon", "builder", "Makes a privileged container of an image of his own, inside the user namespace.", ADMISSION, (own) => ({ ...own, initContainers: [], containers: [{ ...EVERYTHING, name: "docker", securityContext: { privileged: true } }] })),
  pod("pod-all-capabilities", "builder", "Adds every capability to a container that is not called privileged.", ADMISSION, withContainer({ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"], add: ["ALL"] } } })),
  pod("pod-sys-admin", "builder", "Adds `SYS_ADMIN`, and claims a device besides.", ADMISSION, (own) => ({
    ...withContainer({ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } } })(own),
    resourceClaims: [{ name: "device", resourceClaimName: "device" }],
  })),
  pod("pod-claims-a-device", "builder", "Claims a device of the node.", ADMISSION, (own) => ({ ...own, resourceClaims: [{ name: "device", resourceClaimName: "device" }] })),
  pod("pod-unconfined", "builder", "Takes the seccomp profile off a container.", ADMISSION, withContainer({ securityContext: { ...LEAST, seccompProfile: { type: "Unconfined" } } })),
  pod("pod-without-apparmor", "builder", "Takes the AppArmor profile off a container.", ADMISSION, withContainer({ securityContext: { ...LEAST, appArmorProfile: { type: "Unconfined" } } })),
  pod("pod-host-port", "builder", "Opens a port of the node.", ADMISSION, withContainer({ securityContext: LEAST, ports: [{ containerPort: 80, hostPort: 80 }] })),
  pod("pod-unmasked-proc", "builder", "Shows a container all of /proc.", ADMISSION, withContainer({ securityContext: { ...LEAST, procMount: "Unmasked" } })),
  pod("pod-beside-the-daemon", "builder", "Makes a pod of a builder's namespace that has no daemon, no user namespace and root on the node.", ADMISSION, (own) => ({ ...own, hostUsers: true, initContainers: [], containers: [EVERYTHING] })),
  {
    id: "controller-reached",
    who: "pod",
    does: "Speaks from a pod of the cluster to the runners' controller, the cleaners or the device plugin, or takes their node's identity from one of these.",
    stops: "A network policy in each of their namespaces.",
    proof: "policy `namespaces-closed`",
    remains: "The cluster's own namespace reads the controller's metrics.",
    attempt: (stage) => {
      const closed = stage.ofType(TRAFFIC) as readonly { metadata?: { namespace?: string }; spec?: Record<string, unknown> }[];
      const open = OWN_NAMESPACES.filter((name) => !closed.some(({ metadata, spec }) => metadata?.namespace === name && keepsOut(spec ?? {})));
      return open.length > 0 ? got(`${open.join(", ")}: open to every pod`) : refused(`a network policy in each of ${OWN_NAMESPACES.join(", ")}`);
    },
    opened: (stage) => stage.without(/^NetworkPolicy runners-controller-traffic$/),
  },
  {
    id: "fork-names-a-runner",
    who: "stranger",
    does: "Names a scale set's label in the workflow of his pull request, which a maintainer lets run: his code is on a machine that is for vetted code.",
    stops: "Nothing but the approval: a runner group of GitHub lets a repository in, not an event.",
    proof: "none",
    remains: "The job is alone in a pod, reaches no other and holds no identity of a cloud; what it can do is use the machine.",
    notHeld: {
      consequence: "An approved workflow of a fork can use GPU machines, and meets on their nodes what other pods leave outside of their volumes.",
      why: "It takes a hook in the runner (`ACTIONS_RUNNER_HOOK_JOB_STARTED`) that looks at event, ref and workflow before a job's first step, or groups that are restricted to workflow files; neither is in the stack yet.",
    },
    attempt: (stage) => classesOpen(stage, "pull_request of a fork"),
  },
  {
    id: "branch-takes-any-class",
    who: "writer",
    does: "Names any scale set's label, a builder of main's among them, in a workflow on a branch of his own.",
    stops: "Nothing: a runner group lets in the repository, whatever the branch.",
    proof: "none",
    remains: "As `fork-names-a-runner`; the cloud identities do not follow from the machine.",
    notHeld: { consequence: "Anybody with write access can use every runner class, and keep it busy.", why: "As `fork-names-a-runner`." },
    attempt: (stage) => classesOpen(stage, "a push to any branch"),
  },
  {
    id: "builds-share-nodes",
    who: "pull request",
    does: "Breaks out of his builder's user namespace and waits on the node for a build of main.",
    stops: "Nothing keeps the two apart: builders of one architecture share a pool.",
    proof: "none",
    remains: "It takes a fault of the kernel or of the container runtime.",
    notHeld: {
      consequence: "Whoever owns a builder's node has the next build of main on it, and its identity.",
      why: "Pools by trust double the builders' least cost; config has one builder class an architecture yet.",
    },
    attempt: async (stage) => {
      const labels = async (path: string): Promise<string[]> => [...stage.file(path).matchAll(/runner: ([\w-]*builder[\w-]*)/g)].map(([, label]) => label ?? "");
      const [vetted, main] = [await labels(".github/workflows/pr.yaml"), await labels(".github/workflows/ci-test-suite.yml")];
      const shared = [...new Set(vetted.filter((label) => main.includes(label)))];
      return shared.length > 0 ? got(`both build on ${shared.join(" and ")}`) : refused("pull requests and main build on machines of their own");
    },
  },
  {
    id: "runner-reaches-the-platform",
    who: "pod",
    does: "Asks the node's metadata service for the node's identity, or speaks to other pods.",
    stops: "The network policy of each runner namespace lets out to the internet without these addresses, and nobody in.",
    proof: "policy `runner-namespaces-limited`",
    remains: "It holds where the cluster enforces network policies, which AKS does with the plugin that the stack sets.",
    attempt: (stage) => platformReached(stage),
    opened: (stage) => stage.without(/^NetworkPolicy runners-builder-amd64-traffic$/),
  },
  {
    id: "runner-keeps-its-machine",
    who: "pull request",
    does: "Leaves something on a runner for the job that comes after it.",
    stops: "Runners are ephemeral: one job each, in a pod of its own.",
    proof: "policy `runners-ephemeral`",
    remains: "Builders of pull requests and of main share nodes: what a pod leaves on its node's disk outside of its volumes.",
    attempt: (stage) => {
      const sets = stage.ofType("kubernetes:helm.sh/v3:Release").filter(({ chart }) => String(chart).endsWith("/gha-runner-scale-set"));
      const kept = sets.filter(({ values }) => JSON.stringify(values).includes("persistentVolumeClaim"));
      if (sets.length === 0) throw new Error("the stack has no scale set");
      return kept.length > 0 ? got(`${kept.length} scale sets keep a volume`) : refused(`${sets.length} scale sets, none with a volume that outlives its pod`);
    },
    opened: (stage) => stage.having("Release runners-builder-amd64-release", "values template spec volumes 0", { name: "work", persistentVolumeClaim: { claimName: "work" } }),
  },
  {
    id: "other-repository-uses-runners",
    who: "neighbour",
    does: "Names the runners' label in a workflow of another repository of the organisation.",
    stops: "The runner group lets in the one repository.",
    proof: "policy `runner-groups-selected`",
    remains: "nothing",
    attempt: (stage) => {
      const groups = stage.ofType("github:index/actionsRunnerGroup:ActionsRunnerGroup");
      if (groups.length === 0) throw new Error("the stack has no runner group");
      const open = groups.filter((group) => group["visibility"] !== "selected" || (group["selectedRepositoryIds"] as number[]).some((id) => id !== stage.repository.repositoryId));
      return open.length > 0 ? got(`${open.length} groups let others in`) : refused(`${groups.length} runner groups let in only repository ${stage.repository.repositoryId}`);
    },
    opened: (stage) => stage.having(`ActionsRunnerGroup ${stage.resources.find(({ type }) => type.endsWith(":ActionsRunnerGroup"))?.name ?? ""}`, "visibility", "all"),
  },
];

const TRAFFIC = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
/** Namespaces of the pods that hold the most rights. */
const OWN_NAMESPACES = ["arc-systems", "gpu-cicd-guard", "nvidia-device-plugin"];

/**
 * Whether a job of another kind of run may use a scale set: a runner group knows repositories and, where it is restricted, workflow files with their ref
 * (docs.github.com, "Managing access to self-hosted runners using groups"); a job that is there may be refused by a hook of the runner
 * ("Running scripts before or after a job").
 */
function classesOpen(stage: Stage, what: string): Outcome {
  const groups = stage.ofType("github:index/actionsRunnerGroup:ActionsRunnerGroup");
  const sets = stage.ofType("kubernetes:helm.sh/v3:Release").filter(({ chart }) => String(chart).endsWith("/gha-runner-scale-set"));
  if (groups.length === 0 || sets.length === 0) throw new Error("the stack has no runner group or no scale set");
  const restricted = groups.every((group) => group["restrictedToWorkflows"] === true);
  const hooked = sets.every(({ values }) => JSON.stringify(values).includes("ACTIONS_RUNNER_HOOK_JOB_STARTED"));
  return restricted || hooked ? refused(restricted ? "runner groups let in only named workflow files" : "the runner's hook refuses the job") : got(`${what} may use ${sets.length} scale sets`);
}

/** Addresses that no runner may reach: the clouds' metadata services (learn.microsoft.com, "Azure Instance Metadata Service" and "What is 168.63.129.16"). */
const PLATFORM = ["169.254.169.254/32", "168.63.129.16/32"];

function platformReached(stage: Stage): Outcome {
  const namespaces = stage
    .ofType("kubernetes:core/v1:Namespace")
    .map(({ metadata }) => metadata as { name: string; labels?: Record<string, string> })
    .filter(({ labels }) => labels?.["gpu-cicd/runners"] === "true");
  if (namespaces.length === 0) throw new Error("the stack has no namespace of runners");
  const policies = stage.ofType("kubernetes:networking.k8s.io/v1:NetworkPolicy") as readonly { metadata?: { namespace?: string }; spec?: Record<string, unknown> }[];
  const open = namespaces.filter(({ name }) => !policies.some(({ metadata, spec }) => metadata?.namespace === name && keepsOut(spec ?? {})));
  return open.length > 0 ? got(`${open.map(({ name }) => name).join(", ")}: nothing keeps pods from the platform's addresses`) : refused(`a network policy in each of ${namespaces.length} namespaces`);
}

/** Selects every pod, in both directions, and leaves the platform's addresses out of what it opens (kubernetes.io, "Network Policies": what is not allowed is denied). */
function keepsOut(spec: Record<string, unknown>): boolean {
  const { podSelector, policyTypes = [], egress = [], ingress = [] } = spec as { podSelector?: object; policyTypes?: string[]; egress?: { to?: { ipBlock?: { cidr: string; except?: string[] } }[] }[]; ingress?: unknown[] };
  const everyPod = podSelector !== undefined && Object.keys(podSelector).length === 0;
  const blocks = egress.flatMap(({ to }) => (to === undefined ? [{ cidr: "0.0.0.0/0", except: [] }] : to.flatMap(({ ipBlock }) => ipBlock ?? [])));
  const named = ingress.every((rule) => ((rule as { from?: { namespaceSelector?: { matchLabels?: Record<string, string> } }[] }).from ?? [{}]).every((peer) => peer.namespaceSelector?.matchLabels?.["kubernetes.io/metadata.name"] === "kube-system"));
  return everyPod && ["Ingress", "Egress"].every((type) => policyTypes.includes(type)) && named && blocks.every(({ except = [] }) => PLATFORM.every((address) => except.includes(address)));
}
