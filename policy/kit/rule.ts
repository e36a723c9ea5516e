/**
 * What a policy of this pack is made of.
 *
 * A rule looks at resources only, never at the model that made them, and is a pure function: resources and config in, findings out.
 * `policies.ts` turns rules into policies of a pack; tests, mutations and the audit of a deployed state call them as they are.
 */
import type { PolicyConfigSchema, Severity } from "@pulumi/policy";

/** Properties as the engine hands them over: reading an unknown one throws. */
export type Props = Readonly<Record<string, unknown>>;

/**
 * Options of a resource, as far as the engine shows them: to policies it shows neither what is retained on deletion nor with what a resource is deleted;
 * a state tells both.
 */
export interface SubjectOptions {
  /** URN of the parent. */
  readonly parent?: string | undefined;
  /** Paths of properties whose changes in the program do nothing. */
  readonly ignoreChanges?: readonly string[] | undefined;
  /** URNs of resources whose place it takes. */
  readonly aliases?: readonly string[] | undefined;
  readonly deleteBeforeReplace?: boolean | undefined;
  readonly additionalSecretOutputs?: readonly string[] | undefined;
  /** Seconds; 0 is the provider's own default. */
  readonly customTimeouts?: { readonly create: number; readonly update: number; readonly delete: number } | undefined;
  /** URN of the provider by which it is made; undefined for a component. */
  readonly provider?: string | undefined;
  readonly retainOnDelete?: boolean | undefined;
  /** URN of the resource with which it is gone. */
  readonly deletedWith?: string | undefined;
}

/** One resource, as far as a rule may look at it. */
export interface Subject {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Props;
  readonly protect: boolean;
  /** URNs of the resources from whose outputs a property was made: known at preview, when the value itself is not. Only stack rules see them. */
  readonly sources: Readonly<Record<string, readonly string[]>>;
  /** What the cloud answered; undefined where it has not been asked, as when rules judge a resource before it is created. */
  readonly outputs?: Props;
  /** Undefined where nothing tells them, as of resources that a test makes up. */
  readonly options?: SubjectOptions | undefined;
  /** What was asked for, where `props` hold what the cloud answered too; undefined where that is not known. */
  readonly inputs?: Props;
}

/** One thing that is wrong with one resource. */
export interface Finding {
  /** Path of the property, such as `rules.requiredStatusChecks.requiredChecks[2].integrationId`. */
  readonly property: string;
  /** What was found there, for people. Never a secret value. */
  readonly found: string;
  /** What the rule wants. */
  readonly wanted: string;
  /** Names what is wrong, where several policies or resources tell of it: `required check DCO`. */
  readonly cause?: string;
  /** The stack as it would be without this, for a rule that knows. */
  readonly mend?: (subjects: readonly Subject[]) => readonly Subject[];
}

export interface RuleFacts {
  /** Kebab case; the policy's name. */
  readonly name: string;
  readonly title: string;
  readonly severity: Severity;
  /** Default level. `advisory` needs a reason in `holds`. */
  readonly level: "mandatory" | "advisory";
  /** One or two sentences that a person understands: what it holds. */
  readonly holds: string;
  /** What happens to whoever does without it. */
  readonly why: string;
  /** How to put it right. */
  readonly fix: string;
  /** Where the rule comes from: vendor documentation, OpenSSF Scorecard, CIS. */
  readonly source: { readonly title: string; readonly url: string };
  /** What a team may choose, with defaults. */
  readonly config?: Readonly<Record<string, PolicyConfigSchema["properties"][string] & { readonly default: unknown; readonly description: string }>>;
}

/** Values of a rule's config, defaults filled in. */
export type RuleConfig = Readonly<Record<string, unknown>>;

/**
 * Properties whose values cannot be known before the apply: the rule judges them again then, with the value, before the resource is
 * touched. That is proved, not taken on trust: `unknowns-explained` refuses an unknown that comes from anything but these resources.
 */
export interface Waiting {
  /** Why the value cannot be known. */
  readonly why: string;
  /** Types of the resources whose outputs the value may hold, by top-level property. */
  readonly from: Readonly<Record<string, readonly string[]>>;
}

/** Judges each resource of some types by itself, before it is created or changed. */
export interface ResourceRule extends RuleFacts {
  readonly scope: "resource";
  readonly types: readonly string[];
  /** What an unknown value does at preview. By default it is a violation. */
  readonly unknowns?: Waiting;
  /**
   * Top-level properties that are secrets by nature. A preview and an update judge them; an audit, which opens no secret, shows the rule nothing in
   * their place and says so. Any other secret that a rule reads is a violation there.
   */
  readonly secrets?: readonly string[];
  judge(subject: Subject, config: RuleConfig): Iterable<Finding>;
}

/** Judges all resources together, for what must exist or must agree. */
export interface StackRule extends RuleFacts {
  readonly scope: "stack";
  judge(subjects: readonly Subject[], config: RuleConfig): Iterable<Finding & { readonly subject?: Subject }>;
  /** What it would say of one resource before the rest of the stack is known: it may be the cause of what others say of that resource. */
  differences?(subject: Subject, config: RuleConfig): Iterable<Finding>;
}

export type Rule = ResourceRule | StackRule;

/** Identity functions that let TypeScript infer the literal types. */
export const resourceRule = (rule: Omit<ResourceRule, "scope">): ResourceRule => ({ ...rule, scope: "resource" });
/** A rule that judges all resources of a stack together. */
export const stackRule = (rule: Omit<StackRule, "scope">): StackRule => ({ ...rule, scope: "stack" });
