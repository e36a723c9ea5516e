/**
 * What the accounts of runners may do, asked of a real API server after the program's own objects and releases were put into it.
 * Does not prove: that GitHub's container hooks work with these rights; what they ask for is taken from their sources.
 */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { HOOK_RULES } from "../../../components/runners/job-namespace";
import { ABANDONED_JOBS } from "../../../components/runners/runner-scale-sets";
import { SWEEP_SCRIPT } from "../../../components/shared/sweeper";
import type { KubernetesClient } from "../../../sandbox/kubernetes/client";
import type { Properties } from "../../../sandbox/provider/kind";
import { runStack, type Registered } from "../../components/support";
import { clientOf, infoOf, kindOf, startRig, type Rig } from "./support";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const OBJECTS = ["Namespace", "ServiceAccount", "Secret", "ConfigMap", "Role", "RoleBinding"];
const [RUNNERS, JOBS, ARC] = ["arc-bench-gpu-2-v3", "jobs-bench-gpu-2-v3", "arc-systems"];
const STARTER = `system:serviceaccount:${RUNNERS}:job-starter`;
/** Ways to a secret of a namespace: its own API, a pod that mounts it or is entered, and an account or a role that has more. */
const WAYS: readonly (readonly [string, readonly string[]])[] = [
  ["secrets", ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"]],
  ["pods", ["get", "list", "create", "update", "patch", "delete"]],
  ["pods/exec", ["get", "create"]],
  ["pods/attach", ["get", "create"]],
  ["pods/log", ["get"]],
  ["pods/ephemeralcontainers", ["update", "patch"]],
  ["serviceaccounts/token", ["create"]],
  ["jobs.batch", ["create"]],
  ["deployments.apps", ["create"]],
  ["roles.rbac.authorization.k8s.io", ["create", "update", "bind", "escalate"]],
  ["rolebindings.rbac.authorization.k8s.io", ["create", "update"]],
  ["ephemeralrunners.actions.github.com", ["get", "list", "create", "delete"]],
  ["autoscalingrunnersets.actions.github.com", ["get", "patch"]],
];

let rig: Rig;
let client: KubernetesClient;

beforeAll(async () => {
  rig = await startRig();
  client = await clientOf(rig, "runners");
  const { resources } = await runStack("large");
  const ours = resources.filter(({ name }) => /^runners-(bench-gpu-2|controller|job-cleaner|cleaner)(-|$)/.test(name));
  for (const kind of OBJECTS) for (const { inputs } of ours.filter(({ type }) => type.endsWith(`:${kind}`))) await apply(inputs);
  for (const name of ["runners-controller", "runners-bench-gpu-2-release"]) await install(named(ours, name).inputs);
}, 180_000);

afterAll(() => rig.stop(), 30_000);

function named(resources: readonly Registered[], name: string): Registered {
  const found = resources.find((resource) => resource.name === name && resource.type === RELEASE);
  if (found === undefined) throw new Error(`no release ${name}`);
  return found;
}

/** An output that is a secret comes as what it wraps. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("4dabf18193072939515e22adb298388d" in value) return plain((value as Properties)["value"]);
  return Array.isArray(value) ? value.map(plain) : Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

async function apply(object: unknown): Promise<void> {
  const { apiVersion, kind, metadata, ...rest } = plain(object) as { apiVersion: string; kind: string; metadata: { name: string; namespace?: string } };
  const plural = `${kind.toLowerCase()}s`;
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const path = `${root}${metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`}/${plural}`;
  await client.api.send({ method: "POST", path, body: { apiVersion, kind, metadata, ...rest } });
}

async function install(inputs: Properties): Promise<void> {
  const { compat, ...release } = plain(inputs) as Properties;
  expect(compat).toBe("true");
  await kindOf(rig, RELEASE).create(client, release, infoOf(RELEASE, String(release["name"])));
}

/** Asks the API server, as `kubectl auth can-i --as` does. */
async function can(user: string, verb: string, resource: string, namespace?: string): Promise<boolean> {
  const [path = "", ...group] = resource.split(".");
  const [name, subresource] = path.split("/");
  const [, , home] = user.split(":").slice(1);
  const groups = home === undefined ? [] : ["system:serviceaccounts", `system:serviceaccounts:${user.split(":")[2]}`, "system:authenticated"];
  const attributes = { verb, resource: name, group: group.join("."), ...(subresource === undefined ? {} : { subresource }), ...(namespace === undefined ? {} : { namespace }) };
  const body = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", spec: { user, groups, resourceAttributes: attributes } };
  const answer = await client.api.send<{ status: { allowed: boolean } }>({ method: "POST", path: "/apis/authorization.k8s.io/v1/subjectaccessreviews", body });
  return answer.status.allowed;
}

/** A token of a service account, as its pod gets it. */
async function tokenOf(namespace: string, account: string): Promise<string> {
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const answer = await client.api.send<{ status: { token: string } }>({ method: "POST", path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, body });
  return answer.status.token;
}

/** Status with which the API server answers whoever has a token. */
async function statusFor(token: string, method: string, path: string, body?: unknown): Promise<number> {
  const format = "%{http_code}";
  const data = body === undefined ? [] : ["--header", "content-type: application/json", "--data", JSON.stringify(body)];
  const { stdout } = await promisify(execFile)("curl", ["--silent", "--insecure", "--output", "/dev/null", "--write-out", format, "--request", method, "--header", `Authorization: Bearer ${token}`, ...data, `${client.api.server}${path}`]);
  return Number(stdout);
}

async function allowed(user: string, namespace?: string): Promise<string[]> {
  const asked = WAYS.flatMap(([resource, verbs]) => verbs.map((verb) => [verb, resource] as const));
  const answers = await Promise.all(asked.map(([verb, resource]) => can(user, verb, resource, namespace)));
  return asked.filter((_, i) => answers[i]).map(([verb, resource]) => `${verb} ${resource}`);
}

describe("runners that start pods for jobs", () => {
  test("may do in their jobs' namespace what the hooks ask for, and nothing else", async () => {
    const asked = HOOK_RULES.flatMap(({ resources, verbs }) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)));
    for (const each of asked) expect([each, await can(STARTER, each.split(" ")[0]!, each.split(" ")[1]!, JOBS)]).toEqual([each, true]);
    expect((await allowed(STARTER, JOBS)).filter((each) => !asked.includes(each))).toEqual([]);
  });

  test.each([["beside the key of the GitHub App", RUNNERS], ["in the controller's namespace", ARC], ["in kube-system", "kube-system"], ["in the whole cluster", undefined]])("may do nothing %s", async (_, namespace) => {
    expect(await allowed(STARTER, namespace)).toEqual([]);
  });

  test("get no answer about the key, with the very token of their pod", async () => {
    const token = await tokenOf(RUNNERS, "job-starter");
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "thief" }, spec: { containers: [{ name: "c", image: "i", env: [{ name: "KEY", valueFrom: { secretKeyRef: { name: "github-app", key: "github_app_private_key" } } }] }] } };
    expect(await statusFor(token, "GET", `/api/v1/namespaces/${RUNNERS}/secrets/github-app`)).toBe(403);
    expect(await statusFor(token, "GET", `/api/v1/namespaces/${RUNNERS}/secrets`)).toBe(403);
    expect(await statusFor(token, "GET", "/api/v1/secrets")).toBe(403);
    expect(await statusFor(token, "DELETE", `/api/v1/namespaces/${RUNNERS}/secrets/github-app`)).toBe(403);
    expect(await statusFor(token, "POST", `/api/v1/namespaces/${RUNNERS}/pods`, pod)).toBe(403);
    // Where it may read secrets there is none.
    expect(await statusFor(token, "GET", `/api/v1/namespaces/${JOBS}/secrets`)).toBe(200);
    expect(await client.api.list(`/api/v1/namespaces/${JOBS}/secrets`)).toEqual([]);
    expect(await client.api.find(`/api/v1/namespaces/${RUNNERS}/secrets/github-app`)).toBeDefined();
  });

  test("have no account of the chart's beside them", async () => {
    const accounts = await client.api.list(`/api/v1/namespaces/${RUNNERS}/serviceaccounts`);
    expect(accounts.map(({ metadata }) => metadata.name).filter((name) => name !== "default")).toEqual(["job-starter"]);
    expect(await allowed(`system:serviceaccount:${RUNNERS}:default`, RUNNERS)).toEqual([]);
    expect(await allowed(`system:serviceaccount:${JOBS}:default`, JOBS)).toEqual([]);
  });
});

