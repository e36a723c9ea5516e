/** Rulesets as GitHub's API writes them. */

export type RulesetTarget = "branch" | "tag" | "push";
export type Enforcement = "active" | "evaluate" | "disabled";
export type ActorType = "Integration" | "OrganizationAdmin" | "RepositoryRole" | "Team" | "DeployKey" | "User";
export type BypassMode = "always" | "pull_request" | "exempt";

export interface BypassActor {
  readonly actor_id: number | null;
  readonly actor_type: ActorType;
  readonly bypass_mode: BypassMode;
}

export interface RefCondition {
  readonly ref_name?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
}

export interface RequiredCheck {
  readonly context: string;
  /** The app that must have reported it; absent when anyone may. */
  readonly integration_id?: number;
}

/** One rule; its parameters are held to GitHub's description by the server. */
export interface Rule {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface RulesetContent {
  readonly name: string;
  readonly target: RulesetTarget;
  readonly enforcement: Enforcement;
  readonly bypass_actors: readonly BypassActor[];
  readonly conditions: RefCondition;
  readonly rules: readonly Rule[];
}

export interface Ruleset extends RulesetContent {
  readonly id: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}
