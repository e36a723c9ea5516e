import { stringify } from "yaml";
import type { Props, Subject } from "../../policy/kit/rule";
import { podsFitNodes } from "../../policy/rules/runners/pods-fit-nodes";
import { runnerAccountsConfined } from "../../policy/rules/runners/runner-accounts-confined";
import { runnerChartsOneVersion } from "../../policy/rules/runners/runner-charts-one-version";
import { runnerCredentialsByReference } from "../../policy/rules/runners/runner-credentials-by-reference";
import { runnerImagesCurrent } from "../../policy/rules/runners/runner-images-current";
import { runnerLabelsResolve } from "../../policy/rules/runners/runner-labels-resolve";
import { runnerNamespacesLimited } from "../../policy/rules/runners/runner-namespaces-limited";
import { runnerPodsConfined } from "../../policy/rules/runners/runner-pods-confined";
import { runnersEphemeral } from "../../policy/rules/runners/runners-ephemeral";
import { FILE, changed, file, prove, subject, type Proof, type Resources } from "./support";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const CHARTS = "oci://ghcr.io/actions/actions-runner-controller-charts";
const DIGEST = `sha256:${"0".repeat(64)}`;
const SPEC = "values.template.spec";
const FIRST = `${SPEC}.containers[0]`;

const runner = { name: "runner", image: `ghcr.io/actions/actions-runner:2.337.0@${DIGEST}`, command: ["/home/runner/run.sh"], securityContext: { allowPrivilegeEscalation: false } };
const scaleSet = {
  chart: `${CHARTS}/gha-runner-scale-set`,
  version: "0.15.1",
  name: "builders",
  namespace: "arc-builders",
  values: {
    githubConfigSecret: "github-app" as unknown,
    runnerScaleSetName: "builder-v1" as unknown,
    listenerTemplate: { spec: { containers: [{ name: "listener", securityContext: { allowPrivilegeEscalation: false } }] } },
    template: { spec: { containers: [runner], volumes: [{ name: "work", emptyDir: {} }] } },
  },
};
const plugin = subject(RELEASE, { chart: "nvidia-device-plugin", version: "0.20.0" }, { name: "plugin" });
const set = (path?: string, value?: unknown, name = "it"): Subject => subject(RELEASE, path === undefined ? scaleSet : changed(scaleSet, path, value), { name });
const having = (path: string, value: unknown): Subject[] => [set(path, value)];
const it = `${RELEASE} "it"`;
const refused = (property: string, found: string, wanted: string): string => `${it}: ${property}: found ${found}; wanted ${wanted}.`;
/** The template from which container hooks make a job's own pod. */
const jobPod = (spec: object): Subject => subject(CONFIG_MAP, { data: { "job.yaml": stringify({ spec }), "notes.txt": "a: [" } });
const job = { containers: [{ name: "$job", securityContext: { allowPrivilegeEscalation: false } }] };
const IN_JOB = 'data["job.yaml"].spec';
const inJob = (property: string, found: string, wanted: string): string => `${CONFIG_MAP} "it": ${IN_JOB}${property}: found ${found}; wanted ${wanted}.`;

const legacy = (kind: string): Subject => subject(`kubernetes:actions.summerwind.dev/v1alpha1:${kind}`, {});

const ephemeral: Proof = {
  rule: runnersEphemeral,
  sound: { "a scale set": [set(), plugin], "the controller": [subject(RELEASE, { chart: `${CHARTS}/gha-runner-scale-set-controller` })] },
  wrong: {
    "the older controller's runners": [[legacy("RunnerDeployment")], 'kubernetes:actions.summerwind.dev/v1alpha1:RunnerDeployment "it": kind: found RunnerDeployment; wanted a release of gha-runner-scale-set.'],
    "the older controller": [[subject(RELEASE, { chart: "actions-runner-controller/actions-runner-controller" })], refused("chart", "actions-runner-controller", "gha-runner-scale-set-controller")],
    "a runner that registers by itself": [
      having("values.template.spec.containers.0.args", ["-c", "./config.sh --unattended && ./run.sh"]),
      refused(`${FIRST}.command`, "/home/runner/run.sh -c ./config.sh --unattended && ./run.sh", "only run.sh, with the one-job registration that the controller hands over"),
    ],
  },
};

