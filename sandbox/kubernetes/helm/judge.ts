/**
 * Holds the models of charts to the charts: what Helm renders of one, and what the model says of the same values, object by object.
 *
 * Beyond it: custom resource definitions, of which the model has an open form; and the hash of all values on a scale set, the chart's own defaults
 * included, which only the chart has.
 */
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { parse } from "yaml";
import type { KubernetesObject } from "../api";
import { isObject } from "../objects/inputs";
import { chartByName, charts } from "./charts";
import type { Chart, ReleaseFacts } from "./charts/chart";
import { chartCases, type ChartCase } from "./cases";
import { helmIn, inFolder, renderedFor } from "./published/helm";
import { objectsOf } from "./way";

const run = promisify(execFile);

/** A value that model and chart have differently; `undefined` where one has none. */
export interface Difference {
  readonly object: string;
  readonly path: string;
  readonly model: unknown;
  readonly chart: unknown;
}

/** What came of one chart. */
export interface Judgement {
  readonly chart: string;
  /** Where the chart was found, and its version; absent where there is none, and nothing was judged. */
  readonly found?: { readonly path: string; readonly version: string };
  readonly cases: readonly { readonly name: string; readonly differences: readonly Difference[] }[];
}

/** Renders a chart with Helm: the chart's path, and a release of it. */
export type Render = (path: string, release: ReleaseFacts) => Promise<readonly KubernetesObject[]>;

/**
 * Judges every chart that the sandbox knows by the charts of a folder, unpacked or as `.tgz`.
 * `releases` are a program's own, to be judged beside the cases of this project; those of unknown charts are passed over.
 * Throws what Helm says where it refuses a case.
 */
export async function judgeCharts(folder: string, render: Render, releases: readonly ChartCase[] = []): Promise<readonly Judgement[]> {
  const found = await chartsIn(folder);
  const judged: Judgement[] = [];
  for (const chart of charts) {
    const there = found.get(chart.name);
    if (there === undefined) judged.push({ chart: chart.name, cases: [] });
    else judged.push({ chart: chart.name, found: there, cases: await judgeChart(chart, there, render, [...chartCases, ...releases].filter((each) => each.chart === chart.name)) });
  }
  return judged;
}

async function judgeChart(chart: Chart, { path, version }: { readonly path: string; readonly version: string }, render: Render, cases: readonly ChartCase[]): Promise<Judgement["cases"]> {
  const judged: { readonly name: string; readonly differences: readonly Difference[] }[] = [];
  for (const { name, release } of cases) {
    const facts: ReleaseFacts = { ...release, version };
    judged.push({ name, differences: differences(chart.objects(facts), await render(path, facts)) });
  }
  return judged;
}

/** Charts of a folder by their names in Chart.yaml. */
export async function chartsIn(folder: string): Promise<ReadonlyMap<string, { readonly path: string; readonly version: string }>> {
  const entries = await readdir(folder).catch(() => [] as string[]);
  const read = await Promise.all(entries.map(async (entry) => [join(folder, entry), await metadataOf(join(folder, entry))] as const));
  return new Map(read.flatMap(([path, metadata]) => (metadata !== undefined && chartByName(metadata.name) !== undefined ? [[metadata.name, { path, version: metadata.version }] as const] : [])));
}

async function metadataOf(path: string): Promise<{ readonly name: string; readonly version: string } | undefined> {
  const text = path.endsWith(".tgz")
    ? await run("tar", ["--extract", "--gzip", "--to-stdout", "--wildcards", "--no-wildcards-match-slash", "--file", path, "*/Chart.yaml"]).then(({ stdout }) => stdout, () => undefined)
    : await readFile(join(path, "Chart.yaml"), "utf8").catch(() => undefined);
  const metadata: unknown = text === undefined ? undefined : parse(text);
  return isObject(metadata) ? { name: String(metadata["name"]), version: String(metadata["version"]) } : undefined;
}

/** Renders with Helm's own command. Values go by a file that only this user may read: they may hold a credential. */
export function renderWith(helm: string): Render {
  return (path, { name, namespace, values }) =>
    inFolder(async (folder) => {
      const file = join(folder, "values.json");
      await writeFile(file, JSON.stringify(values), { mode: 0o600 });
      return objectsOf(await helmIn(helm, folder, ["template", name, resolve(path), "--namespace", namespace, "--values", file, "--kube-version", renderedFor]));
    });
}

/** Differences of two renderings, by object and path. */
export function differences(model: readonly KubernetesObject[], chart: readonly KubernetesObject[]): readonly Difference[] {
  const [ours, theirs] = [byKey(model), byKey(chart)];
  return [...new Set([...ours.keys(), ...theirs.keys()])].sort().flatMap((object) => compared(object, "", settled(ours.get(object)), settled(theirs.get(object))));
}

function byKey(objects: readonly KubernetesObject[]): ReadonlyMap<string, KubernetesObject> {
  return new Map(objects.map((object) => [[object.kind, object.metadata.namespace, object.metadata.name].filter((part) => part !== undefined).join(" "), object]));
}

function compared(object: string, path: string, model: unknown, chart: unknown): readonly Difference[] {
  if (isDeepStrictEqual(model, chart)) return [];
  if (isObject(model) && isObject(chart)) {
    return [...new Set([...Object.keys(model), ...Object.keys(chart)])].sort().flatMap((key) => compared(object, path === "" ? key : `${path}.${key}`, model[key], chart[key]));
  }
  if (Array.isArray(model) && Array.isArray(chart) && model.length === chart.length) return model.flatMap((item, index) => compared(object, `${path}[${index}]`, item, chart[index]));
  return [{ object, path, model, chart }];
}

/** Without what means nothing: members without a value, and the order of lists whose items have names. */
function settled(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(settled);
    const named = items.every((item) => isObject(item) && typeof item["name"] === "string");
    return named ? [...items].sort((a, b) => String((a as { name: string }).name).localeCompare(String((b as { name: string }).name))) : items;
  }
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key, member]) => member !== null && member !== undefined && key !== "actions.github.com/values-hash");
  return Object.fromEntries(kept.map(([key, member]) => [key, settled(member)]).filter(([key, member]) => key !== "annotations" || Object.keys(member as object).length > 0));
}
