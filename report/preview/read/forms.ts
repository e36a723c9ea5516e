/**
 * What a text is: one of the forms in which the engine writes a preview, or something else that lies beside one. Sources: pulumi/pulumi, pkg/backend/display/json.go (digest, and a stream
 * of events), sdk/go/common/apitype (events; history.go: a list of events of Pulumi Cloud; deployments.go: states; plan.go: plans).
 */
import { PreviewError } from "./error";

/** A form of a preview, opened. */
export type Form =
  | { readonly kind: "digest"; readonly digest: object }
  /** @property place says where an event stands, for an error about it */
  | { readonly kind: "events"; readonly events: readonly { readonly event: unknown; readonly place: string }[]; readonly interrupted: boolean };

/** What is allowed, for the end of every error. */
export const ALLOWED = "allowed is what `pulumi preview --json` prints, a digest or engine events (one JSON object a line, a list of them, or an object whose key events holds the list)";

/** How the engine names its events. An engine newer than this list still numbers them. */
const EVENTS: readonly string[] = [
  "cancelEvent",
  "diagnosticEvent",
  "errorEvent",
  "policyAnalyzeStackSummaryEvent",
  "policyAnalyzeSummaryEvent",
  "policyEvent",
  "policyLoadEvent",
  "policyRemediateSummaryEvent",
  "policyRemediationEvent",
  "preludeEvent",
  "progressEvent",
  "resOpFailedEvent",
  "resOutputsEvent",
  "resourcePreEvent",
  "startDebuggingEvent",
  "stdoutEvent",
  "summaryEvent",
];

/** What else people give, by the keys that only it has. */
const OTHERS: readonly (readonly [what: string, keys: readonly string[]])[] = [
  ["a state, as `pulumi stack export` writes it", ["deployment"]],
  ["a state, as a backend keeps it", ["checkpoint"]],
  ["an update plan, as `pulumi preview --save-plan` writes it", ["resourcePlans"]],
  ["a report that this command wrote", ["provenance", "headline"]],
  ["a list of updates, as `pulumi stack history` prints it", ["updates"]],
  ["a SARIF file", ["runs", "version"]],
  ["a package.json", ["name", "dependencies"]],
  ["a package.json", ["name", "devDependencies"]],
  ["a package.json", ["name", "scripts"]],
];

/** Keys of a digest. Each real one has the counts of its changes, or says why it has none. */
const DIGEST: readonly string[] = ["steps", "changeSummary", "diagnostics"];

/** @throws PreviewError for what is no form of a preview, with what it is */
export function formOf(text: string): Form {
  if (text.trim() === "") throw refused("found nothing");
  const whole = json(text);
  if (whole === undefined) return linesOf(text);
  if (Array.isArray(whole.value)) return listOf(whole.value as readonly unknown[]);
  const object = objectIn(whole.value);
  if (object === undefined) throw refused(`found ${JSON.stringify(whole.value).slice(0, 60)}`);
  if (Array.isArray(object["events"])) return listOf(object["events"] as readonly unknown[]);
  if (isEvent(object)) return { kind: "events", events: [{ event: object, place: "line 1" }], interrupted: true };
  const other = whatElse(object);
  if (other !== undefined) throw refused(`found ${other}`);
  if (!DIGEST.some((key) => key in object)) throw refused(`found ${keysOf(object)}`);
  return { kind: "digest", digest: object };
}

/** An error about a part of a form. */
export function refusedIn(form: string, found: string): PreviewError {
  return refused(`${form}, ${found}`);
}

function refused(found: string): PreviewError {
  return new PreviewError(`${found}; ${ALLOWED}`);
}

function listOf(list: readonly unknown[]): Form {
  if (list.length === 0) throw refused("found an empty list of events, which says nothing of any preview");
  const events = list.map((event, index) => ({ event, place: `event ${index + 1}` }));
  for (const { event, place } of events) checkEvent(event, place);
  return { kind: "events", events, interrupted: false };
}

function linesOf(text: string): Form {
  const lines = text.split("\n").flatMap((line, index) => (line.trim() === "" ? [] : [{ line, place: `line ${index + 1}` }]));
  const read = lines.map(({ line, place }) => ({ parsed: json(line), line, place }));
  // The engine, or what carried its words, ended while it wrote.
  const interrupted = read.length > 1 && read.at(-1)!.parsed === undefined && read.at(-1)!.line.startsWith("{");
  const events = (interrupted ? read.slice(0, -1) : read).map(({ parsed, line, place }) => {
    if (parsed === undefined) throw refused(`found ${place}: ${JSON.stringify(line.slice(0, 60))}, which is no JSON`);
    checkEvent(parsed.value, place);
    return { event: parsed.value, place };
  });
  return { kind: "events", events, interrupted };
}

function checkEvent(value: unknown, place: string): void {
  const object = objectIn(value);
  if (object === undefined) throw refused(`found ${place}: ${JSON.stringify(value).slice(0, 60)}, which is no event of the engine`);
  if (!isEvent(object)) throw refused(`found ${place}: ${whatElse(object) ?? keysOf(object)}, which is no event of the engine`);
}

function isEvent(object: Readonly<Record<string, unknown>>): boolean {
  return EVENTS.some((name) => name in object) || (typeof object["sequence"] === "number" && typeof object["timestamp"] === "number");
}

function whatElse(object: Readonly<Record<string, unknown>>): string | undefined {
  return OTHERS.find(([, keys]) => keys.every((key) => key in object))?.[0];
}

function keysOf(object: Readonly<Record<string, unknown>>): string {
  const keys = Object.keys(object);
  if (keys.length === 0) return "an empty object";
  return `an object with the ${keys.length === 1 ? "key" : "keys"} ${keys.slice(0, 5).join(", ")}${keys.length > 5 ? " and others" : ""}`;
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function json(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
