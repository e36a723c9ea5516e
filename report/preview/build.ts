/** From a preview and two configs to what the change means. Pure: everything comes from outside, the time too. */
import type { CapacityComparison } from "../capacity/model";
import { capacitySection } from "./capacity";
import { costSection } from "./cost";
import { dangersOf } from "./dangers";
import { driftSection } from "./drift";
import { diagnostic, failureOf } from "./failure";
import { fingerprintOf } from "./fingerprint";
import { headlineOf } from "./headline";
import { REPORT_FORMAT, type Provenance, type Report, type SystemSection } from "./model";
import { isIntended, policySection, type PolicyFacts } from "./policies";
import type { Preview } from "./read";
import { urnParts } from "./read/urn";
import { changesOf } from "./resources/changes";
import { countsOf, isCounted } from "./resources/counts";
import { componentChanges, Components } from "./resources/groups";
import { withRenames } from "./resources/renames";
import { systemSection, systemUnknown, type ConfigSide } from "./system";

/** A config, or what is wrong with it; undefined where none was asked for. */
export type ReadConfig = ConfigSide | { readonly error: string } | undefined;

export interface ReportInput {
  readonly project: string;
  readonly stack: string;
  readonly preview: Preview;
  /** Standard error of the command, where it failed without the engine's word. */
  readonly commandError?: string;
  /** A refresh, for drift. By default what the preview itself found, where it refreshed first. */
  readonly refresh?: Preview;
  /** URNs of the resources in the state. */
  readonly state?: readonly string[];
  /** The configs: what is deployed or reviewed against, and what will be. */
  readonly before?: ReadConfig;
  readonly after?: ReadConfig;
  readonly capacity?: { readonly comparison: CapacityComparison; readonly chart?: string };
  /** What the packs say of their policies. */
  readonly policies: readonly PolicyFacts[];
  /** Names of Azure's built-in roles by the id of their definition. */
  readonly azureRoles: Readonly<Record<string, string>>;
  readonly base?: Provenance["base"];
  readonly head?: Provenance["head"];
  readonly engineVersion?: string;
  /** ISO 8601 with a zone. */
  readonly date: string;
}

export function buildReport(input: ReportInput): Report {
  const { preview } = input;
  const components = new Components(preview.steps);
  const changes = withRenames(changesOf(preview.steps));
  const counts = countsOf(changes);
  const resources = componentChanges(changes, components);
  const dangers = dangersOf(changes, input.azureRoles, isIntended(preview));
  const policies = policySection(preview, input.policies);
  const failure = failureOf({ preview, changes, components, commandError: input.commandError, state: input.state });
  const equal = changes.filter((change) => isCounted(change) && change.operation === "same" && change.step.operation === "update");
  const [before, after] = [sideOf(input.before), sideOf(input.after)];
  const { capacity } = input;
  const simulated = capacity && { before: capacity.comparison.before?.cost, after: capacity.comparison.after.cost };
  return {
    format: REPORT_FORMAT,
    provenance: provenanceOf(input, fingerprintOf(resources)),
    headline: headlineOf(counts, dangers, policies, failure, preview.programEnded, equal),
    ...(failure === undefined ? {} : { failure }),
    dangers,
    system: systemOf(input.before, input.after),
    cost: costSection(before, after, simulated),
    ...(capacity === undefined ? {} : { capacity: capacitySection(capacity.comparison, capacity.chart) }),
    policies,
    resources,
    drift: driftSection(input.refresh ?? (preview.found === undefined ? undefined : preview), input.azureRoles),
    diagnostics: preview.messages.filter(({ severity }) => severity === "warning").map((message) => diagnostic(message, changes, components)),
  };
}

function sideOf(config: ReadConfig): ConfigSide | undefined {
  return config === undefined || "error" in config ? undefined : config;
}

function systemOf(before: ReadConfig, after: ReadConfig): SystemSection {
  if (after !== undefined && "error" in after) return systemUnknown({ reason: "unreadable", side: "after", error: after.error });
  if (before !== undefined && "error" in before) return systemUnknown({ reason: "unreadable", side: "before", error: before.error });
  return before === undefined || after === undefined ? systemUnknown({ reason: "no-base" }) : systemSection(before, after);
}

function provenanceOf({ project, stack, base, head, engineVersion, preview, date }: ReportInput, fingerprint: string): Provenance {
  return {
    project,
    stack,
    ...(base === undefined ? {} : { base }),
    ...(head === undefined ? {} : { head }),
    engine: { name: "pulumi", ...(engineVersion === undefined ? {} : { version: engineVersion }) },
    policyPacks: preview.policyPacks,
    date,
    fingerprint,
  };
}

/** Projects and stacks of a preview, by its resources, each once; none for a preview that reached no resource. */
export function stacksOf({ steps, found = [] }: Preview): readonly { readonly project: string; readonly stack: string }[] {
  const all = [...steps, ...found].map(({ urn }) => urnParts(urn));
  return [...new Map(all.map(({ project, stack }) => [`${project} ${stack}`, { project, stack }])).values()];
}