describe("the chart's own account", () => {
  test("reads and deletes every secret of its namespace in Kubernetes mode: the program may not leave it to the chart", async () => {
    await rig.kubectl("create", "namespace", "arc-of-the-chart");
    await rig.kubectl("-n", "arc-of-the-chart", "create", "secret", "generic", "app", "--from-literal=github_token=t");
    const values = { githubConfigUrl: "https://github.com/orbit-lab", githubConfigSecret: "app", containerMode: { type: "kubernetes-novolume" }, controllerServiceAccount: { namespace: ARC, name: "arc-controller" } };
    await install({ compat: "true", chart: "oci://ghcr.io/actions/actions-runner-controller-charts/gha-runner-scale-set", name: "kube", namespace: "arc-of-the-chart", version: await controllerVersion(), values });
    const reached = await allowed("system:serviceaccount:arc-of-the-chart:kube-gha-rs-kube-mode", "arc-of-the-chart");
    expect(reached).toEqual(["get secrets", "list secrets", "create secrets", "delete secrets", "get pods", "list pods", "create pods", "delete pods", "get pods/exec", "create pods/exec", "get pods/log"]);
    expect(await statusFor(await tokenOf("arc-of-the-chart", "kube-gha-rs-kube-mode"), "GET", "/api/v1/namespaces/arc-of-the-chart/secrets/app")).toBe(200);
  });

  test("may do nothing in the other modes", async () => {
    const values = { githubConfigUrl: "https://github.com/orbit-lab", githubConfigSecret: "app", controllerServiceAccount: { namespace: ARC, name: "arc-controller" } };
    await install({ compat: "true", chart: "oci://ghcr.io/actions/actions-runner-controller-charts/gha-runner-scale-set", name: "plain", namespace: "arc-of-the-chart", version: await controllerVersion(), values });
    expect(await client.api.find("/api/v1/namespaces/arc-of-the-chart/serviceaccounts/plain-gha-rs-no-permission")).toBeDefined();
    expect(await allowed("system:serviceaccount:arc-of-the-chart:plain-gha-rs-no-permission", "arc-of-the-chart")).toEqual([]);
  });
});

