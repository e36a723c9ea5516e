/** How models of charts are held to charts. Helm itself is left out: what it would render is given. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { told } from "../../../cli/commands/charts";
import type { KubernetesObject } from "../../../sandbox/kubernetes/api";
import { chartCases } from "../../../sandbox/kubernetes/helm/cases";
import { chartByName, charts } from "../../../sandbox/kubernetes/helm/charts";
import { laidOver, type ReleaseFacts } from "../../../sandbox/kubernetes/helm/charts/chart";
import { releaseFindings, releaseSchema } from "../../../sandbox/kubernetes/helm/inputs";
import { differences, judgeCharts, type Render } from "../../../sandbox/kubernetes/helm/judge";

const SET = "gha-runner-scale-set";
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "charts-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function chartFolder(name: string, version: string): Promise<void> {
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "Chart.yaml"), `name: ${name}\nversion: ${version}\n`);
}

/** A chart that renders what its model does, but for what `spoil` does to it. */
const rendering = (spoil: (objects: KubernetesObject[]) => KubernetesObject[] = (objects) => objects): Render => async (path, release) => {
  const name = path.split("/").at(-1)!.replace(/-\d.*$/, "");
  return spoil(JSON.parse(JSON.stringify(chartByName(name)!.objects(release))) as KubernetesObject[]);
};

test("values of every case are ones that the sandbox takes", () => {
  for (const { chart, name, release } of chartCases) {
    const { reference, repository, versions } = chartByName(chart)!;
    const inputs = { ...release, chart: reference, version: versions.at(-1)!, ...(repository === undefined ? {} : { repositoryOpts: { repo: repository } }) };
    expect([name, releaseSchema.safeParse(inputs).success ? releaseFindings(inputs) : "not parsed"]).toEqual([name, []]);
  }
});

test("a chart that renders as its model does has no difference, and one that is not there is not judged", async () => {
  await chartFolder(SET, "9.9.9");
  const judged = await judgeCharts(folder, rendering());
  expect(judged.map(({ chart, found }) => [chart, found?.version])).toEqual(charts.map(({ name }) => [name, name === SET ? "9.9.9" : undefined]));
  expect(judged.flatMap(told)).toEqual([
    "gha-runner-scale-set-controller: not judged: no chart",
    `${SET} 9.9.9: ${chartCases.filter(({ chart }) => chart === SET).length} cases, no difference`,
    "nvidia-device-plugin: not judged: no chart",
  ]);
});

test("an archive is judged as a folder is, and a folder that is not there as an empty one", async () => {
  await chartFolder(SET, "0.15.1");
  const archive = join(folder, `${SET}-0.15.1.tgz`);
  await promisify(execFile)("tar", ["--create", "--gzip", "--file", archive, "--directory", folder, SET]);
  await rm(join(folder, SET), { recursive: true });
  expect((await judgeCharts(folder, rendering())).map(({ found }) => found)).toEqual([undefined, { path: archive, version: "0.15.1" }, undefined]);
  expect((await judgeCharts(join(folder, "none"), rendering())).map(({ found }) => found)).toEqual([undefined, undefined, undefined]);
});

/** A rendered object, as far as this file spoils one. */
interface Loose {
  kind: string;
  apiVersion: string;
  metadata: { name: string; namespace: string; finalizers?: string[] };
  rules: { verbs: string[] }[];
  spec: { template: { spec: { serviceAccountName: string; containers: { env: { value: string }[] }[] } } };
}

const kubeMode: ReleaseFacts = { name: "a", namespace: "n", version: "1.2.3", values: { githubConfigUrl: "https://github.com/x", githubConfigSecret: "s", containerMode: { type: "kubernetes-novolume" }, controllerServiceAccount: { namespace: "c", name: "d" } } };

test.each<[string, (objects: Loose[]) => void, string[]]>([
  ["a right more", (objects) => objects.find(({ kind }) => kind === "Role")!.rules[0]!.verbs.push("update"), ["Role n a-gha-rs-kube-mode: rules[0].verbs"]],
  ["a right less", (objects) => objects.find(({ kind }) => kind === "Role")!.rules.pop(), ["Role n a-gha-rs-kube-mode: rules"]],
  ["another account", (objects) => (objects.at(-1)!.spec.template.spec.serviceAccountName = "other"), ["AutoscalingRunnerSet n a: spec.template.spec.serviceAccountName"]],
  ["an object more", (objects) => objects.push({ ...objects[0]!, kind: "Secret", metadata: { name: "x", namespace: "n" } }), ["Secret n x: "]],
  ["an object less", (objects) => objects.shift(), ["ServiceAccount n a-gha-rs-kube-mode: "]],
  ["no finalizer", (objects) => delete objects[0]!.metadata.finalizers, ["ServiceAccount n a-gha-rs-kube-mode: metadata.finalizers"]],
  ["another variable", (objects) => (objects.at(-1)!.spec.template.spec.containers[0]!.env[0]!.value = "x"), ["AutoscalingRunnerSet n a: spec.template.spec.containers[0].env[0].value"]],
])("finds %s", (_, spoil, found) => {
  const model = chartByName(SET)!.objects(kubeMode);
  const chart = JSON.parse(JSON.stringify(model)) as Loose[];
  spoil(chart);
  expect(differences(model, chart as unknown as KubernetesObject[]).map(({ object, path }) => `${object}: ${path}`)).toEqual(found);
});

test("says what the model has and what the chart", async () => {
  await chartFolder(SET, "1.0.0");
  const spoilt = rendering((objects) => objects.map((object) => (object.kind === "AutoscalingRunnerSet" ? { ...object, spec: { ...(object["spec"] as object), maxRunners: 77 } } : object)));
  const [, judged] = await judgeCharts(folder, spoilt, [{ chart: SET, name: "prod: mine", release: kubeMode }, { chart: "unknown", name: "another's", release: kubeMode }]);
  expect(told(judged!).at(0)).toMatch(/ cases, \d+ with differences$/);
  expect(told(judged!).slice(-2)).toEqual(["  prod: mine:", "    AutoscalingRunnerSet n a: spec.maxRunners: the model has nothing, the chart 77"]);
});

test("what means nothing is no difference: empty members, the order of named items, the hash of values", () => {
  const object = (metadata: object, env: object[]): KubernetesObject => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "p", ...metadata }, spec: { env } });
  const one = object({ annotations: { "actions.github.com/values-hash": "x" } }, [{ name: "a" }, { name: "b" }]);
  const other = object({ annotations: null, labels: null }, [{ name: "b" }, { name: "a" }]);
  expect(differences([one], [other])).toEqual([]);
});

test("a chart's default map keeps what the values leave unsaid", () => {
  expect(laidOver({ a: 1, b: { c: 2, d: 3 }, e: [1] }, { b: { d: 4 }, e: [] })).toEqual({ a: 1, b: { c: 2, d: 4 }, e: [] });
  expect(laidOver({ a: 1 }, undefined)).toEqual({ a: 1 });
});
