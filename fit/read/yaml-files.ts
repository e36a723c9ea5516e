/** Reads what is YAML: charts, graphs' manifests, compose files. Templates of charts are read as text, as they are no YAML before they are rendered. */
import { posix } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import type { Chart, ChartObject, Fault, Manifest, Read } from "../readings";
import type { Tree } from "./tree";

type Mapping = Record<string, unknown>;

/** Endings of the files that Helm renders. Helpers begin with `_` and make no object. Source: helm.sh/docs/chart_template_guide. */
const TEMPLATE = /\/templates\/(?:.*\/)?[^_/][^/]*\.(?:ya?ml|tpl)$/;

/**
 * Objects of a chart and of the charts in it: those of `charts/`, and its dependencies by `file://`. What other dependencies bring is not in the
 * repository. An object behind a condition counts: whether it is made depends on values.
 */
export function readChart(tree: Tree, folder: string): Read<Chart> {
  const metadata = yamlOf(tree, `${folder}/Chart.yaml`);
  if (!metadata.ok) return metadata;
  const dependencies = list(mapping(metadata.value)["dependencies"]).flatMap((each) => /^file:\/\/(.+)$/.exec(String(mapping(each)["repository"]))?.[1] ?? []);
  const local = dependencies.map((path) => posix.normalize(`${folder}/${path}`));
  const inside = tree.files.filter((path) => path.startsWith(`${folder}/charts/`) && path.endsWith("/Chart.yaml")).map((path) => posix.dirname(path));
  const charts = [...new Set([...local.filter((path) => tree.has(`${path}/Chart.yaml`)), ...inside])].filter((path) => path !== folder);
  const templates = tree.files.filter((path) => path.startsWith(`${folder}/templates/`) && TEMPLATE.test(path));
  tree.load(templates);
  const objects = templates.flatMap((path) => {
    const text = tree.text(path);
    return text.ok ? objectsOf(path, text.value) : [];
  });
  const nested = charts.map((path) => readChart(tree, path)).flatMap((read) => (read.ok ? [read.value] : []));
  return {
    ok: true,
    value: {
      objects: [...objects, ...nested.flatMap((chart) => chart.objects)],
      missing: [...local.filter((path) => !tree.has(`${path}/Chart.yaml`)), ...nested.flatMap((chart) => chart.missing)],
    },
  };
}

/** `kind:` at the beginning of a line, with the `apiVersion:` of the same document; both branches of a condition count. */
function objectsOf(path: string, text: string): ChartObject[] {
  let apiVersion = "";
  return text.split("\n").flatMap((line, index) => {
    if (/^---/.test(line)) apiVersion = "";
    const [, key, value] = /^(apiVersion|kind):\s*["']?([^\s"'#]+)/.exec(line) ?? [];
    if (key === "apiVersion") apiVersion = value ?? "";
    return key === "kind" && value !== undefined && /^\w+$/.test(value) ? [{ path, line: index + 1, kind: value, apiVersion }] : [];
  });
}

/** Kinds of a manifest, and the GPUs of a graph: of every service, its replicas times its limit. */
export function readManifest(tree: Tree, path: string): Read<Manifest> {
  const text = tree.text(path);
  if (!text.ok) return text;
  const documents = parseAllDocuments(text.value);
  const error = documents.flatMap((document) => ("errors" in document ? document.errors : []))[0];
  if (error) return { ok: false, fault: unparsable(error.message, error.linePos?.[0].line) };
  const values = (Array.isArray(documents) ? documents : []).map((document) => mapping(document.toJS() as unknown));
  const services = values.flatMap((value) => Object.values(mapping(mapping(value["spec"])["services"])).map(mapping));
  return {
    ok: true,
    value: { kinds: values.flatMap((value) => (typeof value["kind"] === "string" ? [value["kind"]] : [])), gpus: services.length === 0 ? undefined : services.reduce((sum, service) => sum + gpusOf(service), 0) },
  };
}

function gpusOf(service: Mapping): number {
  const resources = mapping(service["resources"]);
  const gpus = Number(mapping(resources["limits"])["gpu"] ?? mapping(resources["requests"])["gpu"] ?? 0);
  const replicas = Number(service["replicas"] ?? 1);
  const nodes = Number(mapping(service["multinode"])["nodeCount"] ?? 1);
  return Number.isFinite(gpus * replicas * nodes) ? gpus * replicas * nodes : 0;
}

/** Names of the services of a compose file. */
export function readCompose(tree: Tree, path: string): Read<readonly string[]> {
  const value = yamlOf(tree, path);
  return value.ok ? { ok: true, value: Object.keys(mapping(mapping(value.value)["services"])) } : value;
}

function yamlOf(tree: Tree, path: string): Read<unknown> {
  const text = tree.text(path);
  if (!text.ok) return text;
  try {
    return { ok: true, value: parse(text.value) as unknown };
  } catch (error) {
    return { ok: false, fault: unparsable((error as Error).message.split("\n")[0]!, (error as { linePos?: { line: number }[] }).linePos?.[0]?.line) };
  }
}

function unparsable(message: string, line?: number): Fault {
  return { kind: "unparsable", message, line };
}

function mapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Mapping) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
