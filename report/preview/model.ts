/**
 * What a change of the infrastructure means, as data: the one value that every renderer and poster reads. It is plain JSON, so that it can be
 * written to a file, carried as an artifact and read back.
 *
 * - Everything said is derived from a preview, from the state or from config; what could not be derived says why (`known: false`), and is never
 *   left out in silence.
 * - Nothing in it is secret: values of secret properties, and of properties that become or were secret, are marks (`value.ts`).
 * - Texts of others (names, values, messages, diffs) stand as they were written and may hold anything. Renderers put them where they cannot
 *   break out. Texts of ours are the `text` parts of sentences.
 * - Lists have the order in which they are to be shown.
 */
import type { FactValue, Sentence, Statement } from "./statement";
import type { Value } from "./value";

/** Marks the file, and its version: raised when a reader of the last one would misread it. */
export const REPORT_FORMAT = "gpu-cicd/report/1";

export interface Report {
  readonly format: typeof REPORT_FORMAT;
  readonly provenance: Provenance;
  readonly headline: Headline;
  /** Why the preview did not come to its end; undefined when it did. Everything else then holds for what it reached. */
  readonly failure?: Failure;
  /** Gravest first. Empty says that none was found among what `headline.complete` covers. */
  readonly dangers: readonly Danger[];
  /** The change in the system's own terms. */
  readonly system: SystemSection;
  readonly cost: CostSection;
  /** Who will wait, before and after. Left out when no simulation was asked for. */
  readonly capacity?: CapacitySection;
  readonly policies: PolicySection;
  /** Every resource that changes, by component; sorted by component, title and name. Resources that stay as they are are only counted. */
  readonly resources: readonly ComponentChanges[];
  readonly drift: DriftSection;
  /** Warnings of the engine, the program and the providers; errors are in `failure`. */
  readonly diagnostics: readonly Diagnostic[];
}

// ---------------------------------------------------------------------------------------------------------------------------- provenance

/** What was compared, by what, and when. */
export interface Provenance {
  readonly project: string;
  readonly stack: string;
  /** What is deployed or reviewed against; undefined when no base was given. */
  readonly base?: Ref;
  readonly head?: Ref;
  readonly engine: { readonly name: "pulumi"; readonly version?: string };
  /** Policy packs that judged the preview, by name, with their version. */
  readonly policyPacks: Readonly<Record<string, string>>;
  /** When the report was asked for, ISO 8601 with a zone. Given from outside: nothing in this folder reads a clock. */
  readonly date: string;
  /**
   * SHA-256, hex, of what the preview would change: operations, resources, and their property changes. Equal for two previews of the same
   * change; hidden values count as changed or not, never with their value. An apply compares it with the reviewed report's.
   */
  readonly fingerprint: string;
}

/** A name of a commit, and the commit, where it is known. */
export interface Ref {
  /** As it was given, such as `origin/main`, or the file that a config was read from. */
  readonly name: string;
  /** Full hash. */
  readonly commit?: string;
}

// ------------------------------------------------------------------------------------------------------------------------------ headline

/**
 * `failed`: the preview did not come to its end.
 * `refused`: a mandatory policy is violated; nothing can be applied.
 * `dangerous`: it can be applied, and at least one danger of severity `critical` or `high` was found.
 * `careful`: it can be applied, and all dangers found are of severity `medium`.
 * `harmless`: it changes something and no danger was found.
 * `unchanged`: it changes nothing.
 */
export type Verdict = "failed" | "refused" | "dangerous" | "careful" | "harmless" | "unchanged";

export interface Headline {
  readonly verdict: Verdict;
  /** One sentence, for the title of a comment or a check. */
  readonly summary: Statement;
  readonly counts: Counts;
  /** False when the preview failed: counts and dangers hold for the resources that it reached. */
  readonly complete: boolean;
  /** Resources that the engine would update and that mean the same afterwards, such as a set in another order; counted as `same`. */
  readonly equalInMeaning: readonly ResourceRef[];
}

