/**
 * Where a resource may differ from what is intended, and why that harms nobody. Everything that stands nowhere here must be as
 * intended. A tolerance says in which
 * direction a value may go: fewer addresses, fewer runners, longer retention.
 */

export type Tolerance =
  /** Any value. */
  | "any"
  /** Any text without an expression of GitHub's: words for people. */
  | "words"
  /** A number up to the `maxCount` beside it, where an autoscaler moves it. */
  | "scaled"
  /** A switch that may be on. */
  | "on"
  /** A list whose order says nothing. */
  | "set"
  /** A list of which items may be left out. */
  | "subset"
  /** A list or an object to which may be added. */
  | "superset"
  /** A number that may be less, a quantity such as `14` or `500m` too, but not nothing. */
  | "less"
  /** A number that may be more. */
  | "more"
  /** A version that has a patch behind the minor that is intended. */
  | "patch";

export interface Tolerated {
  /** End of the type, such as `Role`; `*` for every type. */
  readonly type: string;
  /** Keys of the path, separated by spaces; `*` is one key, `**` any number of them. */
  readonly path: string;
  readonly tolerance: Tolerance;
  readonly because: string;
}

const tolerate = (type: string, tolerance: Tolerance, because: string, ...paths: readonly string[]): readonly Tolerated[] =>
  paths.map((path) => ({ type, path, tolerance, because }));

const ORDER = "The order says nothing.";
const WORDS = "Words for people.";
const LESS = "Less can be reached, run or spent.";

export const tolerances: readonly Tolerated[] = [
  ...tolerate("*", "superset", "More tags harm nobody; that those of the stack are there, resources-tagged holds.", "tags"),
  ...tolerate("kubernetes", "any", "Its servers and its login are judged by themselves: the certificate in it is nobody's output.", "kubeconfig"),
  ...tolerate("*", "words", WORDS, "description", "metadata annotations description"),
  ...tolerate(
    "Role",
    "any",
    "A policy's form has one version, and a shorter session harms nobody: aws-trust-exact and the number below hold the rest.",
    "assumeRolePolicy Version",
  ),
  ...tolerate("Role", "less", "A shorter session.", "maxSessionDuration"),
  ...tolerate("Role", "superset", "A further condition narrows.", "assumeRolePolicy Statement * Condition StringEquals"),
  ...tolerate("RolePolicy", "set", ORDER, "policy Statement", "policy Statement * Action", "policy Statement * Resource"),
  ...tolerate("RepositoryPolicy", "set", ORDER, "policy Statement", "policy Statement * Action"),
  ...tolerate("RepositoryPolicy", "superset", "A further action that is denied.", "policy Statement * Action"),
  ...tolerate("Repository", "set", ORDER, "imageTagMutabilityExclusionFilters"),
  ...tolerate("LifecyclePolicy", "any", WORDS, "policy rules * description"),
  ...tolerate("LifecyclePolicy", "set", "ECR reads rules by their priority.", "policy rules"),
  ...tolerate("LifecyclePolicy", "more", "Images are kept longer.", "policy rules * selection countNumber"),
  ...tolerate(
    "RepositoryRuleset",
    "set",
    ORDER,
    "rules requiredStatusChecks requiredChecks",
    "conditions refName includes",
    "conditions refName excludes",
    "bypassActors",
  ),
  ...tolerate("RepositoryRuleset", "superset", "More refs are protected.", "conditions refName includes"),
  ...tolerate("RepositoryRuleset", "any", WORDS, "name"),
  ...tolerate("RepositoryRuleset", "more", "More reviews.", "rules pullRequest requiredApprovingReviewCount"),
  ...tolerate("RepositoryRuleset", "superset", "A further required check restricts.", "rules requiredStatusChecks requiredChecks"),
  // Other rules can end every merge, or hand it to whoever may deploy.
  ...tolerate("RepositoryRuleset", "on", "Commits have to be signed, or in one line.", "rules requiredSignatures", "rules requiredLinearHistory"),
  // A workflow's own name is more than words: runs that share one can cancel each other. So is a commit's message, which can keep workflows from running.
  ...tolerate("RepositoryFile", "words", WORDS, "content jobs * steps * name"),
  ...tolerate("AgentPool", "scaled", "The autoscaler moves it between the two bounds.", "count"),
  ...tolerate("AgentPool", "less", LESS, "maxCount"),
  ...tolerate("AgentPool", "more", "A larger disk holds more images.", "osDiskSizeGB"),
  ...tolerate("AgentPool", "set", ORDER, "availabilityZones", "nodeTaints"),
  ...tolerate("ManagedCluster", "scaled", "The autoscaler moves it between the two bounds.", "agentPoolProfiles * count"),
  ...tolerate("ManagedCluster", "set", ORDER, "apiServerAccessProfile authorizedIPRanges", "aadProfile adminGroupObjectIDs"),
  ...tolerate("ManagedCluster", "subset", LESS, "apiServerAccessProfile authorizedIPRanges"),
  ...tolerate("ManagedCluster", "patch", "AKS moves patches of the pinned minor by itself.", "kubernetesVersion"),
  ...tolerate("AgentPool", "patch", "AKS moves patches of the pinned minor by itself.", "orchestratorVersion"),
  ...tolerate("Release", "less", LESS, "values maxRunners"),
  ...tolerate("NetworkPolicy", "set", ORDER, "spec policyTypes", "spec egress", "spec egress * to * ipBlock except"),
  ...tolerate("NetworkPolicy", "superset", "Less can be reached.", "spec egress * to * ipBlock except"),
  ...tolerate("Role", "set", ORDER, "rules", "rules * verbs", "rules * resources", "rules * apiGroups"),
  ...tolerate("ClusterRole", "set", ORDER, "rules", "rules * verbs", "rules * resources", "rules * apiGroups"),
  ...tolerate("ValidatingAdmissionPolicyBinding", "superset", "Denies, and audits too.", "spec validationActions"),
];

/** Paths are compared key by key. */
export function tolerancesOf(type: string): (path: readonly string[]) => readonly Tolerance[] {
  const kind = type.slice(type.lastIndexOf(":") + 1);
  const own = tolerances
    .filter((tolerated) => tolerated.type === "*" || tolerated.type === kind)
    .map(({ path, tolerance }) => ({ keys: path.split(" "), tolerance }));
  return (path) =>
    own
      .filter(({ keys }) => keys.length === path.length && keys.every((key, index) => key === "*" || key === path[index]))
      .map(({ tolerance }) => tolerance);
}