const controller = (version: unknown = "0.15.1"): Subject => subject(RELEASE, { chart: `${CHARTS}/gha-runner-scale-set-controller`, version }, { name: "controller" });
const oneVersion = (name: string, found: string): string => `${RELEASE} "${name}": version: found ${found}; wanted one version of both charts.`;

const charts: Proof = {
  rule: runnerChartsOneVersion,
  sound: {
    "one version": [controller(), set(), set("values.runnerScaleSetName", undefined, "other"), plugin],
    "the floor": [controller("v0.12.0"), set("version", "v0.12.0")],
    "a later one": [controller("1.0.0"), set("version", "1.0.0")],
    "no runners": [plugin],
  },
  wrong: {
    "two versions": [[controller("0.15.0"), set()], oneVersion("controller", '"0.15.0" and "0.15.1"')],
    "no version": [[controller(), set("version", undefined)], oneVersion("controller", '"0.15.1" and nothing'), refused("version", "nothing", "0.12.0 or newer")],
    "an old version": [[controller("0.11.9"), set("version", "0.11.9")], `${RELEASE} "controller": version: found "0.11.9"; wanted 0.12.0 or newer.`, refused("version", '"0.11.9"', "0.12.0 or newer")],
    "what is no version": [[controller("latest"), set("version", "latest")], `${RELEASE} "controller": version: found "latest"; wanted 0.12.0 or newer.`, refused("version", '"latest"', "0.12.0 or newer")],
    "a floor that is none": [{ subjects: [controller()], config: { floor: "new" } }, `${RELEASE} "controller": version: found "0.15.1"; wanted new or newer.`],
    "no controller": [[set()], "the stack: controller: found scale sets without a controller; wanted a release of gha-runner-scale-set-controller."],
    "one name twice": [[controller(), set(), set("name", "b", "b")], refused("values.runnerScaleSetName", "builder-v1 twice", "a name of its own"), `${RELEASE} "b": values.runnerScaleSetName: found builder-v1 twice; wanted a name of its own.`],
    "further labels": [[controller(), set("values.scaleSetLabels", ["gpu"])], refused("values.scaleSetLabels", '["gpu"]', "nothing")],
  },
};

const locking = { name: "$job", securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ["IPC_LOCK"] } } };