/** Resources by what happens to them. The stack itself and components are not counted; providers are. */
export interface Counts {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly rename: number;
  /** Taken over from the cloud, with no change. */
  readonly import: number;
  /** Forgotten by the stack, and left in the cloud. */
  readonly forget: number;
  readonly same: number;
}

// ------------------------------------------------------------------------------------------------------------------------------- dangers

/**
 * `critical`: loses data, opens something, or lets an unreviewed change merge.
 * `high`: stops or slows CI for people who are at work, or touches what holds secrets.
 * `medium`: somebody should look before the apply.
 */
export type Severity = "critical" | "high" | "medium";

export type DangerCategory =
  /** Something that holds data is deleted or replaced. */
  | "stateful"
  /** Branches, checks or reviews protect less. */
  | "protection"
  /** A secret is added, rotated, removed, or is shown in the clear. Names only. */
  | "secret"
  /** Somebody can take an identity, a role or a right who could not before. */
  | "trust"
  /** A resource is protected from deletion and the change would need it gone, or the protection itself goes. */
  | "protected"
  /** Jobs that run or wait are ended, or find no runner. */
  | "interruption";

export interface Danger extends Statement {
  /** Equal for the same danger in two reports of one stack: kind, resource and the facts that make it this one. */
  readonly id: string;
  readonly category: DangerCategory;
  readonly severity: Severity;
  /** The resource that it is about; undefined for one that comes from the two configs alone. */
  readonly resource?: ResourceRef;
  /** Path of the property, as in `ResourceChange.properties`. */
  readonly property?: string;
}

// ------------------------------------------------------------------------------------------------------------------ the system's own terms

/** What a change in the system's own terms is about; in the order in which they are shown. */
export const TOPICS = [
  "required-checks",
  "reviews",
  "build-matrix",
  "tags",
  "watched-paths",
  "suites",
  "deployment-tests",
  "runner-classes",
  "gpus",
  "node-pools",
  "budget",
  "clusters",
  "registries",
  "schedule",
  "environments",
  "trust",
  "secrets",
  "workflow-files",
  "settings",
] as const;

export type Topic = (typeof TOPICS)[number];

/** The two configs, compared; or why there are not two. */
export type SystemSection =
  | { readonly known: true; readonly before: Ref; readonly after: Ref; readonly topics: readonly SystemTopic[]; readonly summary: Statement }
  | { readonly known: false; readonly why: Statement };

/** The changes of one topic; topics without a change are left out. */
export interface SystemTopic {
  readonly topic: Topic;
  /** For a heading, such as `Required checks`. Words of ours. */
  readonly title: string;
  readonly changes: readonly SystemChange[];
}

export interface SystemChange extends Statement {
  readonly effect: "added" | "removed" | "renamed" | "changed";
  /** The thing that changes: a check's context, a runner class' id, a suite, a role. */
  readonly subject: string;
  /** What it was and will be, for a table; undefined on the side where it is not there. */
  readonly before?: FactValue;
  readonly after?: FactValue;
}

// ------------------------------------------------------------------------------------------------------------------------ cost, capacity

/** A month's price, in the price table's currency. */
export interface MonthlyCost {
  /** Everything at its minimum: what stands there when nobody works. */
  readonly minimum: number;
  /** Under the load profile of the config; undefined when nothing was simulated. */
  readonly expected?: number;
  /** Every pool at its maximum, all month. */
  readonly maximum: number;
}

export type CostSection =
  | {
      readonly known: true;
      /** ISO 4217 code. */
      readonly currency: string;
      /** Date of the price table, ISO 8601. */
      readonly pricesOf: string;
      /** Undefined when there is no base. */
      readonly before?: MonthlyCost;
      readonly after: MonthlyCost;
      /** What the sums are made of, dearest first. */
      readonly lines: readonly CostLine[];
      readonly summary: Statement;
    }
  | { readonly known: false; readonly why: Statement };

export interface CostLine {
  /** Such as `pool gpu1: Standard_NC24ads_A100_v4`. */
  readonly item: string;
  /** Undefined on the side where it is not there. */
  readonly before?: MonthlyCost;
  readonly after?: MonthlyCost;
}

