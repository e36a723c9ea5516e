/**
 * Microsoft.Authorization/roleAssignments: an extension of every scope, so not an ArmType. Errors as Azure RBAC answers them
 * (learn.microsoft.com, role-based-access-control/troubleshooting).
 */
import { PrincipalType } from "@pulumi/azure-native/types/enums/authorization";
import { z } from "zod";
import { ArmError, notFound } from "../errors";
import { isGuid, isWithin, nameOf, parseResourceId, ROLE_ASSIGNMENTS, sameId } from "../ids";
import { guid, oneOf, text } from "../rules";
import type { Stored } from "../store";
import type { World } from "../type";
import { at, isObject, same, type Json } from "../values";
import { MANAGED_CLUSTERS } from "./containerService";
import { builtInRoles, roleGuid } from "./roles";

export const roleAssignmentVersions = ["2022-04-01", "2020-10-01-preview", "2020-04-01-preview", "2015-07-01"] as const;

export const roleAssignmentProperties = z.strictObject({
  roleDefinitionId: text(
    /^(\/subscriptions\/[^/]+)?\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-f-]{36}$/i,
    "[/subscriptions/ID]/providers/Microsoft.Authorization/roleDefinitions/GUID is allowed",
  ),
  principalId: guid,
  principalType: oneOf(PrincipalType).optional(),
  description: z.string().max(1024).optional(),
  condition: z.string().optional(),
  conditionVersion: oneOf(["2.0"]).optional(),
  delegatedManagedIdentityResourceId: z.string().optional(),
});

/** Properties that a GET answers and a PUT may repeat. */
export const roleAssignmentReadOnly = ["properties.scope", "properties.createdOn", "properties.updatedOn", "properties.createdBy", "properties.updatedBy"];

type PrincipalTypeName = (typeof PrincipalType)[keyof typeof PrincipalType];

export type RoleAssignmentBody = z.infer<typeof roleAssignmentProperties>;

const bare = (id: string): string => id.replace(/-/g, "").toLowerCase();

export const roleAssignmentId = (scope: string, name: string): string => `${scope}/providers/${ROLE_ASSIGNMENTS}/${name}`;

/** Writes an assignment; `created` tells whether it is new. */
export function putRoleAssignment(world: World, scope: string, name: string, body: RoleAssignmentBody): { stored: Stored; created: boolean } {
  if (!isGuid(name)) throw new ArmError(400, "InvalidRoleAssignmentId", `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`);
  requireScope(world, scope);
  requireRole(body.roleDefinitionId);
  requireConditionVersion(body);
  const principalType = principalTypeOf(world, body);
  const id = roleAssignmentId(scope, name);
  const existing = world.store.get(id);
  refuseMove(world, existing, id, name, body);
  refuseTwin(world, id, scope, body);
  const stored = toStored(world, id, scope, name, { ...body, principalType }, existing);
  world.store.put(stored);
  return { stored, created: existing === undefined };
}

function requireRole(roleDefinitionId: string): void {
  const id = roleGuid(roleDefinitionId) ?? "";
  if (builtInRoles[id] === undefined) {
    throw new ArmError(404, "RoleDefinitionDoesNotExist", `The specified role definition with ID '${bare(id)}' does not exist.`);
  }
}

function requireConditionVersion(body: RoleAssignmentBody): void {
  if (body.condition !== undefined && body.conditionVersion === undefined) {
    throw new ArmError(400, "InvalidRoleAssignmentCondition", "A role assignment with a condition names the conditionVersion '2.0'.");
  }
}

/** The scope is a subscription, or something that is there, or a namespace of a cluster that is there. */
function requireScope(world: World, scope: string): void {
  if (/^\/subscriptions\/[^/]+$/i.test(scope)) return;
  const resource = scope.replace(/\/namespaces\/[^/]+$/i, "");
  const id = parseResourceId(resource);
  const found = world.store.get(resource);
  if (id === undefined) throw new ArmError(400, "InvalidScope", `The scope '${scope}' is not valid.`);
  if (found === undefined) throw id.names.length === 0 ? notFound.group(id.group) : notFound.resource(id.type, id.names, id.group);
  if (resource !== scope && found.type !== MANAGED_CLUSTERS) throw new ArmError(400, "InvalidScope", `The scope '${scope}' is not valid: only managed clusters have namespaces.`);
}

/** Principals of this tenant that Azure made: the service principals of managed identities. */
const isManagedIdentity = (world: World, principalId: string): boolean =>
  world.store.all().some(
    (resource) =>
      (resource.type !== ROLE_ASSIGNMENTS && at(resource.document, "properties.principalId") === principalId) ||
      at(resource.document, "identity.principalId") === principalId,
  );

