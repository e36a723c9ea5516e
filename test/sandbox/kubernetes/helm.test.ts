/**
 * Helm itself in a sandbox: charts that this file writes come by the addresses that a program names, from the cache, through the proxy.
 * Does not prove: that Actions Runner Controller would do what its stand-in does with finalizers.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { KubernetesClient } from "../../../sandbox/kubernetes/client";
import { archiveOf, cachedCharts, putChart, type CachedChart, type ChartAddress } from "../../../sandbox/kubernetes/helm/published/cache";
import { chartYaml, helmIn } from "../../../sandbox/kubernetes/helm/published/helm";
import type { Created, Properties } from "../../../sandbox/provider/kind";
import { toolPath } from "../../../sandbox/tools";
import { clientOf, failureOf, infoOf, kindOf, startRig, type Rig } from "./support";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const REGISTRY: ChartAddress = { reference: "oci://ghcr.io/example/charts/probe", version: "1.2.3" };
const REPOSITORY: ChartAddress = { reference: "probe", repository: "https://example.github.io/charts", version: "1.2.4" };

const metadata = (name: string, more = ""): string => `metadata:\n  name: {{ .Release.Name }}-${name}\n${more}`;
const hook = (when: string): string => `apiVersion: batch/v1
kind: Job
${metadata(when, `  annotations:\n    helm.sh/hook: ${when}\n    helm.sh/hook-delete-policy: before-hook-creation\n`)}spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: hook, image: "hook:1" }]
`;

/** A chart with a definition, a hook before and after, a workload to wait for, an account, an object with a finalizer, and one that values take out. */
const FILES: Readonly<Record<string, string>> = {
  "values.yaml": "replicas: 2\nextra: true\n",
  "crds/probes.yaml": `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: probes.example.com }
spec:
  group: example.com
  names: { kind: Probe, plural: probes }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { size: { type: integer } } } } } }
`,
  "templates/before.yaml": hook("pre-install"),
  "templates/after.yaml": hook("post-upgrade"),
  "templates/probe.yaml": `apiVersion: example.com/v1\nkind: Probe\n${metadata("probe", '  finalizers: ["actions.github.com/cleanup-protection"]\n')}spec: { size: {{ required "size has to be said" .Values.size }} }\n`,
  "templates/account.yaml": `apiVersion: v1\nkind: ServiceAccount\n${metadata("account")}`,
  "templates/extra.yaml": `{{- if .Values.extra }}\napiVersion: v1\nkind: ConfigMap\n${metadata("extra")}{{- end }}\n`,
  "templates/deployment.yaml": `apiVersion: apps/v1
kind: Deployment
${metadata("server")}spec:
  replicas: {{ .Values.replicas }}
  selector: { matchLabels: { app: probe } }
  template:
    metadata: { labels: { app: probe } }
    spec:
      serviceAccountName: {{ .Release.Name }}-account
      containers: [{ name: server, image: "server:1", securityContext: { privileged: {{ .Values.privileged | default false }} } }]
`,
};

jest.setTimeout(60_000);

let folder: string;
let charts: CachedChart[];
let rig: Rig;
let client: KubernetesClient;

async function published(helm: string, address: ChartAddress): Promise<CachedChart> {
  const source = join(folder, address.version, "probe");
  const files = { "Chart.yaml": `apiVersion: v2\nname: probe\nversion: ${address.version}\nappVersion: "7"\n`, ...FILES };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(source, name)), { recursive: true });
    await writeFile(join(source, name), text);
  }
  await helmIn(helm, folder, ["package", source, "--destination", folder]);
  const archive = join(folder, `probe-${address.version}.tgz`);
  return putChart(join(folder, "cache"), address, await readFile(archive), await chartYaml(helm, archive));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "helm-"));
  const helm = await toolPath("helm");
  charts = [await published(helm, REGISTRY), await published(helm, REPOSITORY)];
  rig = await startRig({ helm, folder: join(folder, "cache"), charts });
  client = await clientOf(rig, "runners");
}, 300_000);