/** Queue waits of one runner class, in seconds. `halfWidth95` is half of the 95% confidence interval's width, over replications. */
export interface QueueWait {
  readonly runnerClass: string;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly p95HalfWidth95: number;
}

/** Outcome of one simulated config. */
export interface CapacityOutcome {
  readonly waits: readonly QueueWait[];
  /** Share of the GPUs that are paid for which work, 0 to 1; undefined where none was ever up. */
  readonly gpuUse?: number;
  readonly monthlyCost: number;
}

export interface CapacitySection {
  /** Date of the load profile, ISO 8601. */
  readonly loadOf: string;
  readonly before?: CapacityOutcome;
  readonly after: CapacityOutcome;
  /** One for each runner class whose waits differ by more than the interval, and one for the whole. */
  readonly statements: readonly Statement[];
  /** A chart as SVG text without scripts or external references. */
  readonly chart?: string;
}

// ------------------------------------------------------------------------------------------------------------------------------ policies

export type PolicySection =
  | {
      readonly known: true;
      /** Policies that judged something and found nothing. */
      readonly passed: number;
      /** One for each cause, mandatory ones first, then by policy and resource. */
      readonly violations: readonly PolicyViolation[];
      readonly summary: Statement;
    }
  | { readonly known: false; readonly why: Statement };

export interface PolicyViolation {
  readonly policy: string;
  readonly pack: string;
  /** `mandatory` stops the apply. */
  readonly level: "mandatory" | "advisory" | "remediate";
  readonly severity?: "low" | "medium" | "high" | "critical";
  /** Undefined for a violation of the whole stack. */
  readonly resource?: ResourceRef;
  /** Further resources of which the policy says the same: one cause, told once. */
  readonly also?: readonly ResourceRef[];
  /** What the policy says, without colours. Others' text. */
  readonly message: string;
  /** How to put it right; undefined for a pack that is not this project's. */
  readonly remediation?: string;
  /** Where the rule comes from. */
  readonly url?: string;
}

// ----------------------------------------------------------------------------------------------------------------------------- resources

export interface ResourceRef {
  readonly urn: string;
  /** Type token, such as `azure-native:containerservice:AgentPool`. */
  readonly type: string;
  /** What the type is, for people, such as `AKS node pool`. Words of ours. */
  readonly title: string;
  /** Logical name in the stack. */
  readonly name: string;
}

/** Changed resources of one component. */
export interface ComponentChanges {
  /** Names of the components from the stack down, such as `runners / runners-builder-amd64`; `stack` for those that have none. */
  readonly component: string;
  /** Type token of the innermost component; undefined for the stack's own. */
  readonly type?: string;
  readonly counts: Counts;
  readonly resources: readonly ResourceChange[];
}

export type Operation = Exclude<keyof Counts, "same">;

export interface ResourceChange {
  readonly resource: ResourceRef;
  readonly operation: Operation;
  /** One sentence: what happens to it and, where it is known, why. */
  readonly summary: Statement;
  /**
   * Only for renames: the resource that it was. `recreated` tells that the stack forgot the connection, so that the cloud's thing is deleted
   * and made anew under the other name; otherwise an alias keeps it, and nothing is touched.
   */
  readonly renamed?: { readonly from: ResourceRef; readonly recreated: boolean };
  /** For replacements: the properties that cannot change in place, and whether the old one goes first; undefined when the preview does not say. */
  readonly replacement?: { readonly deletesFirst?: boolean; readonly causes: readonly string[] };
  /** True where the stack protects it from deletion. */
  readonly protected: boolean;
  /** Sorted by path. All inputs for a create; none for a delete, whose last inputs nobody has to review. */
  readonly properties: readonly PropertyChange[];
  /** Properties that the engine reports as changed and that mean the same: reordered sets, JSON in another order or layout. */
  readonly unchangedInMeaning: readonly string[];
}

interface PropertyAt {
  /** As the engine writes it, such as `rules.requiredStatusChecks.requiredChecks[2].integrationId`; a set's element by its key: `requiredChecks[DCO]`. */
  readonly path: string;
  /** True when this property is why the resource is replaced. */
  readonly replaces: boolean;
}

