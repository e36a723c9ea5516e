/** Rulesets of a repository: docs.github.com/rest/repos/rules. */
import { type Call, created, noContent, ok, type Routes } from "../server/call";
import { invalid, notFound } from "../server/errors";
import { bypassMode } from "../server/rules";
import { after, now, type Plan, type Repository } from "../server/state";
import type { BypassActor, Enforcement, RefCondition, Rule, Ruleset, RulesetContent, RulesetTarget } from "../server/state-rulesets";
import { nodeId } from "./present";
import { fullName, repositoryUrl } from "./repositories";

/** GitHub's limit of rulesets per repository: docs.github.com, "About rulesets". */
const LIMIT = 75;
const NAME_LIMIT = 100;

/** Rules about what a push contains; all others are about refs. docs.github.com, "Available rules for rulesets". */
const PUSH_RULES: ReadonlySet<string> = new Set([
  "file_path_restriction",
  "max_file_path_length",
  "file_extension_restriction",
  "max_file_size",
]);
/** Rules about merging, which tags do not have. */
const BRANCH_ONLY: ReadonlySet<string> = new Set([
  "pull_request",
  "merge_queue",
  "workflows",
  "copilot_code_review",
  "branch_name_pattern",
]);
/** Rules about commit metadata are part of GitHub Enterprise. */
const ENTERPRISE_RULES: ReadonlySet<string> = new Set([
  "commit_message_pattern",
  "commit_author_email_pattern",
  "committer_email_pattern",
  "branch_name_pattern",
  "tag_name_pattern",
]);
/** Rules that need no parameters; every other one does. */
const WITHOUT_PARAMETERS: ReadonlySet<string> = new Set([
  "creation",
  "update",
  "deletion",
  "required_linear_history",
  "required_signatures",
  "non_fast_forward",
  "merge_queue",
  "copilot_code_review",
]);

interface RulesetBody {
  readonly name?: string;
  readonly target?: RulesetTarget;
  readonly enforcement?: Enforcement;
  readonly bypass_actors?: readonly Partial<BypassActor>[];
  readonly conditions?: RefCondition | null;
  readonly rules?: readonly Rule[];
}

export const rulesetRoutes: Routes = {
  "GET /repos/{owner}/{repo}/rulesets": (call) => {
    const repository = call.repository();
    const targets = call.optional("targets")?.split(",");
    const rulesets = repository.rulesets.filter((ruleset) => targets === undefined || targets.includes(ruleset.target));
    return ok(call.page(rulesets).map((ruleset) => presentSummary(call, repository, ruleset)));
  },

  "POST /repos/{owner}/{repo}/rulesets": (call) => {
    const repository = call.repository();
    if (repository.rulesets.length >= LIMIT) throw invalid(`A repository can have ${LIMIT} rulesets`);
    const content = completed(call.body<RulesetBody>(), {
      name: "",
      target: "branch",
      enforcement: "active",
      bypass_actors: [],
      conditions: {},
      rules: [],
    });
    hold(call, repository, content, undefined);
    const time = now();
    const ruleset: Ruleset = { id: call.store.nextId(), ...content, createdAt: time, updatedAt: time };
    repository.rulesets.push(ruleset);
    return created(present(call, repository, ruleset));
  },

  "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}": (call) => {
    const repository = call.repository();
    return ok(present(call, repository, find(call, repository)));
  },

  "PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}": (call) => {
    const repository = call.repository();
    const old = find(call, repository);
    const content = completed(call.body<RulesetBody>(), old);
    hold(call, repository, content, old.id);
    const ruleset: Ruleset = { ...content, id: old.id, createdAt: old.createdAt, updatedAt: after(old.updatedAt) };
    repository.rulesets = repository.rulesets.map((r) => (r.id === old.id ? ruleset : r));
    return ok(present(call, repository, ruleset));
  },

  "DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}": (call) => {
    const repository = call.repository();
    const { id } = find(call, repository);
    repository.rulesets = repository.rulesets.filter((ruleset) => ruleset.id !== id);
    return noContent();
  },
};

