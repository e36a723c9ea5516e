import { stackRule, type Finding, type Subject } from "../../kit/rule";
import { at, listed, texts } from "../../kit/values";
import { managedClusterType } from "../cluster/aks";
import { identityOf, identityType, originsOf, roleAssignmentType } from "./azure";
import { federatedCredentialType } from "./azure-federation-exact";
import { idOf } from "./azure-roles-narrow";
import { environmentOf, isOfPullRequests, pullRequestEnvironments } from "./repositories";

/** AcrPull and AcrPush. Source: learn.microsoft.com, "Azure built-in roles". */
const registryRoles = ["7f951dda-4ed3-4680-a7ca-43fe172d538d", "8311e382-0749-4cb8-b61a-304f252e45ec"];
const registryType = "azure-native:containerregistry:Registry";

export const azurePullRequestsConfined = stackRule({
  name: "azure-pull-requests-confined",
  title: "Pull requests' Azure identity reaches only its registry",
  severity: "critical",
  level: "mandatory",
  holds:
    "Only the configured identities trust an environment of pull requests. Such an identity trusts no other, has no role but AcrPull and AcrPush, only on the configured registries, and stands in no role binding of a cluster. Whom a role is given to, and on what, is known at preview by where the values come from.",
  why: "A mirror branch runs the pull request's own workflow files: what its identity may do, anybody may do whose pull request is vetted once.",
  fix: "Remove the role; let another environment's identity do it.",
  source: { title: "Azure RBAC: best practices; CIS AKS Benchmark 4.1", url: "https://learn.microsoft.com/azure/role-based-access-control/best-practices" },
  config: {
    pullRequestEnvironments,
    identities: { type: "array", items: { type: "string" }, default: [], description: "Names of the identities that pull requests may take" },
    registries: { type: "array", items: { type: "string" }, default: [], description: "Names of the registries on which pull requests' identity may have a role" },
  },
  *judge(subjects, config) {
    const credentials = subjects.filter(({ type }) => type === federatedCredentialType).map((credential) => ({ credential, identity: identityOf(credential, subjects), of: String(at(credential.props, "subject")) }));
    const confined = new Set(credentials.filter(({ of }) => isOfPullRequests(of, config)).map(({ identity }) => identity));
    yield* judgeIdentities(confined, texts(config["identities"]));
    for (const { credential, of } of credentials.filter(({ identity, of }) => confined.has(identity) && !isOfPullRequests(of, config))) {
      yield { subject: credential, property: "subject", found: environmentOf(of) || of, wanted: "only an environment of pull requests, as the identity is theirs" };
    }
    for (const assignment of subjects.filter(({ type }) => type === roleAssignmentType)) {
      const origins = originsOf(assignment, "principalId", subjects);
      if (!origins.every(({ type }) => [identityType, managedClusterType].includes(type)) || origins.length === 0) {
        yield { subject: assignment, property: "principalId", found: "a value of unknown origin", wanted: "the principal of an identity or a cluster of this stack" };
      } else if (origins.some((origin) => confined.has(origin))) yield* judgeAssignment(assignment, subjects, texts(config["registries"]));
    }
    for (const binding of subjects.filter(({ type }) => /^kubernetes:rbac\..*RoleBinding$/.test(type))) {
      if (originsOf(binding, "subjects", subjects).some((origin) => confined.has(origin))) {
        yield { subject: binding, property: "subjects", found: "the identity of pull requests", wanted: `nobody of ${listed(texts(config["pullRequestEnvironments"]))}` };
      }
    }
  },
});

type Found = Finding & { readonly subject?: Subject };

/** A credential that belongs to no identity of the stack is an identity that nobody named. */
function* judgeIdentities(confined: ReadonlySet<Subject | undefined>, allowed: readonly string[]): Iterable<Found> {
  for (const identity of confined) {
    const name = identity === undefined ? "an identity of another stack" : nameOf(identity, "resourceName");
    if (!allowed.includes(name)) yield { subject: identity, property: "federated credentials", found: `pull requests may take ${name}`, wanted: listed(allowed) };
  }
}

/** What pull requests' identity may do, and where. */
function* judgeAssignment(assignment: Subject, subjects: readonly Subject[], allowed: readonly string[]): Iterable<Found> {
  const role = idOf(at(assignment.props, "roleDefinitionId"));
  if (!registryRoles.includes(role)) yield { subject: assignment, property: "roleDefinitionId", found: role, wanted: "AcrPull or AcrPush, as the identity is that of pull requests" };
  const scopes = originsOf(assignment, "scope", subjects).map((scope) => (scope.type === registryType ? nameOf(scope, "registryName") : `what is no registry (${scope.name})`));
  const strangers = scopes.filter((name) => !allowed.includes(name));
  if (scopes.length === 0 || strangers.length > 0) yield { subject: assignment, property: "scope", found: scopes.length === 0 ? "a value of unknown origin" : listed(strangers), wanted: listed(allowed) };
}

/** The name that a cloud knows a resource by: its input, or the output in which Azure gives it back. */
function nameOf({ props }: Subject, input: string): string {
  return String(at(props, input) ?? at(props, "name"));
}
