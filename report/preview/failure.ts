/** A preview that did not come to its end: the error in its context, and what succeeded before it. */
import type { Diagnostic, Failure, Operation, ReachedStep } from "./model";
import type { Message, Preview } from "./read";
import { plainText, PREVIEW_FAILED } from "./read/messages";
import type { Change } from "./resources/change";
import { resourceRef } from "./resources/changes";
import { countsOf, countsText, isCounted } from "./resources/counts";
import type { Components } from "./resources/groups";
import { say, words, type Statement } from "./statement";

/** How `config/read.ts` begins the one error that lists all that is wrong with a config. */
const CONFIG_ERROR = /^The stack's config has \d+ things? wrong/;

export interface FailureInput {
  readonly preview: Preview;
  readonly changes: readonly Change[];
  readonly components: Components;
  /** What the command itself said on its standard error, where it ended without the engine's word. */
  readonly commandError?: string | undefined;
  /** URNs of the resources in the state; undefined when it was not read. */
  readonly state?: readonly string[] | undefined;
}

/** Undefined for a preview that came to its end and was not refused. */
export function failureOf(input: FailureInput): Failure | undefined {
  const { preview, changes, commandError, state } = input;
  const errors = errorsOf(input);
  const refused = refusals(preview);
  if (preview.result === "succeeded" && errors.length === 0) return undefined;
  const stage = stageOf(errors, refused > 0, commandError);
  const reached = changes.filter(isCounted);
  const unreached = preview.programEnded ? [] : missing(changes, state);
  return {
    stage,
    summary: summaryOf(stage, errors, refused, reached),
    errors,
    reached: { counts: countsOf(reached), resources: reached.map(({ resource, operation }): ReachedStep => ({ resource, operation })) },
    ...(unreached === undefined ? {} : { unreached }),
  };
}

/** Each error once. The engine's last word says nothing when something else was said before it. */
function errorsOf({ preview, changes, components, commandError }: FailureInput): Diagnostic[] {
  const said = preview.messages.filter(({ severity }) => severity === "error");
  const telling = said.filter(({ text }) => text !== PREVIEW_FAILED);
  const chosen = telling.length > 0 || refusals(preview) > 0 ? telling : said;
  const all = commandError === undefined || commandError === "" ? chosen : [...chosen, { severity: "error" as const, text: plainText(commandError) }];
  const unique = new Map(all.map((message) => [`${message.urn ?? ""} ${message.text}`, message]));
  return [...unique.values()].map((message) => diagnostic(message, changes, components));
}

/** A message with the resource that it is about, where that belongs, and what was planned for it. */
export function diagnostic({ severity, urn, text }: Message, changes: readonly Change[], components: Components): Diagnostic {
  if (urn === undefined) return { severity, message: text };
  const operation: Operation | "same" | undefined = changes.find(({ resource }) => resource.urn === urn)?.operation;
  return { severity, resource: resourceRef(urn), component: components.path(urn), ...(operation === undefined ? {} : { operation }), message: text };
}

function refusals({ policies }: Preview): number {
  return policies?.violations.filter(({ level }) => level === "mandatory").length ?? 0;
}

function stageOf(errors: readonly Diagnostic[], refused: boolean, commandError: string | undefined): Failure["stage"] {
  const [first] = errors;
  if (first === undefined) return refused ? "policy" : "engine";
  if (CONFIG_ERROR.test(first.message)) return "config";
  if (errors.some(({ resource }) => resource !== undefined)) return "resource";
  return first.message === PREVIEW_FAILED || first.message === commandError ? "engine" : "program";
}

/** Resources of the state that the preview did not come to. */
function missing(changes: readonly Change[], state: readonly string[] | undefined): Failure["unreached"] {
  if (state === undefined) return undefined;
  const reached = new Set(changes.flatMap(({ step }) => [step.urn, step.old?.urn ?? step.urn]));
  return state.filter((urn) => !reached.has(urn)).map(resourceRef);
}

function summaryOf(stage: Failure["stage"], errors: readonly Diagnostic[], refused: number, reached: readonly Change[]): Statement {
  const first = errors[0];
  const before = countsText(countsOf(reached));
  const facts = { stage, errors: errors.length, refused, reached: reached.length, ...(first?.resource === undefined ? {} : { resource: first.resource.name }) };
  const after = reached.length === 0 ? words("Nothing was looked at before that.") : say`Before that it planned: ${words(before)}.`;
  switch (stage) {
    case "config":
      return { kind: "failed-config", facts, sentence: say`The stack's config is wrong, and no resource was looked at.` };
    case "policy":
      return { kind: "failed-policy", facts, sentence: say`The preview is refused by ${refused} ${words(refused === 1 ? "violation" : "violations")} of mandatory policies. It planned: ${words(before)}.` };
    case "resource":
      return { kind: "failed-resource", facts, sentence: say`The preview failed at the ${words(first?.resource?.title ?? "resource")} ${first?.resource?.name ?? ""}. ${after}` };
    case "program":
      return { kind: "failed-program", facts, sentence: say`The program failed. ${after}` };
    case "engine":
      return { kind: "failed-engine", facts, sentence: say`The engine did not finish the preview. ${after}` };
  }
}