/** A value that is there before, after, or both; a side that is undefined is not there. Whole objects stand where all of one is new or gone. */
export interface ValueChange extends PropertyAt {
  readonly kind: "value";
  readonly before?: Value;
  readonly after?: Value;
}

/** A list whose order means nothing. */
export interface SetChange extends PropertyAt {
  readonly kind: "set";
  readonly added: readonly Value[];
  readonly removed: readonly Value[];
  /** Elements that have a key and changed otherwise; their paths begin with this one's. */
  readonly changed: readonly PropertyChange[];
  /** Elements that stay. */
  readonly kept: number;
}

/** A text that is JSON or YAML, compared as structure. */
export interface DocumentChange extends PropertyAt {
  readonly kind: "document";
  readonly language: "json" | "yaml";
  /** Paths inside the document. */
  readonly changes: readonly PropertyChange[];
}

/** A text of several lines, as a unified diff. */
export interface TextChange extends PropertyAt {
  readonly kind: "text";
  /** Path in the target repository, for the content of a file. */
  readonly file?: string;
  /** For highlighting, by the name that fenced code blocks know it under; undefined when it is not known. */
  readonly language?: string;
  readonly hunks: readonly Hunk[];
  readonly addedLines: number;
  readonly removedLines: number;
  /** The same change as structure, where the text is JSON or YAML before and after. */
  readonly structure?: readonly PropertyChange[];
}

/** A value that is secret before or after. That it changes is shown; neither value is. */
export interface HiddenChange extends PropertyAt {
  readonly kind: "hidden";
  /** `exposed` and `sealed`: it stops or begins to be secret. */
  readonly change: "added" | "removed" | "changed" | "exposed" | "sealed";
}

export type PropertyChange = ValueChange | SetChange | DocumentChange | TextChange | HiddenChange;

/** A hunk of a unified diff. Line numbers count from 1, as `@@ -oldStart,oldLines +newStart,newLines @@` does. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  readonly lines: readonly DiffLine[];
}

export interface DiffLine {
  readonly kind: "context" | "added" | "removed";
  /** Without its end of line. */
  readonly text: string;
}

// --------------------------------------------------------------------------------------------------------------------------------- drift

/** What the clouds hold that the state does not say, found by a refresh; or why none was looked for. */
export type DriftSection =
  | {
      readonly known: true;
      readonly resources: readonly ComponentChanges[];
      /** What the drift means, the worst first: from what the state says to what the cloud holds, judged as a change would be. */
      readonly dangers: readonly Danger[];
      readonly summary: Statement;
    }
  | { readonly known: false; readonly why: Statement };

// ------------------------------------------------------------------------------------------------------------------- failure, diagnostics

/** A preview that did not come to its end, and the error in context. */
export interface Failure {
  /**
   * `config`: the stack's config is wrong, no resource was looked at. `program`: the program threw. `resource`: a provider refused a resource.
   * `policy`: a mandatory policy is violated. `engine`: everything else: a plugin, the state, the backend, the command itself.
   */
  readonly stage: "config" | "program" | "resource" | "policy" | "engine";
  readonly summary: Statement;
  /** Each error once, in the order in which they came. */
  readonly errors: readonly Diagnostic[];
  /** What was planned before it, in its order. */
  readonly reached: { readonly counts: Counts; readonly resources: readonly ReachedStep[] };
  /** Resources of the state that the preview did not come to: nothing is known of them. Undefined when the state is not known. */
  readonly unreached?: readonly ResourceRef[];
}

export interface ReachedStep {
  readonly resource: ResourceRef;
  readonly operation: Operation | "same";
}

export interface Diagnostic {
  readonly severity: "error" | "warning" | "info";
  /** The resource that it is about, with the component and what was planned for it, where that is known. */
  readonly resource?: ResourceRef;
  readonly component?: string;
  readonly operation?: Operation | "same";
  /** Others' text without colours. Known secrets do not stand in it. */
  readonly message: string;
}

/** For renderers: a sentence is all that they need of a statement. */
export type { Sentence, Statement };
export type { Value };