async function controllerVersion(): Promise<string> {
  const deployment = await client.api.find("/apis/apps/v1/namespaces/arc-systems/deployments/arc-gha-rs-controller");
  return String(deployment?.metadata.labels?.["app.kubernetes.io/version"]);
}

describe("the cleaner of abandoned jobs", () => {
  const runners = `/apis/actions.github.com/v1alpha1/namespaces/${RUNNERS}/ephemeralrunners`;
  const collections = [`/api/v1/namespaces/${JOBS}/pods ${runners}`, `/api/v1/namespaces/${JOBS}/secrets ${runners}`].join("\n");

  beforeEach(async () => {
    await rig.kubectl("-n", JOBS, "delete", "pods,secrets", "--all", "--force", "--grace-period=0");
    for (const [name, runner] of [["busy-workflow", "busy"], ["gone-workflow", "gone"], ["stray", undefined]] as const) {
      const metadata = { name, labels: runner === undefined ? {} : { "runner-pod": runner } };
      const spec = { containers: [{ name: "job", image: "i", securityContext: { allowPrivilegeEscalation: false } }] };
      await client.api.send({ method: "POST", path: `/api/v1/namespaces/${JOBS}/pods`, body: { apiVersion: "v1", kind: "Pod", metadata, spec } });
      await client.api.send({ method: "POST", path: `/api/v1/namespaces/${JOBS}/secrets`, body: { apiVersion: "v1", kind: "Secret", metadata: { ...metadata, name: `${name}-secret` } } });
    }
    if ((await client.api.find(`${runners}/busy`)) === undefined) {
      await client.api.send({ method: "POST", path: runners, body: { apiVersion: "actions.github.com/v1alpha1", kind: "EphemeralRunner", metadata: { name: "busy" }, spec: {} } });
    }
  });

  const sweep = async (list: string): Promise<{ code: number; stdout: string }> => {
    const server = new URL(client.api.server);
    const folder = rig.directory;
    await writeFile(`${folder}/cleaner-token`, await tokenOf(ARC, "abandoned-job-cleaner"));
    await writeFile(`${folder}/cluster-ca`, await authority());
    const env = { ...process.env, KUBERNETES_SERVICE_HOST: server.hostname, KUBERNETES_SERVICE_PORT: server.port, TOKEN_FILE: `${folder}/cleaner-token`, CA_FILE: `${folder}/cluster-ca`, COLLECTIONS: list, SELECT: ABANDONED_JOBS };
    return promisify(execFile)("bash", ["-c", SWEEP_SCRIPT], { env }).then(({ stdout }) => ({ code: 0, stdout }), (error: { code: number; stdout: string }) => error);
  };
  const authority = async (): Promise<string> => {
    const config = await rig.kubectl("config", "view", "--raw", "-o", "jsonpath={.clusters[0].cluster.certificate-authority-data}");
    return Buffer.from(config, "base64").toString("utf8");
  };
  const left = async (): Promise<string[]> => {
    const lists = await Promise.all(["pods", "secrets"].map((plural) => client.api.list(`/api/v1/namespaces/${JOBS}/${plural}`)));
    return lists.flat().filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ metadata }) => metadata.name);
  };

  test("removes the pods and secrets of runners that are gone, and of none that is there", async () => {
    expect((await sweep(collections)).code).toBe(0);
    expect(await left()).toEqual(["busy-workflow", "busy-workflow-secret"]);
  });

  test("removes nothing where it cannot learn which runners are there", async () => {
    const blind = await sweep(collections.replaceAll(RUNNERS, "arc-elsewhere"));
    expect(blind.code).toBe(1);
    expect(await left()).toHaveLength(6);
  });

  test("copes with lists that are larger than a pipe", async () => {
    const note = "x".repeat(90_000);
    await client.api.send({ method: "PATCH", path: `${runners}/busy`, contentType: "application/merge-patch+json", body: { metadata: { annotations: { note } } } });
    expect((await sweep(collections)).code).toBe(0);
    expect(await left()).toEqual(["busy-workflow", "busy-workflow-secret"]);
  });

  test("may do nothing beside the key", async () => {
    expect(await allowed(`system:serviceaccount:${ARC}:abandoned-job-cleaner`, RUNNERS)).toEqual(["list ephemeralrunners.actions.github.com"]);
    expect(await allowed(`system:serviceaccount:${ARC}:failed-runner-cleaner`, RUNNERS)).toEqual(["list ephemeralrunners.actions.github.com", "delete ephemeralrunners.actions.github.com"]);
  });
});