const confined: Proof = {
  rule: runnerPodsConfined,
  sound: {
    "a runner without rights": [set(), jobPod(job), plugin],
    "a daemon in a user namespace of its own": having(SPEC, { hostUsers: false, hostNetwork: false, containers: [runner], initContainers: [{ name: "docker", restartPolicy: "Always", securityContext: { privileged: true } }] }),
    "a job's pod that locks memory, where tests do": { subjects: [jobPod({ ...job, containers: [locking] })], config: { jobCapabilities: ["IPC_LOCK"] } },
    "a config map without data": [subject(CONFIG_MAP, {}), jobPod({ none: "such" })],
  },
  wrong: {
    "a privileged container": [having(`${SPEC}.containers.0.securityContext.privileged`, true), refused(`${FIRST}.securityContext.privileged`, "true", "false, or hostUsers: false on the pod")],
    "a container that may gain rights": [having(`${SPEC}.containers.0.securityContext`, undefined), refused(`${FIRST}.securityContext.allowPrivilegeEscalation`, "nothing", "false")],
    "rights of the kernel": [having(`${SPEC}.containers.0.securityContext.capabilities`, { add: ["SYS_ADMIN", "NET_RAW"] }), refused(`${FIRST}.securityContext.capabilities.add`, "SYS_ADMIN and NET_RAW", "nothing")],
    "the node's network": [having(`${SPEC}.hostNetwork`, true), refused(`${SPEC}.hostNetwork`, "true", "false")],
    "the node's processes": [having(`${SPEC}.hostPID`, true), refused(`${SPEC}.hostPID`, "true", "false")],
    "the node's files": [having(`${SPEC}.volumes.0`, { name: "docker", hostPath: { path: "/var/run/docker.sock" } }), refused(`${SPEC}.volumes[0]`, 'hostPath "/var/run/docker.sock"', "no path of the node")],
    "the chart's own daemon": [having("values.containerMode", { type: "dind" }), refused("values.containerMode.type", '"dind"', "kubernetes, kubernetes-novolume, or a daemon written out with hostUsers: false")],
    "a job's pod that locks memory": [[jobPod({ ...job, containers: [locking] })], inJob(".containers[0].securityContext.capabilities.add", "IPC_LOCK", "nothing")],
    "a job's pod that may do more": [
      { subjects: [jobPod({ ...job, containers: [{ ...locking, securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ["IPC_LOCK", "SYS_ADMIN"] } } }] })], config: { jobCapabilities: ["IPC_LOCK"] } },
      inJob(".containers[0].securityContext.capabilities.add", "SYS_ADMIN", "IPC_LOCK at most"),
    ],
    "a runner that locks memory": [
      { subjects: having(`${SPEC}.containers.0.securityContext.capabilities`, { add: ["IPC_LOCK"] }), config: { jobCapabilities: ["IPC_LOCK"] } },
      refused(`${FIRST}.securityContext.capabilities.add`, "IPC_LOCK", "nothing"),
    ],
    "a job's pod": [[jobPod({ ...job, hostIPC: true })], inJob(".hostIPC", "true", "false")],
    "a listener": [having("values.listenerTemplate.spec.hostNetwork", true), refused("values.listenerTemplate.spec.hostNetwork", "true", "false")],
  },
};

const image = (name: string): Subject[] => having(`${SPEC}.containers.0.image`, name);
const OLD = `ghcr.io/actions/actions-runner:2.328.0@${DIGEST}`;
const LATEST = `ghcr.io/actions/actions-runner:latest@${DIGEST}`;

const images: Proof = {
  rule: runnerImagesCurrent,
  sound: {
    "a digest and a version": [set(), plugin],
    "the floor": image(`ghcr.io/actions/actions-runner:v2.329.0@${DIGEST}`),
    "another container of any version": having(`${SPEC}.initContainers`, [{ name: "docker", image: `docker:dind@${DIGEST}` }]),
    "a job's image, which the job names": [jobPod(job)],
  },
  wrong: {
    "no digest": [image("actions-runner:2.337.0"), refused(`${FIRST}.image`, '"actions-runner:2.337.0"', "an image with a digest"), refused(`${FIRST}.image`, "actions-runner:2.337.0 without a version", "2.329.0 or newer")],
    "an old version": [image(OLD), refused(`${FIRST}.image`, "2.328.0", "2.329.0 or newer")],
    "no version": [image(LATEST), refused(`${FIRST}.image`, `${LATEST} without a version`, "2.329.0 or newer")],
    "no image": [having(`${SPEC}.initContainers`, [{ name: "docker" }]), refused(`${SPEC}.initContainers[0].image`, "nothing", "an image with a digest")],
    "no runner": [having(`${SPEC}.containers.0.name`, "other"), refused("values.template.spec.containers", "no container called runner", "one")],
    "another container of a job's pod": [[jobPod({ containers: [...job.containers, { name: "log", image: "log:1" }] })], inJob(".containers[1].image", '"log:1"', "an image with a digest")],
    "a floor that config raises": [{ subjects: [set()], config: { floor: "3.0.0" } }, refused(`${FIRST}.image`, "2.337.0", "3.0.0 or newer")],
  },
};

const credential = (value: unknown, found = "a value that is no name of a Secret"): [Subject[], string] => [having("values.githubConfigSecret", value), refused("values.githubConfigSecret", found, "the name of a Secret")];

const credentials: Proof = {
  rule: runnerCredentialsByReference,
  sound: { "a name": [set(), plugin] },
  wrong: {
    "the credential itself": credential({ github_token: "canary" }),
    "a token for a name": credential("ghp_canary"),
    nothing: credential(undefined, "nothing"),
  },
};