afterAll(async () => {
  await rig.stop();
  await rm(folder, { recursive: true, force: true });
}, 30_000);

const inputs = (name: string, over: Properties = {}, values: Properties = {}): Properties => ({
  ...{ chart: REGISTRY.reference, name, namespace: name, createNamespace: true, version: REGISTRY.version, atomic: true, timeout: 60, values: { size: 3, ...values } },
  ...over,
});
const release = () => kindOf(rig, RELEASE);
const make = (wanted: Properties): Promise<Created<Properties>> => release().create(client, wanted, infoOf(RELEASE, String(wanted["name"])));
const there = async (namespace: string): Promise<string[]> =>
  (await rig.kubectl("get", "deployments,configmaps,serviceaccounts,jobs,probes", "-n", namespace, "-o", "name")).split("\n").filter((name) => name.includes(namespace));

test("what the cache says of a chart is what was put there, and an address means one archive", async () => {
  expect(await cachedCharts(join(folder, "cache"))).toEqual(charts);
  expect(charts.map(({ digest }) => digest)).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/), expect.stringMatching(/^sha256:/)]);
  await expect(putChart(join(folder, "cache"), { ...REGISTRY, version: "9.9.9" }, Buffer.from(""), charts[0]!.metadata)).rejects.toThrow("is of chart probe 1.2.3; probe 9.9.9 is wanted");
});

test("installs by a registry's address: the definition, the hook before, and everything after it, and waits for the workload", async () => {
  const made = await make(inputs("one"));
  expect(made.id).toBe("one/one");
  expect(made.outputs["status"]).toEqual({ appVersion: "7", chart: "probe", name: "one", namespace: "one", revision: 1, status: "deployed", version: "1.2.3" });
  expect(made.outputs["resourceNames"]).toMatchObject({ "Probe.example.com/example.com/v1": ["one-probe"], "Deployment.apps/apps/v1": ["one-server"] });
  expect((await there("one")).sort()).toEqual(["configmap/one-extra", "deployment.apps/one-server", "job.batch/one-pre-install", "probe.example.com/one-probe", "serviceaccount/one-account"]);
  expect(await rig.kubectl("get", "job", "one-pre-install", "-n", "one", "-o", "jsonpath={.status.succeeded}")).toBe("1");
  expect(await rig.kubectl("get", "deployment", "one-server", "-n", "one", "-o", "jsonpath={.status.availableReplicas}")).toBe("2");
  expect(await rig.cloud.inventory()).toContainEqual({ kind: "Helm release", name: "runners/one/one", detail: "probe 1.2.3, revision 1, by Helm" });
});

test("upgrades by a repository's address: what the values take out goes, the hook after runs, and both revisions stay", async () => {
  const before = (await release().read(client, "one/one", undefined, infoOf(RELEASE, "one")))!;
  expect(before.inputs).toEqual({ chart: REGISTRY.reference, name: "one", namespace: "one", version: "1.2.3", values: { size: 3 } });
  const over = { chart: "probe", repositoryOpts: { repo: `${REPOSITORY.repository}/` }, version: REPOSITORY.version };
  const after = await release().update!(client, "one/one", before.outputs, inputs("one", over, { extra: false, replicas: 3 }), infoOf(RELEASE, "one"));
  expect(after["status"]).toMatchObject({ revision: 2, version: "1.2.4", status: "deployed" });
  expect((await there("one")).sort()).toEqual(["deployment.apps/one-server", "job.batch/one-post-upgrade", "job.batch/one-pre-install", "probe.example.com/one-probe", "serviceaccount/one-account"]);
  expect(await rig.kubectl("get", "secrets", "-n", "one", "-o", "name")).toBe("secret/sh.helm.release.v1.one.v1\nsecret/sh.helm.release.v1.one.v2\n");
});

