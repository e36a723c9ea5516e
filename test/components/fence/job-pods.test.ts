/** What pods of tests may be: the program's namespaces and admission policies, enforced by a real API server. */
import { parse } from "yaml";
import { named, runStack, type Registered } from "../support";
import { FencedCluster, type KubernetesObject } from "./cluster";

jest.setTimeout(300_000);

let cluster: FencedCluster;
let resources: readonly Registered[];
beforeAll(async () => {
  ({ resources } = await runStack("large"));
  cluster = await FencedCluster.start(resources, "runner-cluster-kubernetes");
});
afterAll(() => cluster?.stop());

type Json = Record<string, unknown>;
interface JobPod {
  spec: { containers: Json[]; volumes?: Json[]; securityContext: Json } & Json;
}

/** The pod that the container hooks make of a class's template, of the image of a job and of a service. */
function jobPod(id: string, change: (pod: JobPod) => void = () => undefined): KubernetesObject {
  const template = parse((named(resources, `runners-${id}-job-pod`).inputs["data"] as Record<string, string>)["job.yaml"]!) as JobPod;
  const [job = {}, ...rest] = template.spec.containers;
  const pod: JobPod = { spec: { ...template.spec, restartPolicy: "Never", containers: [{ ...job, name: "job", image: "registry.example.org/alpha" }, ...rest, { name: "store", image: "store" }] } };
  change(pod);
  const label = (named(resources, `runners-${id}-jobs-namespace`).inputs["metadata"] as { name: string }).name;
  return { apiVersion: "v1", kind: "Pod", metadata: { generateName: "job-", name: "", namespace: label }, ...pod } as unknown as KubernetesObject;
}

const container = (change: Json) => (pod: JobPod) => void Object.assign(pod.spec.containers[0]!, change);
const context = (change: Json) => (pod: JobPod) => void Object.assign(pod.spec.containers[0]!["securityContext"] as Json, change);
const spec = (change: Json) => (pod: JobPod) => void Object.assign(pod.spec, change);
const capabilities = (...add: string[]) => context({ capabilities: { add } });

async function made(pod: KubernetesObject): Promise<string> {
  const { metadata, ...rest } = pod;
  const unique = { ...metadata, name: `job-${Math.random().toString(36).slice(2, 8)}`, generateName: undefined };
  const { code, text } = await cluster.create({ ...rest, metadata: unique } as KubernetesObject, undefined, "--dry-run=server");
  return code === 0 ? "made" : text;
}

test.each(["bench-gpu", "bench-gpu-2", "bench-arm"])("the pod of %s is taken as its contract makes it", async (id) => {
  expect(await made(jobPod(id))).toBe("made");
});

// Two policies refuse a privileged container. The API server names the first that it asked, in an order of its own.
test.each<[string, (pod: JobPod) => void, string | RegExp]>([
  [
    "a privileged container, in a user namespace too",
    (pod) => { spec({ hostUsers: false })(pod); context({ privileged: true, allowPrivilegeEscalation: true })(pod); },
    /no container of a job is privileged|the Docker daemon alone is privileged/,
  ],
  ["another capability", capabilities("IPC_LOCK", "SYS_ADMIN"), "add no capability but IPC_LOCK"],
  ["a capability of a service", (pod) => void Object.assign(pod.spec.containers[1]!, { securityContext: { capabilities: { add: ["NET_ADMIN"] } } }), "add no capability but IPC_LOCK"],
  ["more shared memory", spec({ volumes: [{ name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "5Gi" } }] }), "no larger than the tests' contract says"],
  ["shared memory without a limit", spec({ volumes: [{ name: "shared-memory", emptyDir: { medium: "Memory" } }] }), "no larger than the tests' contract says"],
  ["a port of the node", container({ ports: [{ containerPort: 80, hostPort: 80 }] }), "opens no port of its node"],
  ["a path of the node", spec({ volumes: [{ name: "shared-memory", emptyDir: {} }, { name: "host", hostPath: { path: "/" } }] }), "runners mount no path of their node"],
  ["the node's network", spec({ hostNetwork: true }), "runners share no namespace with their node"],
  ["no seccomp profile", spec({ securityContext: { seccompProfile: { type: "Unconfined" } } }), "keep a seccomp profile"],
  ["a container without seccomp profile", context({ seccompProfile: { type: "Unconfined" } }), "keep a seccomp profile"],
  ["no AppArmor profile", context({ appArmorProfile: { type: "Unconfined" } }), "keep an AppArmor profile"],
  ["a kernel parameter", spec({ securityContext: { sysctls: [{ name: "net.ipv4.ip_forward", value: "1" }] } }), "sets no kernel parameter"],
  ["SELinux options", context({ seLinuxOptions: { level: "s0" } }), "sets no SELinux options"],
])("%s is refused where tests lock memory", async (_what, change, message) => {
  expect(await made(jobPod("bench-gpu", change))).toMatch(message);
});

test("a class whose tests lock none gives none", async () => {
  expect(await made(jobPod("bench-arm", capabilities("IPC_LOCK")))).toMatch(/violates PodSecurity "baseline|add no capability but IPC_LOCK/);
});
