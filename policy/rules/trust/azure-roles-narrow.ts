import { resourceRule } from "../../kit/rule";
import { at, show } from "../../kit/values";

export const roleAssignmentType = "azure-native:authorization:RoleAssignment";

/** Roles that can give themselves every other right (Azure built-in roles: Owner, Contributor, User Access Administrator). */
const sweeping: Readonly<Record<string, string>> = {
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
};

export const azureRolesNarrow = resourceRule({
  name: "azure-roles-narrow",
  title: "Azure roles are assigned at a single resource",
  severity: "high",
  level: "mandatory",
  holds: "A role is assigned on one resource, never on a subscription or a management group, on a resource group only where configured, and is none of Owner, Contributor and User Access Administrator unless configured.",
  why: "A role on a subscription reaches everything that will ever be created in it.",
  fix: "Assign the role on the registry or the cluster that the job works with.",
  source: { title: "Azure RBAC: best practices", url: "https://learn.microsoft.com/azure/role-based-access-control/best-practices" },
  types: [roleAssignmentType],
  config: {
    resourceGroupAssignments: { type: "array", items: { type: "string" }, default: [], description: "Names of role assignments that may be on a resource group, with any role: those of the applying identity" },
  },
  // The scope is the id of a resource that the same apply may create.
  unknowns: { wait: "the scope is an id that Azure assigns; the assignment is judged again before it is created" },
  *judge(assignment, config) {
    const excused = (config["resourceGroupAssignments"] as readonly string[]).includes(assignment.name);
    const role = sweeping[String(at(assignment.props, "roleDefinitionId")).split("/").at(-1)!.toLowerCase()];
    if (role !== undefined && !excused) yield { property: "roleDefinitionId", found: role, wanted: "a role for the job" };
    const scope = String(at(assignment.props, "scope")).replace(/^\/+|\/+$/g, "");
    const narrow = /^subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/[^/]+\/.+/i.test(scope);
    const group = /^subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i.test(scope);
    if (!narrow && !(group && excused)) yield { property: "scope", found: show(`/${scope}`), wanted: "one resource" };
  },
});
