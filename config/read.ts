/** From the texts of a stack's config to a pipeline and its infrastructure, or to everything that is wrong with them. */
import { z } from "zod";
import { infrastructureFindings, jobFindings, pipelineFindings, structuralFindings } from "../pipeline/coherence";
import type { Infrastructure } from "../pipeline/infrastructure";
import type { Finding, Pipeline } from "../pipeline/model";
import { seedPipeline } from "../pipeline/seed";
import { seedLoad } from "../pipeline/seed/load";
import { seedPrices } from "../pipeline/seed/prices";
import { retentionFindings } from "../components/registries/lifecycle";
import { runnerModeFindings } from "../components/runners/runner-mode";
import { jobFacts, renderFiles, variables, LimitsError, RenderError, type RenderedFile } from "../workflows";
import { inConfigTerms, schemaFindings } from "./findings";
import { merge, type Json } from "./merge";
import { infrastructureFields } from "./schema-infrastructure";
import { pipelineFields } from "./schema-pipeline";
import { secretFindings } from "./secrets";

/** The config of a stack as texts. Keys are without the project's name. */
export interface ConfigSource {
  /** Name of the stack, such as `prod`. */
  readonly stack: string;
  readonly keys: readonly string[];
  /** Keys whose values are encrypted; undefined when that is not known. */
  readonly encrypted: ReadonlySet<string> | undefined;
  /** True where secrets are not kept with this source, as in a committed file: none is then missing. Default: false. */
  readonly secretsElsewhere?: boolean;
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

/** Fields whose config is a plain text; every other is JSON. */
const TEXT_FIELDS = new Set(["releaseTagPrefix", "defaultRunner", "stateBackend"]);

/**
 * Reads a stack's config.
 * @throws ConfigError that lists every finding: unknown keys, wrong shapes, missing and unencrypted secrets, and all that does not agree.
 */
export function readStack(source: ConfigSource): StackInput {
  const read = readFields(source);
  const pipeline = typed<Pipeline>(read.pipeline, pipelineFields, read.findings, "pipeline");
  const infrastructure = typed<Infrastructure>(read.infrastructure, infrastructureFields, read.findings, "infrastructure");
  const shape = [...read.findings, ...secretFindings(source, (pipeline ?? seedPipeline).secrets, fieldNames())];
  const meaning = meaningFindings(pipeline, infrastructure);
  const structural = [...shape, ...meaning];
  const rendered = pipeline && infrastructure && meaning.length === 0 ? render(source.stack, pipeline, infrastructure) : { files: [], findings: [] };
  const findings = [...structural, ...rendered.findings].map((finding) => inConfigTerms(finding, { pipeline: read.pipeline, infrastructure: read.infrastructure }));
  if (findings.length > 0 || pipeline === undefined || infrastructure === undefined) throw new ConfigError(findings);
  return { pipeline, infrastructure, files: rendered.files };
}

/** One text for all findings. */
export function renderConfigFindings(findings: readonly Finding[]): string {
  const count = findings.length === 1 ? "1 thing" : `${findings.length} things`;
  return [`The stack's config has ${count} wrong; no resource was touched.`, ...findings.map(renderFinding)].join("\n");
}

function renderFinding({ path, found, allowed }: Finding): string {
  return `  ${path}\n    found:   ${found}\n    allowed: ${allowed}`;
}

function fieldNames(): string[] {
  return [...Object.keys(pipelineFields), ...Object.keys(infrastructureFields)];
}

interface Fields {
  readonly pipeline: Record<string, Json>;
  readonly infrastructure: Record<string, Json>;
  readonly findings: Finding[];
}

/** Fields of the infrastructure that start from a default; the others start from nothing. */
const INFRASTRUCTURE_DEFAULTS = { prices: seedPrices, load: seedLoad } as unknown as Readonly<Record<string, Json>>;

/** The pipeline's fields start from the default; most of the infrastructure's from nothing. */
function readFields(source: ConfigSource): Fields {
  const findings: Finding[] = [];
  const given = (field: string): Json | undefined => {
    const text = source.text(field);
    if (text === undefined || TEXT_FIELDS.has(field)) return text;
    try {
      return JSON.parse(text) as Json;
    } catch {
      findings.push({ path: `gpu-cicd:${field}`, found: "a text that is no JSON", allowed: "a structured value: pulumi config set --path, or YAML in the stack's file" });
      return undefined;
    }
  };
  const seed = seedPipeline as unknown as Readonly<Record<string, Json>>;
  const pipeline = Object.keys(pipelineFields).map((field) => {
    const change = given(field);
    return [field, change === undefined ? seed[field] : merge(seed[field], change, [field])];
  });
  const infrastructure = Object.keys(infrastructureFields).flatMap((field) => {
    const base = INFRASTRUCTURE_DEFAULTS[field];
    const change = given(field);
    const value = base === undefined || change === undefined ? (change ?? base) : merge(base, change, [field]);
    return value === undefined ? [] : [[field, value]];
  });
  return { pipeline: Object.fromEntries(pipeline), infrastructure: Object.fromEntries(infrastructure), findings };
}

/** The value with its type, or undefined after telling what is wrong with its shape. */
function typed<Value>(value: Record<string, Json>, fields: Readonly<Record<string, z.ZodType>>, findings: Finding[], path: string): Value | undefined {
  const wrong = schemaFindings(z.strictObject(fields), value, path);
  // A key that could not be read at all has its finding already.
  const unreadable = new Set(findings.map((finding) => finding.path));
  findings.push(...wrong.filter((finding) => !unreadable.has(finding.path.replace(`${path}.`, "gpu-cicd:"))));
  return wrong.length === 0 ? (value as Value) : undefined;
}

/** What does not agree; each side is judged even when the other one cannot be read. */
function meaningFindings(pipeline: Pipeline | undefined, infrastructure: Infrastructure | undefined): Finding[] {
  const alone = [
    ...(pipeline && !infrastructure ? pipelineFindings({ pipeline }) : []),
    ...(infrastructure && !pipeline ? infrastructureFindings({ infrastructure }) : []),
    ...(pipeline ? runnerModeFindings(pipeline) : []),
  ];
  if (!pipeline || !infrastructure) return alone;
  return [
    ...alone,
    ...structuralFindings({ pipeline, infrastructure }),
    ...retentionFindings(pipeline, infrastructure.registries.retention),
    ...ownerFindings(pipeline, infrastructure),
  ];
}

/** One installation of an app serves one owner, so one provider reaches both repositories only where they have the same. */
function ownerFindings({ repository }: Pipeline, { github }: Infrastructure): Finding[] {
  const { owner } = github.infrastructureRepository;
  if (owner === repository.owner) return [];
  return [{ path: "infrastructure.github.infrastructureRepository.owner", found: owner, allowed: `${repository.owner}, the owner of the repository whose CI this is` }];
}

function render(stack: string, pipeline: Pipeline, infrastructure: Infrastructure): { files: readonly RenderedFile[]; findings: readonly Finding[] } {
  const { repository, pullRequestImages } = infrastructure.registries;
  const settings = { source: `Pulumi.${stack}.yaml`, imageRepository: repository, pullRequestImages };
  try {
    const files = renderFiles(pipeline, settings);
    const provided = variables(pipeline.environments).map(({ name, environment }) => ({ name, environment }));
    // What the pipeline and the infrastructure say of each other has been judged before.
    return { files, findings: jobFindings({ pipeline, infrastructure, jobs: jobFacts(pipeline, settings), variables: provided }) };
  } catch (error) {
    if (error instanceof RenderError || error instanceof LimitsError) return { files: [], findings: [{ path: "gpu-cicd", found: error.message, allowed: "a pipeline that GitHub's files can hold" }] };
    throw error;
  }
}