function find(call: Call, repository: Repository): Ruleset {
  const found = repository.rulesets.find((ruleset) => ruleset.id === call.number("ruleset_id"));
  if (!found) throw notFound();
  return found;
}

/** What the body says, and for what it does not say what was there before. */
function completed(body: RulesetBody, old: RulesetContent): RulesetContent {
  return {
    name: body.name ?? old.name,
    target: body.target ?? old.target,
    enforcement: body.enforcement ?? old.enforcement,
    bypass_actors: body.bypass_actors?.map(actor) ?? old.bypass_actors,
    conditions: body.conditions ?? old.conditions,
    rules: body.rules ?? old.rules,
  };
}

/** GitHub ignores the id of those that are one of a kind: organisation administrators and deploy keys. */
function actor(given: Partial<BypassActor>): BypassActor {
  const actor_type = given.actor_type!;
  const one = actor_type === "OrganizationAdmin" || actor_type === "DeployKey";
  return { actor_id: one ? null : (given.actor_id ?? null), actor_type, bypass_mode: given.bypass_mode ?? "always" };
}

/** All that the description cannot say, every finding at once. */
function hold(call: Call, repository: Repository, content: RulesetContent, self: number | undefined): void {
  const { plan } = call.ownerOf(repository);
  const findings = [
    ...nameFindings(repository, content.name, self),
    ...(content.enforcement === "evaluate" && plan !== "enterprise"
      ? ["Enforcement evaluate option is not supported on this plan. Please upgrade to GitHub Enterprise"]
      : []),
    ...content.bypass_actors.flatMap((a) => actorFindings(call, a, content.target)),
    ...content.rules.flatMap((rule) => ruleFindings(call, rule, content.target, plan)),
    ...conditionFindings(content),
  ];
  if (findings.length > 0) throw invalid(...findings);
}

function nameFindings(repository: Repository, name: string, self: number | undefined): readonly string[] {
  if (name.length === 0 || name.length > NAME_LIMIT) return [`Name must have 1 to ${NAME_LIMIT} characters (found: ${name.length})`];
  return repository.rulesets.some((r) => r.name === name && r.id !== self) ? ["Name must be unique"] : [];
}

function actorFindings(call: Call, { actor_type, actor_id, bypass_mode }: BypassActor, target: RulesetTarget): readonly string[] {
  const { state } = call.store;
  const unknown = [
    `Actor ${actor_type}${actor_id === null ? "" : ` ${actor_id}`} integration, team or role must be part of the ruleset source or owner organization`,
  ];
  const mode =
    bypass_mode === "pull_request" && (target !== "branch" || actor_type === "DeployKey")
      ? [`Bypass mode pull_request is not applicable to ${actor_type} of a ${target} ruleset`]
      : [];
  if (actor_type === "OrganizationAdmin" || actor_type === "DeployKey") return mode;
  if (actor_id === null) return unknown;
  if (actor_type === "Integration") return state.apps.some((app) => app.id === actor_id) ? mode : unknown;
  if (actor_type === "Team") return state.teams.some((team) => team.id === actor_id) ? mode : unknown;
  // Built-in roles that may bypass: maintain (2), write (4), admin (5); the Terraform provider's documentation of bypass_actors lists them.
  if (actor_type === "RepositoryRole") return [2, 4, 5].includes(actor_id) ? mode : unknown;
  return mode;
}

