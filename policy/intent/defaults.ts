/**
 * Values that a provider fills in where a program says nothing. They say what their absence says, so they are no difference. Another value is one: a role with
 * another path, runners for selected workflows only, fewer ways to merge.
 */

export interface ProviderDefault {
  readonly type: string;
  /** Keys of the path, separated by spaces. */
  readonly path: string;
  /** The one value that is no difference. */
  readonly value: boolean | number | string | readonly string[];
  readonly source: string;
}

const ROLE = "aws:iam/role:Role";
const ROLE_SOURCE = "registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role, argument reference";
const RULESET_SOURCE = "docs.github.com/rest/repos/rules, rule pull_request: allowed_merge_methods, all where none is named";
const RELEASE_SOURCE = "pulumi.com/registry/packages/kubernetes/api-docs/helm/v3/release: timeout in seconds, default 300";
const GROUP_SOURCE = "docs.github.com/rest/actions/self-hosted-runner-groups: restricted_to_workflows, default false";

export const providerDefaults: readonly ProviderDefault[] = [
  { type: ROLE, path: "path", value: "/", source: ROLE_SOURCE },
  { type: ROLE, path: "forceDetachPolicies", value: false, source: ROLE_SOURCE },
  {
    type: "github:index/repositoryRuleset:RepositoryRuleset",
    path: "rules pullRequest allowedMergeMethods",
    value: ["merge", "rebase", "squash"],
    source: RULESET_SOURCE,
  },
  { type: "kubernetes:helm.sh/v3:Release", path: "timeout", value: 300, source: RELEASE_SOURCE },
  { type: "github:index/actionsRunnerGroup:ActionsRunnerGroup", path: "restrictedToWorkflows", value: false, source: GROUP_SOURCE },
];

/** Tells whether a value at a path says what its absence says. */
export function defaultsOf(type: string): (path: readonly string[], value: unknown) => boolean {
  const own = providerDefaults.filter((one) => one.type === type);
  return (path, value) => own.some((one) => one.path === path.join(" ") && isSame(one.value, value));
}

function isSame(one: ProviderDefault["value"], other: unknown): boolean {
  if (!Array.isArray(one)) return one === other;
  return Array.isArray(other) && [...other].map(String).sort().join() === [...one].sort().join();
}
