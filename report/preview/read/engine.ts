/**
 * The parts of the engine's JSON that a report reads. Sources: pulumi/pulumi, sdk/go/common/apitype/events.go (events) and
 * pkg/display/json.go (the digest). Everything else in them is ignored; what is read is checked, as the file may come from anywhere.
 */
import { z } from "zod";

const urn = z.string();
const texts = z.array(z.string()).nullish();
const flag = z.boolean().optional();

/** A resource in either form; the digest has no more than this that a report needs. */
const state = z.object({
  urn,
  custom: flag,
  delete: flag,
  id: z.string().optional(),
  parent: z.string().optional(),
  protect: flag,
  retainOnDelete: flag,
  inputs: z.unknown().optional(),
  outputs: z.unknown().optional(),
});

export type RawState = z.infer<typeof state>;

const metadata = z.object({
  op: z.string(),
  urn,
  type: z.string(),
  old: state.nullish(),
  new: state.nullish(),
  keys: texts,
  diffs: texts,
  detailedDiff: z.record(z.string(), z.object({ diffKind: z.string() })).nullish(),
});

export type RawMetadata = z.infer<typeof metadata>;

const stepEvent = z.object({ metadata }).optional();
const packs = z.record(z.string(), z.string()).optional();
const judged = z.object({ passed: texts, failed: texts }).optional();
const severity = z.enum(["low", "medium", "high", "critical"]).optional().catch(undefined);

export const engineEvent = z.object({
  /** Counts the events of a run from 0. */
  sequence: z.number().optional(),
  preludeEvent: z.unknown().optional(),
  resourcePreEvent: stepEvent,
  resOutputsEvent: stepEvent,
  diagnosticEvent: z.object({ urn: z.string().optional(), message: z.string(), severity: z.string(), ephemeral: flag }).optional(),
  policyEvent: z
    .object({ resourceUrn: z.string().optional(), message: z.string(), policyName: z.string(), policyPackName: z.string(), policyPackVersion: z.string().optional(), enforcementLevel: z.string(), severity })
    .optional(),
  policyAnalyzeSummaryEvent: judged,
  policyAnalyzeStackSummaryEvent: judged,
  errorEvent: z.object({ error: z.string() }).optional(),
  summaryEvent: z.object({ result: z.string().optional(), PolicyPacks: packs, isPreview: flag }).optional(),
});

export type EngineEvent = z.infer<typeof engineEvent>;

const digestStep = z.object({
  op: z.string(),
  urn,
  oldState: state.nullish(),
  newState: state.nullish(),
  diffReasons: texts,
  replaceReasons: texts,
  detailedDiff: z.record(z.string(), z.object({ kind: z.string() })).nullish(),
});

export type RawDigestStep = z.infer<typeof digestStep>;

export const previewDigest = z.object({
  steps: z.array(digestStep).nullish(),
  diagnostics: z.array(z.object({ urn: z.string().optional(), message: z.string().optional(), severity: z.string().optional() })).nullish(),
  changeSummary: z.record(z.string(), z.number()).nullish(),
});

export type PreviewDigest = z.infer<typeof previewDigest>;