test("uninstalls what has a finalizer too; the definition stays", async () => {
  const known = (await release().read(client, "one/one", undefined, infoOf(RELEASE, "one")))!;
  await release().remove!(client, "one/one", known.outputs, infoOf(RELEASE, "one"));
  expect(await there("one")).toEqual(["job.batch/one-post-upgrade", "job.batch/one-pre-install"]);
  expect(await rig.kubectl("get", "crd", "probes.example.com", "-o", "name")).toContain("probes.example.com");
  expect(await rig.kubectl("get", "secrets", "-n", "one", "-o", "name")).toBe("");
});

test("a preview renders the chart: what it refuses is told before anything is made", async () => {
  const preview = (wanted: Properties) => release().preview!(client, wanted, infoOf(RELEASE, "two"));
  expect((await failureOf(preview(inputs("two", {}, { size: null })))).message).toContain("size has to be said");
  expect(await preview(inputs("two", {}, { size: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }))).toMatchObject({ namespace: "two" });
  expect(await client.api.find("/api/v1/namespaces/two")).toBeUndefined();
});

test("pods that the namespace does not admit are refused, by name, and nothing is left", async () => {
  await rig.kubectl("create", "namespace", "strict");
  await rig.kubectl("label", "namespace", "strict", "pod-security.kubernetes.io/enforce=baseline");
  expect((await failureOf(make(inputs("strict", {}, { privileged: true })))).message).toMatch(/Deployment strict-server: the API server refuses its pod: .*privileged/);
  expect(await there("strict")).toEqual([]);
});

test("somebody else's object is not taken over, and a failed install leaves no release", async () => {
  await rig.kubectl("create", "namespace", "taken");
  await rig.kubectl("-n", "taken", "create", "configmap", "taken-extra");
  expect((await failureOf(make(inputs("taken")))).message).toMatch(/^helm install taken: 422 Failed: .*cannot be imported into the current release: invalid ownership metadata/);
  expect(await there("taken")).toEqual(["configmap/taken-extra"]);
});

test("without atomic a failed install stays on the books, to be repaired or removed", async () => {
  const error = (await failureOf(make(inputs("half", { atomic: false, timeout: 5 }, { replicas: "many" })))) as Error & { created?: Created<Properties> };
  expect(error.message).toContain("helm install half");
  expect(error.created?.outputs["status"]).toMatchObject({ name: "half", status: "failed" });
});

test("a release of a chart without a model passes the check, and one that the cache lacks does not", async () => {
  const check = (wanted: Properties) => release().check!(wanted, infoOf(RELEASE, "one"));
  expect(await check(inputs("one"))).toEqual([]);
  expect(await check(inputs("one", { version: "8.8.8" }))).toMatchObject([{ property: "chart", reason: expect.stringContaining("is not known to the sandbox") }]);
});

test("Helm's requests stand under one order of faults", async () => {
  rig.breaks = { matches: ({ operation }) => operation === "helm install faulty", status: 500 };
  expect((await failureOf(make(inputs("faulty")))).message).toContain("helm install faulty: 500 Ordered");
  rig.breaks = undefined;
  expect(await client.api.find("/api/v1/namespaces/faulty/secrets/sh.helm.release.v1.faulty.v1")).toBeUndefined();
});

test("an archive that somebody changed is refused, with its digest", async () => {
  const file = join(folder, "cache", `${charts[0]!.digest.replace(":", "-")}.tgz`);
  const kept = await readFile(file);
  try {
    await writeFile(file, "something else");
    await expect(archiveOf(join(folder, "cache"), charts[0]!)).rejects.toThrow(/has the digest sha256:[0-9a-f]{64}; make charts fetches it again/);
    expect((await failureOf(make(inputs("changed")))).message).toContain("helm template changed: 422 Failed");
  } finally {
    await writeFile(file, kept);
  }
});
