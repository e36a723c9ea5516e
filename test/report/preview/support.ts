/** Previews that tests make, step by step. */
import { buildReport, plainSentence, readPreview, type Danger, type Report, type ReportInput } from "../../../report/preview";

export interface MadeStep {
  readonly op: string;
  readonly type: string;
  readonly name?: string;
  readonly old?: object;
  readonly new?: object;
  readonly outputs?: object;
  readonly newOutputs?: object;
  readonly parent?: string;
  readonly protect?: readonly [before: boolean, after: boolean];
  readonly retainOnDelete?: boolean;
  readonly oldUrn?: string;
  readonly diffs?: readonly string[];
  readonly keys?: readonly string[];
  readonly detailedDiff?: Readonly<Record<string, { readonly diffKind: string }>>;
}

/** How the engine marks a secret whose value is blinded. */
export const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
/** How the engine writes a text that only the apply will know. */
export const LATER = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:prod::gpu-cicd::${type}::${name}`;
}

export function eventOf({ op, type, name = "thing", old, new: wanted, outputs = {}, newOutputs = {}, parent, protect, retainOnDelete, oldUrn, diffs, keys, detailedDiff }: MadeStep): object {
  const urn = urnOf(type, name);
  const state = (inputs: object | undefined, at: string, own: object, isProtected: boolean | undefined): object | null =>
    inputs === undefined ? null : { type, urn: at, custom: !type.startsWith("gpu-cicd:"), inputs, outputs: own, ...(parent ? { parent } : {}), ...(isProtected ? { protect: true } : {}), ...(retainOnDelete ? { retainOnDelete } : {}) };
  const metadata = { op, urn, type, old: state(old, oldUrn ?? urn, outputs, protect?.[0]), new: state(wanted, urn, newOutputs, protect?.[1]), ...(diffs ? { diffs } : {}), ...(keys ? { keys } : {}), ...(detailedDiff ? { detailedDiff } : {}) };
  return { resourcePreEvent: { metadata } };
}

const stack = { urn: "urn:pulumi:prod::gpu-cicd::pulumi:pulumi:Stack::gpu-cicd-prod", type: "pulumi:pulumi:Stack", op: "same" };

/** A preview of these steps that came to its end. */
export function eventsOf(steps: readonly MadeStep[], more: readonly object[] = []): object[] {
  const ended = { resOutputsEvent: { metadata: stack } };
  return [{ resourcePreEvent: { metadata: stack } }, ended, ...steps.map(eventOf), ended, ...more, { summaryEvent: { result: "succeeded", PolicyPacks: {} } }];
}

export function linesOf(events: readonly object[]): string {
  return events.map((event) => JSON.stringify(event)).join("\n");
}

export function reportOf(events: readonly object[], more: Partial<ReportInput> = {}): Report {
  return buildReport({ project: "gpu-cicd", stack: "prod", preview: readPreview(linesOf(events)), policies: [], azureRoles: {}, date: "2026-11-26T06:00:00Z", ...more });
}

export function dangersOf(...steps: readonly MadeStep[]): readonly Danger[] {
  return reportOf(eventsOf(steps)).dangers;
}

/** `kind: sentence`, for tests that write them down. */
export function told(dangers: readonly Danger[]): string[] {
  return dangers.map(({ kind, sentence }) => `${kind}: ${plainSentence(sentence)}`);
}
