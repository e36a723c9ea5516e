/** A preview as it was read, whatever wrote it: the steps that the engine planned, and what it and the policies said. No secret is left in it. */
import type { Value } from "../value";

/** A resource as the state has it, or as the program wants it. */
export interface ResourceState {
  readonly urn: string;
  /** Undefined for a resource that is still to be made. */
  readonly id?: string;
  readonly parent?: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** True for an old one that waits for its deletion since an earlier run. */
  readonly pendingDeletion: boolean;
  readonly inputs: Fields;
  /** What the provider said of it; of a wanted one, nothing that only the apply will know. */
  readonly outputs: Fields;
}

/** Properties by name; keys as `value.ts` writes them. */
export type Fields = { readonly [name: string]: Value };

/** What the engine plans for a resource, in its own words (pkg/resource/deploy/step.go of pulumi/pulumi), replacements as one. */
export type EngineOperation = "same" | "create" | "update" | "replace" | "delete" | "import" | "read";

/** One planned step. */
export interface Step {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** False for components and for the stack. */
  readonly custom: boolean;
  readonly operation: EngineOperation;
  readonly old?: ResourceState;
  readonly new?: ResourceState;
  /** Paths of the properties that the provider says differ, and how; undefined when it did not say. */
  readonly differs?: ReadonlyMap<string, { readonly kind: string }>;
  /** Top-level properties that differ. */
  readonly differing: readonly string[];
  /** Top-level properties for which it is replaced. */
  readonly replacedFor: readonly string[];
  /** Paths of inputs that stop (`exposed`) or begin (`sealed`) to be secret. */
  readonly secrecy: ReadonlyMap<string, "exposed" | "sealed">;
  /** For replacements: true when the old one goes first; undefined when the source does not say. */
  readonly deletesFirst?: boolean;
}

/** Something that the engine, the program or a provider said. */
export interface Message {
  readonly severity: "error" | "warning" | "info";
  readonly urn?: string;
  readonly text: string;
}

/** A policy's objection. */
export interface Violation {
  readonly policy: string;
  readonly pack: string;
  readonly level: "mandatory" | "advisory" | "remediate";
  readonly severity?: "low" | "medium" | "high" | "critical";
  readonly urn?: string;
  readonly text: string;
}

/** What the policies said; only events tell. */
export interface Verdicts {
  readonly violations: readonly Violation[];
  /** Policies that judged something and objected to nothing. */
  readonly passed: readonly string[];
}

export interface Preview {
  /** `events`: engine events, one JSON object a line. `digest`: the one object that `pulumi preview --json` prints by default. */
  readonly source: "events" | "digest";
  /** In the order in which the engine planned them; each resource once. None of a refresh alone. */
  readonly steps: readonly Step[];
  /** What a refresh found, before the plan or alone: `update` and `delete` are drift. Undefined when none was run, or the source does not tell. */
  readonly found?: readonly Step[];
  readonly messages: readonly Message[];
  readonly policies?: Verdicts;
  /** Version by name of the pack. */
  readonly policyPacks: Readonly<Record<string, string>>;
  /** `unfinished`: it ends without the engine's summary, as of an engine that was killed. */
  readonly result: "succeeded" | "failed" | "unfinished";
  /** True when the whole program ran, so that every resource was looked at. */
  readonly programEnded: boolean;
}
