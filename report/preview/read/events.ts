/** Reads engine events, as `pulumi preview --json` streams them. */
import { Blinder } from "./blind";
import { engineEvent, type EngineEvent, type RawMetadata } from "./engine";
import { plainText, PREVIEW_FAILED } from "./messages";
import { refusedIn } from "./forms";
import type { Message, Preview, Verdicts, Violation } from "./preview";
import { cleanSteps, stepsOf, type RawStep } from "./steps";
import { STACK_TYPE } from "./urn";

/**
 * @param given events, each with where it stands
 * @param interrupted whether the text breaks off within one
 * @throws PreviewError for what is no event, for the log of something else than one preview, and for one of which a part is missing
 */
export function readEvents(given: readonly { readonly event: unknown; readonly place: string }[], interrupted: boolean): Preview {
  const events = given.map(({ event, place }) => eventOf(event, place));
  checkRun(events);
  const blinder = new Blinder();
  const raw = rawSteps(events);
  const [steps, found] = [stepsOf(raw.planned, blinder), stepsOf(raw.found, blinder)];
  const summary = interrupted ? undefined : events.findLast(({ summaryEvent }) => summaryEvent !== undefined)?.summaryEvent;
  const policies = verdictsOf(events, blinder);
  const messages = events.flatMap((event) => messagesOf(event, blinder));
  return {
    source: "events",
    steps: cleanSteps(steps, blinder),
    ...(raw.found.length === 0 ? {} : { found: cleanSteps(found, blinder) }),
    messages,
    ...(policies === undefined ? {} : { policies }),
    policyPacks: packsOf(summary?.PolicyPacks),
    result: summary === undefined ? "unfinished" : summary.result === "failed" ? "failed" : "succeeded",
    programEnded: summary !== undefined && isDestruction(raw.planned) ? true : programEnded(events, messages),
  };
}

function eventOf(event: unknown, place: string): EngineEvent {
  const parsed = engineEvent.safeParse(event);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw refusedIn("engine events", `${place}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "no event of the engine"}`);
}

/** The events are those of one preview, from its first to its last. */
function checkRun(events: readonly EngineEvent[]): void {
  const runs = events.filter(({ preludeEvent }) => preludeEvent !== undefined).length;
  if (runs > 1) throw refusedIn("engine events", `found those of ${runs} runs, where one preview is wanted`);
  if (events.some(({ summaryEvent }) => summaryEvent?.isPreview === false)) throw refusedIn("engine events", "found those of an update, which has happened");
  const numbers = events.flatMap(({ sequence }) => (sequence === undefined ? [] : [sequence])).sort((one, other) => one - other);
  if (numbers.length > 0 && numbers[0] !== 0) throw refusedIn("engine events", `found event ${numbers[0]} first: those before it are missing`);
  const gap = numbers.find((number, index) => index > 0 && number > numbers[index - 1]! + 1);
  if (gap !== undefined) throw refusedIn("engine events", `found event ${gap}, and not the one before it: a part of the log is missing`);
}

/** No program runs where everything goes: a preview of a program has at least the stack itself. */
export function isDestruction(steps: readonly RawStep[]): boolean {
  return steps.length > 0 && steps.every(({ op }) => op === "delete");
}

interface RawSteps {
  readonly planned: RawStep[];
  readonly found: RawStep[];
}

/** A plan is told beforehand; a refresh tells what it found once it has looked. */
function rawSteps(events: readonly EngineEvent[]): RawSteps {
  const steps: RawSteps = { planned: [], found: [] };
  const refreshing = new Set<string>();
  for (const { resourcePreEvent, resOutputsEvent } of events) {
    const [before, after] = [resourcePreEvent?.metadata, resOutputsEvent?.metadata];
    if (before?.op === "refresh") refreshing.add(before.urn);
    else if (before !== undefined) steps.planned.push(rawStep(before));
    else if (after !== undefined && refreshing.delete(after.urn)) steps.found.push(rawStep(after));
  }
  return steps;
}

function rawStep({ op, urn, old, new: wanted, detailedDiff, diffs, keys }: RawMetadata): RawStep {
  const differs = detailedDiff && Object.fromEntries(Object.entries(detailedDiff).map(([path, { diffKind }]) => [path, { kind: diffKind }]));
  return { op, urn, old, new: wanted, differs, differing: diffs, replacedFor: keys };
}

function messagesOf({ diagnosticEvent, errorEvent }: EngineEvent, blinder: Blinder): Message[] {
  if (errorEvent) return [{ severity: "error", text: blinder.clean(plainText(errorEvent.error)) }];
  if (diagnosticEvent === undefined || diagnosticEvent.ephemeral) return [];
  const severity = SEVERITIES[diagnosticEvent.severity];
  const text = blinder.clean(plainText(diagnosticEvent.message));
  // Messages for debugging hold values that nobody blinded.
  return severity === undefined || text === "" ? [] : [{ severity, text, ...(diagnosticEvent.urn ? { urn: diagnosticEvent.urn } : {}) }];
}

const SEVERITIES: Readonly<Record<string, Message["severity"]>> = { error: "error", warning: "warning", info: "info", "info#err": "info" };

/** Undefined when no policy judged anything. */
function verdictsOf(events: readonly EngineEvent[], blinder: Blinder): Verdicts | undefined {
  const judged = events.flatMap(({ policyAnalyzeSummaryEvent: one, policyAnalyzeStackSummaryEvent: all }) => [one, all].filter((event) => event !== undefined));
  const violations = events.flatMap(({ policyEvent }) => (policyEvent ? [violationOf(policyEvent, blinder)] : []));
  // A pack that judges at the end has said nothing of a preview that ended before.
  if (violations.length === 0 && !judged.some(({ passed, failed }) => (passed?.length ?? 0) + (failed?.length ?? 0) > 0)) return undefined;
  const objected = new Set(violations.map(({ policy }) => policy));
  const passed = new Set(judged.flatMap(({ passed: names }) => names ?? []).filter((name) => !objected.has(name)));
  return { violations, passed: [...passed].sort() };
}

function violationOf({ policyName, policyPackName, enforcementLevel, severity, resourceUrn, message }: NonNullable<EngineEvent["policyEvent"]>, blinder: Blinder): Violation {
  return {
    policy: policyName,
    pack: policyPackName,
    // A level that is not known is taken for the gravest.
    level: enforcementLevel === "advisory" || enforcementLevel === "remediate" ? enforcementLevel : "mandatory",
    ...(severity === undefined ? {} : { severity }),
    ...(resourceUrn ? { urn: resourceUrn } : {}),
    text: blinder.clean(plainText(message)),
  };
}

/** The engine names a pack `NAME|local|PATH`. */
function packsOf(packs: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(packs).map(([name, version]) => [name.split("|")[0]!, version]));
}

/** The stack's own outputs are registered a second time when the program ends, also when it ends with an error; that one is about no resource. */
function programEnded(events: readonly EngineEvent[], messages: readonly Message[]): boolean {
  const registered = events.filter(({ resOutputsEvent }) => resOutputsEvent?.metadata.type === STACK_TYPE);
  return registered.length > 1 && !messages.some(({ severity, urn, text }) => severity === "error" && urn === undefined && text !== PREVIEW_FAILED);
}