const JOBS = "ACTIONS_RUNNER_KUBERNETES_NAMESPACE";
/** A set whose runners start a pod for each job. */
const starting = (spec: object = {}, name: string | null = "jobs-builders", type = "kubernetes-novolume"): Subject =>
  set("values", {
    ...scaleSet.values,
    containerMode: { type },
    template: { spec: { serviceAccountName: "job-starter", containers: [{ name: "log" }, { ...runner, env: [{ name: "A", value: "b" }, ...(name === null ? [] : [{ name: JOBS, value: name }])] }], ...spec } },
  });
const withoutToken = set(`${SPEC}.automountServiceAccountToken`, false);
const bound = (namespace: string | undefined, ...subjects: object[]): Subject =>
  subject(`kubernetes:rbac.authorization.k8s.io/v1:${namespace === undefined ? "Cluster" : ""}RoleBinding`, { metadata: namespace === undefined ? {} : { namespace }, subjects });
const account = (namespace: string, name = "job-starter"): object => ({ kind: "ServiceAccount", name, namespace });
const secretIn = (namespace: string): Subject => subject("kubernetes:core/v1:Secret", { metadata: { namespace } }, { name: "key" });
const noCredential = "a namespace in which no credential lies";
const noAccount = (type: string, found: string): string => `kubernetes:rbac.authorization.k8s.io/v1:${type} "it": subjects: found ${found}; wanted no account of a runner or a job.`;

const accounts: Proof = {
  rule: runnerAccountsConfined,
  sound: {
    "jobs in the runner's pod, without a token": [withoutToken, plugin, jobPod({ ...job, automountServiceAccountToken: false })],
    "jobs in a namespace without a credential": [starting(), secretIn("arc-builders"), bound("jobs-builders", account("arc-builders"))],
    "the cleaner's rights among the runners": [starting(), bound("arc-builders", account("arc-systems", "cleaner"), { kind: "User", name: "somebody" })],
    "a role for accounts that are nobody's here": [starting(), bound(undefined, account("kube-system"))],
  },
  wrong: {
    "the chart's own account": [[starting({ serviceAccountName: undefined })], refused(`${SPEC}.serviceAccountName`, "nothing", "an account of this stack, or the chart makes one that reads every secret")],
    "an account without a name": [[starting({ serviceAccountName: "" })], refused(`${SPEC}.serviceAccountName`, "nothing", "an account of this stack, or the chart makes one that reads every secret")],
    "jobs beside the credential": [[starting({}, null)], refused(`${SPEC}.containers`, `${JOBS} nothing`, noCredential)],
    "jobs beside the credential, by name": [[starting({}, "arc-builders", "kubernetes")], refused(`${SPEC}.containers`, `${JOBS} "arc-builders"`, noCredential)],
    "jobs beside the controller, whose listeners hold a copy": [[starting({}, "arc-systems"), subject(RELEASE, { chart: `${CHARTS}/gha-runner-scale-set-controller`, namespace: "arc-systems" }, { name: "controller" })], refused(`${SPEC}.containers`, `${JOBS} "arc-systems"`, noCredential)],
    "a namespace without a name": [[starting({}, "")], refused(`${SPEC}.containers`, `${JOBS} ""`, noCredential)],
    "a credential beside the jobs": [[starting(), secretIn("jobs-builders")], refused(`${SPEC}.containers`, `${JOBS} "jobs-builders"`, noCredential)],
    "a role beside the credential": [[starting(), bound("arc-builders", account("arc-builders"))], noAccount("RoleBinding", "job-starter")],
    "a role for the jobs' account": [[starting(), bound("arc-builders", account("jobs-builders", "default"))], noAccount("RoleBinding", "default")],
    "a role in the whole cluster": [[starting(), bound(undefined, account("arc-builders"))], noAccount("ClusterRoleBinding", "job-starter")],
    "a token where jobs run": [[set()], refused(`${SPEC}.automountServiceAccountToken`, "nothing", "false")],
    "a token in a job's pod": [[withoutToken, jobPod({ ...job, automountServiceAccountToken: true })], inJob(".automountServiceAccountToken", "true", "false")],
  },
};

