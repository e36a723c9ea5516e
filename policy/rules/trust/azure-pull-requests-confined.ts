import { stackRule, type Subject } from "../../kit/rule";
import { at, items, listed, show, texts } from "../../kit/values";
import { identityOf, identityType, roleAssignmentType, sourcesOf } from "./azure";
import { federatedCredentialType } from "./azure-federation-exact";
import { idOf } from "./azure-roles-narrow";
import { environmentOf, isOfPullRequests, pullRequestEnvironments } from "./repositories";

/** Roles on a registry. Source: learn.microsoft.com, "Azure built-in roles". */
const registryRoles: Readonly<Record<string, string>> = { "7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull", "8311e382-0749-4cb8-b61a-304f252e45ec": "AcrPush" };
const registryType = "azure-native:containerregistry:Registry";

export const azurePullRequestsConfined = stackRule({
  name: "azure-pull-requests-confined",
  title: "Pull requests' Azure identity reaches its registry alone",
  severity: "critical",
  level: "mandatory",
  holds:
    "Only the configured identities trust an environment of pull requests. Such an identity trusts no other, has no role but AcrPull and AcrPush, on the configured registries alone, and stands in no role binding of a cluster. Whom a role is given to, and on what, is known at preview by where the values come from.",
  why: "A mirror branch runs the pull request's own workflow files: what its identity may do, anybody may do whose pull request is vetted once.",
  fix: "Remove the role; let another environment's identity do it.",
  source: { title: "Azure RBAC: best practices; CIS AKS Benchmark 4.1", url: "https://learn.microsoft.com/azure/role-based-access-control/best-practices" },
  config: {
    pullRequestEnvironments,
    identities: { type: "array", items: { type: "string" }, default: [], description: "Names of the identities that pull requests may take" },
    registries: { type: "array", items: { type: "string" }, default: [], description: "Names of the registries on which pull requests' identity may have a role" },
  },
  *judge(subjects, config) {
    const credentials = subjects.filter(({ type }) => type === federatedCredentialType);
    const confined = new Set(credentials.filter((credential) => isOfPullRequests(subjectOf(credential), config)).map((credential) => identityOf(credential, subjects)));
    for (const identity of confined) {
      const name = String(at(identity?.props, "resourceName") ?? at(identity?.props, "name"));
      if (!texts(config["identities"]).includes(name)) yield { subject: identity, property: "federated credentials", found: `pull requests may take ${name}`, wanted: listed(texts(config["identities"])) };
    }
    const others = credentials.filter((credential) => confined.has(identityOf(credential, subjects)) && !isOfPullRequests(subjectOf(credential), config));
    for (const credential of others) yield { subject: credential, property: "subject", found: environmentOf(subjectOf(credential)), wanted: "an environment of pull requests alone, as the identity is theirs" };
    for (const assignment of subjects.filter(({ type }) => type === roleAssignmentType)) {
      const holders = sourcesOf(assignment, "principalId", subjects, identityType);
      if (!holders.some((holder) => confined.has(holder))) {
        if (items(assignment.sources["principalId"]).length === 0) yield { subject: assignment, property: "principalId", found: "a value of unknown origin", wanted: "the principal of a resource of this stack" };
        continue;
      }
      const role = idOf(at(assignment.props, "roleDefinitionId"));
      if (!(role in registryRoles)) yield { subject: assignment, property: "roleDefinitionId", found: role, wanted: "AcrPull or AcrPush, as the identity is that of pull requests" };
      const registries = sourcesOf(assignment, "scope", subjects, registryType).map((registry) => String(at(registry.props, "registryName") ?? at(registry.props, "name")));
      const allowed = texts(config["registries"]);
      if (registries.length === 0 || registries.some((name) => !allowed.includes(name))) {
        yield { subject: assignment, property: "scope", found: registries.length === 0 ? "something that is no registry of this stack" : listed(registries), wanted: listed(allowed) };
      }
    }
    for (const binding of subjects.filter(({ type }) => /^kubernetes:rbac\..*RoleBinding$/.test(type))) {
      if (sourcesOf(binding, "subjects", subjects, identityType).some((holder) => confined.has(holder))) {
        yield { subject: binding, property: "subjects", found: "the identity of pull requests", wanted: `nobody of ${listed(texts(config["pullRequestEnvironments"]))}` };
      }
    }
  },
});

function subjectOf(credential: Subject): string {
  const subject = at(credential.props, "subject");
  return typeof subject === "string" ? subject : show(subject);
}
