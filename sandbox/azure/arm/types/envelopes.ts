/** Identities of resources as ARM's envelope carries them, and what Azure answers about them. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { ArmError } from "../errors";
import { armId, oneOf } from "../rules";
import type { PutRequest } from "../type";
import { at, isObject, type Json } from "../values";
import { USER_ASSIGNED_IDENTITIES } from "./identities";

const values = z.strictObject({ clientId: z.string().optional(), principalId: z.string().optional() });

/** `identity` of a body: a type, and for user-assigned ones the ARM ids as keys. */
export const identityOf = (types: readonly string[]) =>
  z.strictObject({ type: oneOf(types), userAssignedIdentities: z.record(armId(USER_ASSIGNED_IDENTITIES), values).optional() });

/** The identity as Azure answers it; fails as ARM does when an assigned identity is missing or the type and the ids disagree. */
export function resolveIdentity(request: PutRequest): Json | undefined {
  const identity = request.body.identity;
  if (!isObject(identity) || identity.type === "None") return undefined;
  const type = String(identity.type);
  const ids = Object.keys(isObject(identity.userAssignedIdentities) ? identity.userAssignedIdentities : {});
  refuseMismatch(type, ids);
  const assigned = Object.fromEntries(ids.map((id) => [id, principalOf(request, id)]));
  const before = at(request.existing?.document, "identity.principalId");
  return {
    type,
    ...(type.includes("SystemAssigned") ? { principalId: before ?? randomUUID(), tenantId: request.world.store.tenant } : {}),
    ...(ids.length > 0 ? { userAssignedIdentities: assigned } : {}),
  };
}

function refuseMismatch(type: string, ids: readonly string[]): void {
  if (type.includes("UserAssigned") === ids.length > 0) return;
  throw new ArmError(
    400,
    "InvalidIdentityConfiguration",
    `The identity type '${type}' ${ids.length > 0 ? "takes no user assigned identities" : "needs the ids of user assigned identities"}.`,
    "identity",
  );
}

function principalOf({ world, resourceId }: PutRequest, id: string): Json {
  const found = world.store.get(id);
  if (found === undefined) {
    throw new ArmError(
      400,
      "FailedIdentityOperation",
      `Identity operation for resource '${resourceId}' failed with error 'Failed to perform resource identity operation. Status: 'BadRequest'. Response: '{"error":{"code":"BadRequest","message":"Resource '${id}' was not found."}}'.'.`,
      "identity",
    );
  }
  return { clientId: at(found.document, "properties.clientId"), principalId: at(found.document, "properties.principalId") };
}