const QUOTA = "kubernetes:core/v1:ResourceQuota";
const TRAFFIC = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const quota = { metadata: { namespace: "arc-builders" }, spec: { hard: { pods: "16", "requests.cpu": "1", "requests.memory": "1Gi" } as unknown } };
const traffic = {
  metadata: { namespace: "arc-builders" },
  spec: {
    podSelector: {} as unknown,
    policyTypes: ["Ingress", "Egress"],
    ingress: [] as unknown[],
    egress: [
      { to: [{ namespaceSelector: {} }], ports: [{ port: 53 }] },
      { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.244.0.0/16", "169.254.169.254/32", "168.63.129.16/32"] } }, { ipBlock: { cidr: "203.0.113.0/24" } }] },
    ] as unknown[],
  },
};
const limited = (limit: Props = quota, policy: Props = traffic, ...more: Subject[]): Subject[] => [set(), subject(QUOTA, limit), subject(TRAFFIC, policy), ...more];
const letting = (path: string, value: unknown): Subject[] => limited(quota, changed(traffic, `spec.${path}`, value));
const inTraffic = (path: string, found: string, wanted: string): string => `${TRAFFIC} "it": spec.${path}: found ${found}; wanted ${wanted}.`;

const namespaces: Proof = {
  rule: runnerNamespacesLimited,
  sound: {
    "a quota and a policy": limited(),
    "known callers": letting("ingress", [{ from: [{ podSelector: {} }] }]),
    "no rules and no selector": letting("podSelector", undefined),
    "jobs in a namespace of their own": [starting(), ...["arc-builders", "jobs-builders"].flatMap((namespace) => [subject(QUOTA, changed(quota, "metadata.namespace", namespace)), subject(TRAFFIC, changed(traffic, "metadata.namespace", namespace))])],
    "jobs beside their runners, which another rule reports": [starting({}, null), ...limited().slice(1)],
  },
  wrong: {
    "no quota": [limited(changed(quota, "metadata.namespace", "other")), refused("namespace", "arc-builders without a ResourceQuota", "a ResourceQuota")],
    "no policy": [limited().slice(0, 2), refused("namespace", "arc-builders without a NetworkPolicy", "a NetworkPolicy")],
    "a quota of pods alone": [limited(changed(quota, "spec.hard", { pods: "5" })), `${QUOTA} "it": spec.hard: found no requests.cpu and requests.memory; wanted a limit of each.`],
    "a quota of nothing": [limited(changed(quota, "spec.hard", undefined)), `${QUOTA} "it": spec.hard: found no pods, requests.cpu and requests.memory; wanted a limit of each.`],
    "some pods": [letting("podSelector", { matchLabels: { a: "b" } }), inTraffic("podSelector", '{"matchLabels":{"a":"b"}}', "every pod")],
    "one direction": [letting("policyTypes", ["Ingress"]), inTraffic("policyTypes", "Ingress", "Ingress and Egress")],
    "every caller": [letting("ingress", [{}]), inTraffic("ingress[0]", "no from", "named peers")],
    "every destination": [letting("egress", [{ ports: [{ port: 443 }] }]), inTraffic("egress[0]", "no to", "named peers")],
    "the node's identity": [letting("egress", [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["168.63.129.16/32"] } }] }]), inTraffic("egress[0]", "0.0.0.0/0 with 169.254.169.254/32", "the node's metadata excepted")],
    "no limits where jobs run": [[starting(), ...limited().slice(1)], refused("namespace", "jobs-builders without a ResourceQuota", "a ResourceQuota"), refused("namespace", "jobs-builders without a NetworkPolicy", "a NetworkPolicy")],
    "two sets": [limited(quota, traffic, set("name", "b", "b")), refused("namespace", "arc-builders with several sets", "a namespace for each set"), `${RELEASE} "b": namespace: found arc-builders with several sets; wanted a namespace for each set.`],
  },
};

