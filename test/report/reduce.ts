/** Engine events without what no report reads, so that a recorded preview is small enough to keep. */

/** Lines that are kept of a file that is created or deleted: that it comes is what is told. */
const KEPT_LINES = 12;

interface State {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

interface Metadata {
  readonly op: string;
  readonly type: string;
  readonly old?: State | null;
  readonly new?: State | null;
  readonly [field: string]: unknown;
}

type Event = Readonly<Record<string, unknown>> & { readonly diagnosticEvent?: { readonly severity: string } };

/** @param events as the engine writes them, one JSON object a line */
export function reducedEvents(events: string): object[] {
  const parsed = events.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Event);
  const refreshing = parsed.some((event) => metadataOf(event["resourcePreEvent"])?.op === "refresh");
  return [...parsed.flatMap((event) => reduced(event, refreshing)), judged(parsed)].filter((event) => event !== undefined);
}

function reduced(event: Event, refreshing: boolean): object[] {
  const { diagnosticEvent, policyEvent, resourcePreEvent, resOutputsEvent, summaryEvent } = event;
  if (diagnosticEvent !== undefined) return diagnosticEvent.severity === "debug" ? [] : [{ diagnosticEvent }];
  if (policyEvent !== undefined) return [{ policyEvent }];
  if (summaryEvent !== undefined) return [{ summaryEvent: withoutPaths(summaryEvent as Summary) }];
  const before = metadataOf(resourcePreEvent);
  if (before !== undefined) return [{ resourcePreEvent: { metadata: reducedStep(before) } }];
  const after = metadataOf(resOutputsEvent);
  if (after === undefined) return [];
  // A plan is told beforehand; of what came of it, only the stack's own end says something.
  return refreshing || after.type === "pulumi:pulumi:Stack" ? [{ resOutputsEvent: { metadata: reducedStep(after) } }] : [];
}

interface Summary {
  readonly PolicyPacks?: Readonly<Record<string, string>>;
}

/** Packs are named with the folder that they were found in, which is the recording machine's. */
function withoutPaths({ PolicyPacks: packs = {}, ...summary }: Summary): Summary {
  return { ...summary, PolicyPacks: Object.fromEntries(Object.entries(packs).map(([name, version]) => [name.replace(/\|local\|.*$/, "|local|policy"), version])) };
}

function metadataOf(event: unknown): Metadata | undefined {
  return (event as { readonly metadata?: Metadata } | undefined)?.metadata;
}

function reducedStep(metadata: Metadata): object {
  const { op, urn, type, old, new: wanted, keys, diffs, detailedDiff } = metadata;
  const keep = op === "same" || op === "refresh" ? sameState : changedState(op);
  return { op, urn, type, old: keep(old), new: keep(wanted), ...(keys ? { keys } : {}), ...(diffs ? { diffs } : {}), ...(detailedDiff ? { detailedDiff } : {}) };
}

function sameState(state: State | null | undefined): object | null {
  if (!state) return null;
  const { principalId, name, resourceName, identityProfile } = state.outputs ?? {};
  const known = Object.fromEntries(Object.entries({ principalId, name, resourceName, identityProfile }).filter(([, value]) => value !== undefined));
  return { ...head(state), ...(principalId !== undefined || identityProfile !== undefined ? { outputs: known } : {}) };
}

function changedState(op: string): (state: State | null | undefined) => object | null {
  const whole = op === "update" || op === "replace" || op === "create-replacement";
  return (state) => (state ? { ...head(state), inputs: whole ? state.inputs : shortened(state.inputs), outputs: whole ? withoutFiles(state.outputs) : {} } : null);
}

function head({ urn, type, custom, id, parent, protect, retainOnDelete, delete: pending }: State): object {
  return { urn, type, custom, ...(id ? { id } : {}), ...(parent ? { parent } : {}), ...(protect ? { protect } : {}), ...(retainOnDelete ? { retainOnDelete } : {}), ...(pending ? { delete: pending } : {}) };
}

function shortened(inputs: State["inputs"]): State["inputs"] {
  const content = inputs?.["content"];
  if (typeof content !== "string") return inputs;
  const lines = content.split("\n");
  return lines.length <= KEPT_LINES ? inputs : { ...inputs, content: `${lines.slice(0, KEPT_LINES).join("\n")}\n` };
}

/** The content of a file stands among its inputs too. */
function withoutFiles(outputs: State["outputs"]): State["outputs"] {
  if (outputs === undefined || !("content" in outputs)) return outputs;
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => name !== "content"));
}

/** One event for all that the policies said of what they found nothing in. */
function judged(events: readonly Event[]): object | undefined {
  const passed = new Set(events.flatMap((event) => ["policyAnalyzeSummaryEvent", "policyAnalyzeStackSummaryEvent"].flatMap((name) => (event[name] as { passed?: readonly string[] } | undefined)?.passed ?? [])));
  return passed.size === 0 ? undefined : { policyAnalyzeStackSummaryEvent: { passed: [...passed].sort() } };
}
