/**
 * What people say of the generated changes. A change that stands nowhere here is harmful, and some mandatory policy has to notice
 * it. Each entry says of one kind of
 * change why it harms nobody; an entry that fits no change is a mistake.
 */
import type { Kind } from "./changes";

export interface Verdict {
  /** `harmless`: something differs, and nobody is worse off. `equivalent`: nothing differs in the cloud. */
  readonly verdict: "harmless" | "equivalent";
  /** End of the type, such as `AgentPool`; `*` is every type. */
  readonly type: string;
  /** End of the resource's name; every name when left out. */
  readonly of?: string;
  /** Keys of the path, separated by spaces; `*` is one key. */
  readonly path: string;
  readonly kinds: readonly Kind[] | "all";
  readonly because: string;
}

const say =
  (verdict: Verdict["verdict"]) =>
  (type: string, kinds: Verdict["kinds"], because: string, ...paths: readonly string[]): readonly Verdict[] =>
    paths.map((path) => ({ verdict, type, path, kinds, because }));

const harmless = say("harmless");
const equivalent = say("equivalent");

export const verdicts: readonly Verdict[] = [
  ...harmless("*", ["further"], "A tag more.", "tags stranger"),
  ...harmless("*", "all", "Words for people.", "description"),
  ...harmless("RepositoryFile", "all", "How people see the step; no check has its name from there.", "content jobs * steps * name"),
  ...harmless("LifecyclePolicy", "all", "Words for people.", "policy rules * description"),
  ...harmless("LifecyclePolicy", ["more"], "Images are kept longer.", "policy rules * selection countNumber"),
  ...harmless("RepositoryRuleset", "all", "The ruleset's name, for people.", "name"),
  ...harmless(
    "RepositoryRuleset",
    ["further", "longer"],
    "A required check more.",
    "rules requiredStatusChecks requiredChecks",
  ),
  ...harmless("RepositoryRuleset", ["longer"], "A ref more is protected.", "conditions refName includes"),
  ...harmless("RepositoryRuleset", ["more"], "A review more.", "rules pullRequest requiredApprovingReviewCount"),
  ...harmless("Role", ["less"], "A shorter session; AWS refuses less than an hour.", "maxSessionDuration"),
  ...harmless(
    "Role",
    "all",
    "There is one version of the language that has conditions; IAM refuses what it does not know.",
    "assumeRolePolicy Version",
  ),
  ...harmless("Role", ["further"], "A further condition narrows.", "assumeRolePolicy Statement * Condition StringEquals stranger"),
  ...harmless("AgentPool", "all", "The autoscaler moves it between the bounds, which are judged.", "count"),
  ...harmless("ManagedCluster", "all", "The autoscaler moves it between the bounds, which are judged.", "agentPoolProfiles * count"),
  ...harmless("AgentPool", ["less"], "Fewer nodes.", "maxCount"),
  ...harmless("AgentPool", ["more"], "A larger disk.", "osDiskSizeGB"),
  ...harmless("ManagedCluster", ["shorter"], "Fewer addresses.", "apiServerAccessProfile authorizedIPRanges"),
  ...harmless("ManagedCluster", ["gone"], "Fewer addresses.", "apiServerAccessProfile authorizedIPRanges *"),
  ...harmless("Release", ["less"], "Fewer runners.", "values maxRunners"),
  ...harmless("RepositoryPolicy", ["longer"], "Pull requests are denied an action more.", "policy Statement * Action"),
  ...harmless("github", ["other"], "Nobody but its owner knows the key: with another one nobody logs in.", "appAuth pemFile"),
  ...harmless("ActionsEnvironmentSecret", ["other"], "Nobody but its owner knows the value.", "value"),
  ...harmless("Secret", ["other"], "Nobody but its owner knows the value.", "stringData github_app_private_key"),
  {
    verdict: "harmless",
    type: "ActionsEnvironmentVariable",
    of: "-AKS_CERTIFICATE_AUTHORITY",
    path: "value",
    kinds: ["other"],
    because: "No output of a resource holds it. With another authority the connection to the address, which is judged, fails.",
  },
  ...harmless("NetworkPolicy", ["longer"], "A range more cannot be reached.", "spec egress * to * ipBlock except"),
  ...harmless("ValidatingAdmissionPolicyBinding", ["longer"], "Denies, and something else too.", "spec validationActions"),
  ...equivalent("ActionsRepositoryPermissions", ["gone"], "GitHub's default is the same value.", "allowedActions"),
];

/** The verdict on a change; undefined where people have not excused it. */
export function verdictOn(
  { type, name }: { readonly type: string; readonly name: string },
  kind: Kind,
  path: readonly string[],
): Verdict | undefined {
  const ending = type.slice(type.lastIndexOf(":") + 1);
  return verdicts.find(
    (verdict) =>
      (verdict.type === "*" || verdict.type === ending) &&
      name.endsWith(verdict.of ?? "") &&
      (verdict.kinds === "all" || verdict.kinds.includes(kind)) &&
      fits(verdict.path.split(" "), path),
  );
}

function fits(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length === path.length && pattern.every((key, index) => key === "*" || key === path[index]);
}