const CALLED = ".github/workflows/c.yml";
const running = (runsOn: unknown, more: object = {}): Subject[] => [set(), file({ on: "push", jobs: { a: { "runs-on": runsOn, ...more }, b: { uses: "./.github/workflows/x.yml" } } })];
/** A workflow whose runner is an input, and one that calls it twice. */
const calling = (label: unknown, inputs: object = { runner: {} }): Subject[] => [
  set(),
  file({ on: "push", jobs: { a: { uses: `./${CALLED}`, with: { runner: "builder-v1" } }, b: { uses: `./${CALLED}`, with: label === undefined ? {} : { runner: label } } } }),
  file({ on: { workflow_call: { inputs } }, jobs: { c: { "runs-on": "${{ inputs.runner }}" } } }, CALLED),
];
const KNOWN = "one of builder-v1, ubuntu-24.04 and ubuntu-24.04-arm";
const unresolved = (found: string, path = ".github/workflows/w.yml", id = "a"): string => `${FILE} "${path}": content of ${path}, job ${id}: found runs-on ${found}; wanted ${KNOWN}.`;

const labels: Proof = {
  rule: runnerLabelsResolve,
  sound: {
    "a scale set": running("builder-v1"),
    "a scale set by its release's name": [set("values.runnerScaleSetName", undefined), file({ on: "push", jobs: { a: { "runs-on": "builders" } } })],
    "a hosted runner": running(["ubuntu-24.04-arm"]),
    "a label of the plan": running("${{ matrix.runner }}", { strategy: { matrix: "${{ fromJSON(needs.plan.outputs.legs) }}" } }),
    "labels of the matrix": running("${{ matrix.runner }}", { strategy: { matrix: { runner: ["builder-v1", "ubuntu-24.04"] } } }),
    "a label that callers give": calling("ubuntu-24.04"),
    "a label that the plan gives to a caller": calling("${{ matrix.runner }}"),
    "a label by default": calling(undefined, { runner: { default: "builder-v1" } }),
    "a scale set for each runner class of the plan": [set(), planData("builder-v1", "ubuntu-24.04")],
  },
  wrong: {
    "nobody's label": [running("ubuntu-latest"), unresolved("ubuntu-latest")],
    "several labels": [running(["ubuntu-24.04", "builder-v1"]), unresolved("ubuntu-24.04 and builder-v1")],
    "no label": [running(undefined), unresolved("nothing")],
    "a group": [running({ group: "builders", labels: "builder-v1" }), unresolved("group builders")],
    "an expression of something else": [running("${{ vars.RUNNER }}"), unresolved("${{ vars.RUNNER }}")],
    "nobody's label in the matrix": [running("${{ matrix.runner }}", { strategy: { matrix: { runner: ["builder-v1"], include: [{ runner: "builder-v2" }] } } }), unresolved("builder-v2")],
    "nobody's label from a caller": [calling("builder-v2"), unresolved("builder-v2", CALLED, "c")],
    "a runner class of the plan without a scale set": [
      [set(), planData("builder-v1", "gone-v1")],
      `${FILE} ".github/ci/pipeline.json": content of .github/ci/pipeline.json, runnerClasses[1].label: found gone-v1; wanted one of builder-v1, ubuntu-24.04 and ubuntu-24.04-arm.`,
    ],
    "nobody's label by default": [calling(undefined, { runner: { default: "builder-v2" } }), unresolved("builder-v2", CALLED, "c")],
  },
};

function planData(...labels: readonly string[]): Subject {
  return file(JSON.stringify({ runnerClasses: labels.map((label) => ({ label })) }), ".github/ci/pipeline.json");
}