function ruleFindings(call: Call, rule: Rule, target: RulesetTarget, plan: Plan): readonly string[] {
  const wrongTarget =
    target === "push"
      ? !PUSH_RULES.has(rule.type)
      : PUSH_RULES.has(rule.type) ||
        (target === "tag" && BRANCH_ONLY.has(rule.type)) ||
        (target === "branch" && rule.type === "tag_name_pattern");
  if (wrongTarget) return [`Invalid rule '${rule.type}': `];
  if (ENTERPRISE_RULES.has(rule.type) && plan !== "enterprise")
    return [`Invalid rule '${rule.type}': metadata rules are part of GitHub Enterprise`];
  if (!WITHOUT_PARAMETERS.has(rule.type) && rule.parameters === undefined) return [`Invalid rule '${rule.type}': parameters are missing`];
  const allowed = parametersOf(call, rule.type);
  const unknown = Object.keys(rule.parameters ?? {}).filter((name) => !allowed.includes(name));
  return [
    ...unknown.map((name) => `Invalid rule '${rule.type}': unknown parameter ${name} (allowed: ${allowed.join(", ") || "none"})`),
    ...checkFindings(call, rule),
  ];
}

function checkFindings(call: Call, rule: Rule): readonly string[] {
  if (rule.type !== "required_status_checks") return [];
  const checks = (rule.parameters as { required_status_checks: readonly { context: string; integration_id?: number }[] })
    .required_status_checks;
  const contexts = checks.map((check) => check.context);
  return [
    ...(checks.length === 0 ? [`Invalid rule '${rule.type}': at least one check is required`] : []),
    ...contexts
      .filter((context, i) => contexts.indexOf(context) !== i)
      .map((context) => `Invalid rule '${rule.type}': context ${context} is given twice`),
    ...checks
      .filter((check) => check.integration_id !== undefined && !call.store.state.apps.some((app) => app.id === check.integration_id))
      .map((check) => `Invalid rule '${rule.type}': no app ${check.integration_id} for context ${check.context}`),
  ];
}

/** The parameters that GitHub's description gives a rule type. */
function parametersOf(call: Call, type: string): readonly string[] {
  const { openApi } = call.server;
  const rules = (openApi.schema("repository-rule").oneOf as Record<string, unknown>[]).map((rule) => openApi.resolve(rule));
  const rule = rules.find((r) => (r.properties as Record<string, { enum?: string[] }>).type?.enum?.includes(type));
  const parameters = (rule?.properties as Record<string, { properties?: Record<string, unknown> }> | undefined)?.parameters;
  return Object.keys(parameters?.properties ?? {});
}

/** Refs are named in full, or by GitHub's two keywords; without the prefix a pattern fits nothing. */
function conditionFindings({ target, conditions }: RulesetContent): readonly string[] {
  const { include = [], exclude = [] } = conditions.ref_name ?? {};
  if (target === "push") return conditions.ref_name ? ["Conditions of a push ruleset must not name refs"] : [];
  const prefix = target === "tag" ? "refs/tags/" : "refs/heads/";
  const keyword = (pattern: string): boolean => pattern === "~ALL" || (pattern === "~DEFAULT_BRANCH" && target === "branch");
  return [...include, ...exclude]
    .filter((pattern) => !keyword(pattern) && !pattern.startsWith(prefix))
    .map((pattern) => `Invalid target patterns: '${pattern}' must start with '${prefix}'`);
}

function presentSummary(call: Call, repository: Repository, ruleset: Ruleset): Record<string, unknown> {
  const { id, name, target, enforcement, createdAt, updatedAt } = ruleset;
  const href = `${repositoryUrl(call, repository)}/rulesets/${id}`;
  return {
    id,
    name,
    target,
    source_type: "Repository",
    source: fullName(call, repository),
    enforcement,
    node_id: nodeId("RepositoryRuleset", id),
    _links: { self: { href }, html: { href: `${call.server.url}/${fullName(call, repository)}/rules/${id}` } },
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

function present(call: Call, repository: Repository, ruleset: Ruleset): Record<string, unknown> {
  const mode = bypassMode(ruleset, call.caller);
  const current_user_can_bypass = mode === undefined ? "never" : mode === "pull_request" ? "pull_requests_only" : mode;
  const { conditions, rules, bypass_actors } = ruleset;
  return { ...presentSummary(call, repository, ruleset), conditions, rules, bypass_actors, current_user_can_bypass };
}
