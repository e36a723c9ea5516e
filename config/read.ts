/** From the texts of a stack's config to a pipeline and its infrastructure, or to everything that is wrong with them. */
import type { Infrastructure } from "../pipeline/infrastructure";
import type { Finding, Pipeline } from "../pipeline/model";
import { infrastructureFields, infrastructureSchema, pipelineFields, pipelineSchema } from "../pipeline/schema";
import { resolveStack } from "../pipeline/resolve";
import { bare, configFields } from "../pipeline/schema/walk";
import type { RenderedFile } from "../workflows";
import { DEFAULTS, type Defaults } from "./defaults";
import { diagnose, type Misread } from "./diagnose";
import { render, structuralFindings } from "./judge";
import { merge, type Json } from "./merge";
import { ownFileFindings } from "./own-files";
import { docsOf, shortened } from "./paths";
import { secretFindings } from "./secrets";
import { nearest } from "./shape";

/** The config of a stack as texts. Keys are without the project's name. */
export interface ConfigSource {
  /** Name of the stack, such as `prod`. */
  readonly stack: string;
  readonly keys: readonly string[];
  /** Keys whose values are encrypted; undefined when that is not known. */
  readonly encrypted: ReadonlySet<string> | undefined;
  /** True where secrets are not kept with this source, as in a committed file: none is then missing. Default: false. */
  readonly secretsElsewhere?: boolean;
  /** Workflow files of a team's own, which are delivered beside the pipeline's (config/own-files.ts). Default: none. */
  readonly ownFiles?: readonly RenderedFile[];
  /** The text of a key; objects and lists are JSON. Never asked for the key of a secret. */
  text(key: string): string | undefined;
}

/** What a stack is made from. */
export interface StackInput {
  readonly pipeline: Pipeline;
  readonly infrastructure: Infrastructure;
  /** Every file of the target repository. */
  readonly files: readonly RenderedFile[];
}

/** What is wrong with a config, as one error. */
export class ConfigError extends Error {
  constructor(readonly findings: readonly Finding[]) {
    super(renderConfigFindings(findings));
    this.name = "ConfigError";
  }
}

/** Fields whose config is a plain text or one of some words; every other is JSON. */
const TEXT_FIELDS = new Set(Object.entries(configFields).flatMap(([field, schema]) => (["string", "enum"].includes(bare(schema)._zod.def.type) ? [field] : [])));

/**
 * Reads a stack's config.
 * @param defaults what the config changes
 * @throws ConfigError that lists every finding: unknown keys, wrong shapes, missing and unencrypted secrets, all that does not agree, all that GitHub
 * would refuse, and then workflow files of a team's own that stand in the way.
 */
export function readStack(source: ConfigSource, defaults: Defaults = DEFAULTS): StackInput {
  const read = readFields(source, defaults);
  const pipeline = pipelineSchema.safeParse(read.pipeline);
  const infrastructure = infrastructureSchema.safeParse(read.infrastructure);
  if (pipeline.success && infrastructure.success && read.misread.length === 0) {
    const stack = resolveStack({ pipeline: pipeline.data, infrastructure: infrastructure.data });
    const wrong = [...secretFindings(source, stack.pipeline.secrets, CONFIG_KEYS), ...structuralFindings(stack)];
    const rendered = wrong.length === 0 ? render(source.stack, stack) : undefined;
    if (rendered !== undefined && rendered.error === undefined && rendered.findings.length === 0) {
      const { ownFiles = [] } = source;
      const findings = ownFileFindings(ownFiles, rendered.files, stack.pipeline);
      if (findings.length > 0) throw new ConfigError(findings);
      return { ...stack, files: [...rendered.files, ...ownFiles].sort((a, b) => (a.path < b.path ? -1 : 1)) };
    }
  }
  throw new ConfigError(diagnose({ ...read, source, defaults, keys: CONFIG_KEYS }));
}

/** One text for all findings. */
export function renderConfigFindings(findings: readonly Finding[]): string {
  const count = findings.length === 1 ? "1 thing" : `${findings.length} things`;
  return [`The stack's config has ${count} wrong; no resource was touched.`, ...findings.map(renderFinding)].join("\n");
}

function renderFinding({ path, found, allowed, docs }: Finding): string {
  return `  ${path}\n    found:   ${found}\n    allowed: ${allowed}${docs === undefined ? "" : `\n    see:     ${docs}`}`;
}

const CONFIG_KEYS = [...Object.keys(pipelineFields), ...Object.keys(infrastructureFields)];

interface Fields {
  readonly pipeline: Record<string, Json>;
  readonly infrastructure: Record<string, Json>;
  readonly misread: Misread[];
}

/** Each field is the default with the config's change made; most of the infrastructure has no default. */
function readFields(source: ConfigSource, defaults: Defaults): Fields {
  const misread: Misread[] = [];
  const read = (side: keyof Defaults, fields: readonly string[]): Record<string, Json> =>
    Object.fromEntries(fields.flatMap((field) => {
      const base: Json | undefined = defaults[side][field];
      const key = writtenKey(source, field);
      if (key !== field) misread.push({ path: [side, field] });
      const change = given(source, key, [side, field], misread);
      const value = change === undefined || (base === undefined && change === null) ? base : merge(base, change, [field], (list, name, thing) => misread.push(misfit(side, list, name, thing)));
      return value === undefined ? [] : [[field, value] as const];
    }));
  return { pipeline: read("pipeline", Object.keys(pipelineFields)), infrastructure: read("infrastructure", Object.keys(infrastructureFields)), misread };
}

/** The key under which a field most likely is: a mistyped one, where there is none of the right name. The mistyped key has its own finding. */
function writtenKey({ keys, encrypted }: ConfigSource, field: string): string {
  if (keys.includes(field)) return field;
  const unknown = keys.filter((key) => !CONFIG_KEYS.includes(key) && !SECRET_NAME.test(key) && encrypted?.has(key) !== true);
  return unknown.find((key) => nearest(key, CONFIG_KEYS) === field) ?? field;
}

/** Secrets are named so; their values are never asked for. */
const SECRET_NAME = /^[A-Z0-9_]+$|Key$/;

function given(source: ConfigSource, key: string, path: readonly [side: string, field: string], misread: Misread[]): Json | undefined {
  const text = source.text(key);
  if (text === undefined || TEXT_FIELDS.has(path[1])) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    const allowed = "a structured value: pulumi config set --path, or YAML in the stack's file";
    misread.push({ path, finding: { path: `gpu-cicd:${key}`, found: "a text that is no JSON", allowed, docs: docsOf(key) } });
    return undefined;
  }
}

function misfit(side: string, list: readonly string[], name: string, value: Json): Misread {
  const finding = { path: `gpu-cicd:${list.join(".")}.${name}`, found: shortened(value), allowed: "an object, or null to remove it", docs: docsOf(list[0] ?? "") };
  return { path: [side, ...list], name, finding };
}