const POOL = "azure-native:containerservice:AgentPool";
const pool = (agentPoolName: string, vmSize: string): Subject => subject(POOL, { agentPoolName, vmSize, enableAutoScaling: true, maxCount: 1 }, { name: agentPoolName });
const pools = [pool("big", "Standard_D16ds_v5"), pool("gpu", "Standard_NC24ads_A100_v4")];
const asking = (requests: object | undefined, more: object = {}, name: string | undefined = "big"): Subject[] => [
  ...pools,
  set(SPEC, { ...(name === "" ? {} : { nodeSelector: { "kubernetes.azure.com/agentpool": name } }), containers: [{ ...runner, resources: { requests } }], ...more }),
];
const D16 = { cpu: "15740m", memory: "59000Mi" };
const tooMuch = (found: string, wanted: string, size = "Standard_D16ds_v5"): string => refused(`${SPEC} requests`, found, `${wanted} or less, as ${size} has`);
const init = (more: object): object => ({ initContainers: [{ name: "init", ...more }] });
const sized = (subjects: readonly Subject[]): Resources => ({ subjects, config: { sizes: { "Standard_D16ds_v5": { hourly: 1, cpus: 1, memoryGiB: 3, gpus: 0 }, Standard_NC24ads_A100_v4: { hourly: 1, cpus: 0, memoryGiB: 1000, gpus: 1 } } } });

const fit: Proof = {
  rule: podsFitNodes,
  sound: {
    "as much as a node has": asking(D16),
    "whole cores and gibibytes": asking({ cpu: "15", memory: "57Gi" }),
    "nothing": asking(undefined),
    "a GPU": asking({ "nvidia.com/gpu": "1" }, {}, "gpu"),
    "no pool": asking({ "nvidia.com/gpu": "1" }, {}, ""),
    "a step before that needs less": asking(D16, init({ resources: { requests: D16 } })),
    "a size that nobody knows, which another rule reports": [pool("big", "Standard_X"), ...asking(D16).slice(-1)],
    "what is no pod": [...pools, plugin],
  },
  wrong: {
    "more cores": [asking({ cpu: "15741m" }), tooMuch("cpu 15741", "cpu 15740")],
    "more memory": [asking({ memory: "60Gi" }), tooMuch("memory 61440", "memory 60386")],
    "a GPU where there is none": [asking({ "nvidia.com/gpu": "1" }), tooMuch("gpus 1", "gpus 0")],
    "limits without requests": [asking(undefined, { containers: [{ ...runner, resources: { limits: { "nvidia.com/gpu": 2 } } }] }, "gpu"), tooMuch("gpus 2", "gpus 1", "Standard_NC24ads_A100_v4")],
    "what is no quantity": [asking({ memory: "lots" }), tooMuch("memory that is no quantity", "memory 60386")],
    "a sidecar beside the runner": [asking({ cpu: "8" }, init({ restartPolicy: "Always", resources: { requests: { cpu: "8" } } })), tooMuch("cpu 16000", "cpu 15740")],
    "a step before that needs more": [asking({ cpu: "1" }, init({ resources: { requests: { cpu: "32" } } })), tooMuch("cpu 32000", "cpu 15740")],
    "a pool that is not there": [asking(D16, {}, "small"), refused(`${SPEC}.nodeSelector`, "pool small", "one of big and gpu")],
    "no pool at all": [[set()], refused(`${SPEC}.nodeSelector`, "no pool", "one of none")],
    "no pool that is large enough": [asking({ cpu: "64" }, {}, ""), tooMuch("cpu 64000", "cpu 15740")],
    "a job's pod": [[...pools, jobPod({ nodeSelector: { "kubernetes.azure.com/agentpool": "gpu" }, containers: [{ name: "$job", resources: { requests: { "nvidia.com/gpu": "2" } } }] })], `${CONFIG_MAP} "it": ${IN_JOB} requests: found gpus 2; wanted gpus 1 or less, as Standard_NC24ads_A100_v4 has.`],
    "small and large machines": [sized(asking({ cpu: "941m", memory: "2300Mi" })), tooMuch("cpu 941 and memory 2300", "cpu 940 and memory 2204")],
  },
};

prove("runners", [ephemeral, accounts, charts, confined, images, credentials, namespaces, labels, fit]);
