import { resourceRule } from "../../kit/rule";
import { at, show, texts } from "../../kit/values";
import { roleAssignmentType } from "./azure";

/** Roles that can give themselves every other right. Source: learn.microsoft.com, "Azure built-in roles". */
const sweeping: Readonly<Record<string, string>> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
};

/** Of these roles, those that assign roles: even an excused assignment needs a condition that names which. */
const assigning = ["Owner", "User Access Administrator", "Role Based Access Control Administrator"];

export const azureRolesNarrow = resourceRule({
  name: "azure-roles-narrow",
  title: "Azure roles are assigned at a single resource",
  severity: "high",
  level: "mandatory",
  holds:
    "A role is assigned on one resource, never on a subscription or a management group, on a resource group only where configured. Roles that sweep (Owner, Contributor, the administrators of access) are assigned only where configured, and one that assigns roles only with a condition that names the roles to assign and to remove, none of them sweeping.",
  why: "A role on a subscription reaches everything that will ever be created in it.",
  fix: "Assign the role on the registry or the cluster that the job works with.",
  source: { title: "Azure RBAC: best practices", url: "https://learn.microsoft.com/azure/role-based-access-control/best-practices" },
  types: [roleAssignmentType],
  unknowns: {
    why: "Azure assigns the ids of what the same apply creates",
    from: { scope: ["azure-native:containerregistry:Registry", "azure-native:containerservice:ManagedCluster", "azure-native:resources:ResourceGroup"] },
  },
  config: {
    resourceGroupAssignments: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Names of assignments that may be on a resource group and with a sweeping role: those of the identities that preview and apply the stack",
    },
  },
  *judge(assignment, config) {
    const excused = texts(config["resourceGroupAssignments"]).includes(assignment.name);
    const role = sweeping[idOf(at(assignment.props, "roleDefinitionId"))];
    if (role !== undefined && !excused) yield { property: "roleDefinitionId", found: role, wanted: "a role for the job" };
    if (role !== undefined && assigning.includes(role) && !namesRoles(at(assignment.props, "condition"))) {
      yield { property: "condition", found: show(at(assignment.props, "condition")), wanted: "a condition that names the roles that may be assigned" };
    }
    const scope = String(at(assignment.props, "scope")).replace(/^\/+|\/+$/g, "");
    const narrow = /^subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/[^/]+\/.+/i.test(scope);
    const group = /^subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i.test(scope);
    if (!narrow && !(group && excused)) yield { property: "scope", found: show(`/${scope}`), wanted: "one resource" };
  },
});

/** The GUID at the end of a role definition's id. */
export function idOf(roleDefinitionId: unknown): string {
  return /[^/]*$/.exec(String(roleDefinitionId).toLowerCase())![0];
}

/**
 * Both assigning and removing are held to listed roles, none of them one that sweeps. Only this form is known to say so: a condition is an
 * expression, and one more alternative in it could allow everything. Source: learn.microsoft.com, "Delegate Azure access management to others".
 */
function namesRoles(condition: unknown): boolean {
  const text = String(condition).replace(/\s+/g, "").toLowerCase();
  return delegation.test(text) && !Object.keys(sweeping).some((id) => text.includes(id));
}

/** Unless the action is that one, the role is among these. Parentheses around the two sides are to taste. */
function held(action: "write" | "delete", side: "request" | "resource"): string {
  const roles = String.raw`[0-9a-f-]{36}(,[0-9a-f-]{36})*`;
  return String.raw`\(\(?!\(actionmatches\{'microsoft\.authorization/roleassignments/${action}'\}\)\)?or\(?@${side}\[microsoft\.authorization/roleassignments:roledefinitionid\]foranyofanyvalues:guidequals\{${roles}\}\)?\)`;
}

const delegation = new RegExp(`^${held("write", "request")}and${held("delete", "resource")}$`);
