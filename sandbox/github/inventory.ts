/** What came to be on the GitHub server, for the closing table of a rehearsal. Names and times only: the server has no secret's value. */
import type { GitHubState, Repository } from "./server/state";
import type { Environment } from "./server/state-actions";
import type { Ruleset } from "./server/state-rulesets";

export interface InventoryLine {
  readonly kind: string;
  readonly name: string;
  readonly detail: string;
}

export function inventory(state: GitHubState): readonly InventoryLine[] {
  return [
    ...state.repositories.flatMap(ofRepository),
    ...state.runnerGroups
      .filter((group) => !group.default)
      .map((group) => line("runner group", group.name, `visibility ${group.visibility}`)),
  ];
}

const line = (kind: string, name: string, detail: string): InventoryLine => ({ kind, name, detail });

function ofRepository(repository: Repository): readonly InventoryLine[] {
  const { permissions, oidc } = repository;
  const head = repository.git.commits[repository.git.refs[`refs/heads/${repository.defaultBranch}`] ?? ""];
  return [
    ...repository.rulesets.map((ruleset) => line("ruleset", ruleset.name, rulesetDetail(ruleset))),
    ...repository.environments.map((environment) => line("environment", environment.name, environmentDetail(environment))),
    ...repository.secrets.map((secret) => line("secret", secret.name, `updated ${secret.updatedAt}`)),
    ...repository.variables.map((variable) => line("variable", variable.name, variable.value)),
    ...Object.keys(head?.files ?? {})
      .sort()
      .map((path) => line("file", path, `on ${repository.defaultBranch}`)),
    line(
      "Actions permissions",
      repository.name,
      `${permissions.allowedActions} actions, token ${permissions.defaultWorkflowPermissions}${permissions.shaPinningRequired ? ", pinned by SHA" : ""}`,
    ),
    line("OIDC subject", repository.name, oidc.useDefault ? "default claims" : oidc.includeClaimKeys.join(", ")),
  ];
}

function rulesetDetail({ rules, conditions }: Ruleset): string {
  const checks = rules.flatMap(
    (rule) => (rule.parameters?.required_status_checks as { context: string }[] | undefined)?.map(({ context }) => context) ?? [],
  );
  const refs = (conditions.ref_name?.include ?? []).join(", ");
  const required = checks.length > 0 ? ` requires ${checks.join(", ")}` : "";
  return `${refs}: ${rules.map(({ type }) => type).join(", ")}${required}`;
}

function environmentDetail({ policies, secrets, variables, reviewers }: Environment): string {
  const parts = [
    policies.length > 0 && `branches ${policies.map(({ name }) => name).join(", ")}`,
    reviewers.length > 0 && `${reviewers.length} reviewers`,
    secrets.length > 0 && `secrets ${secrets.map(({ name }) => name).join(", ")}`,
    variables.length > 0 && `variables ${variables.map(({ name }) => name).join(", ")}`,
  ];
  return parts.filter((part) => part !== false).join("; ") || "no settings";
}