/** Without a type the principal must be known to the directory; a type that is given must fit where the sandbox knows the principal. */
function principalTypeOf(world: World, body: RoleAssignmentBody): PrincipalTypeName {
  const isServicePrincipal = isManagedIdentity(world, body.principalId);
  if (body.principalType === undefined) {
    if (isServicePrincipal) return PrincipalType.ServicePrincipal;
    throw new ArmError(
      400,
      "PrincipalNotFound",
      `Principal ${bare(body.principalId)} does not exist in the directory ${world.store.tenant}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype`,
    );
  }
  if (isServicePrincipal && body.principalType !== PrincipalType.ServicePrincipal) {
    throw new ArmError(
      400,
      "UnmatchedPrincipalType",
      `The PrincipalId '${bare(body.principalId)}' has type 'ServicePrincipal' , which is different from specified PrinciaplType '${body.principalType}'.`,
    );
  }
  return body.principalType;
}

function refuseMove(world: World, existing: Stored | undefined, id: string, name: string, body: RoleAssignmentBody): void {
  const elsewhere = world.store.ofType(ROLE_ASSIGNMENTS).find((other) => other.name.toLowerCase() === name.toLowerCase() && !sameId(other.id, id));
  const changed = existing !== undefined && at(existing.document, "properties.principalId") !== body.principalId;
  if (elsewhere === undefined && !changed) return;
  throw new ArmError(400, "RoleAssignmentUpdateNotPermitted", "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.");
}

function refuseTwin(world: World, id: string, scope: string, body: RoleAssignmentBody): void {
  const twin = world.store
    .ofType(ROLE_ASSIGNMENTS)
    .find(
      (other) =>
        !sameId(other.id, id) &&
        sameId(String(at(other.document, "properties.scope")), scope) &&
        at(other.document, "properties.principalId") === body.principalId &&
        roleGuid(String(at(other.document, "properties.roleDefinitionId"))) === roleGuid(body.roleDefinitionId),
    );
  if (twin !== undefined) {
    throw new ArmError(409, "RoleAssignmentExists", `The role assignment already exists. The ID of the existing role assignment is ${bare(twin.name)}.`);
  }
}

/** RBAC answers with the role's id under the subscription of the scope. */
function toStored(world: World, id: string, scope: string, name: string, body: RoleAssignmentBody, existing: Stored | undefined): Stored {
  const subscription = scope.split("/").slice(0, 3).join("/");
  const wanted: Json = {
    ...body,
    roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleGuid(body.roleDefinitionId)}`,
    scope,
  };
  const before = isObject(existing?.document.properties) ? existing.document.properties : undefined;
  const now = new Date().toISOString();
  const unchanged = before !== undefined && same({ ...wanted, ...stamps(before) }, before);
  const stamped = unchanged ? before : { ...wanted, createdOn: before?.createdOn ?? now, updatedOn: now, createdBy: world.store.tenant, updatedBy: world.store.tenant };
  return { id, type: ROLE_ASSIGNMENTS, name, document: { properties: stamped } };
}

const stamps = ({ createdOn, updatedOn, createdBy, updatedBy }: Json): Json => ({ createdOn, updatedOn, createdBy, updatedBy });

/** Assignments at, above and below a scope, as `$filter` narrows them: `atScope()` and `principalId eq 'GUID'`, joined by `and`. */
export function listRoleAssignments(world: World, scope: string, filter: string | undefined): readonly Stored[] {
  const terms = filter === undefined || filter === "" ? [] : filter.split(/\s+and\s+/i).map(parseTerm);
  return world.store.ofType(ROLE_ASSIGNMENTS).filter((assignment) => {
    const where = String(at(assignment.document, "properties.scope"));
    const above = isWithin(scope, where);
    return (above || isWithin(where, scope)) && terms.every((term) => (term.kind === "atScope" ? above : at(assignment.document, "properties.principalId") === term.id));
  });
}

type Term = { kind: "atScope" } | { kind: "principal"; id: string };

function parseTerm(term: string): Term {
  if (/^\s*atScope\(\)\s*$/i.test(term)) return { kind: "atScope" };
  const principal = /^\s*(?:principalId\s+eq\s+'([^']+)'|assignedTo\('([^']+)'\))\s*$/i.exec(term);
  if (principal !== null) return { kind: "principal", id: (principal[1] ?? principal[2] ?? "").toLowerCase() };
  throw new ArmError(400, "InvalidFilter", `The filter '${term}' is not supported. Supported filters are either 'atScope()' or 'principalId eq '{value}' or assignedTo('{value}')'.`);
}

/** Name of a role for people. */
export const roleNameOf = (assignment: Stored): string =>
  builtInRoles[roleGuid(String(at(assignment.document, "properties.roleDefinitionId"))) ?? ""] ?? "unknown role";

/** What an assignment is on, for people: the last name of its scope. */
export function scopeNameOf(assignment: Stored): string {
  const scope = String(at(assignment.document, "properties.scope"));
  const id = parseResourceId(scope);
  return id === undefined ? scope : nameOf(id);
}
