/** Azure's built-in roles that this stack assigns, and how it assigns them. */
import type * as pulumi from "@pulumi/pulumi";
import * as authorization from "@pulumi/azure-native/authorization";
import { uuidOf } from "./uuid";

/** Ids of built-in role definitions. Source: learn.microsoft.com, "Azure built-in roles". */
export const AZURE_ROLES = {
  AcrPull: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  AcrPush: "8311e382-0749-4cb8-b61a-304f252e45ec",
  /** May download the kubeconfig, which holds no credential where local accounts are off. Grants nothing inside the cluster. */
  AksClusterUser: "4abbcc35-e782-43d8-92c5-2d3f1bd2253f",
  /** Reads all but secrets inside the cluster. */
  AksRbacReader: "7f6c6a51-bcf8-42ba-9220-52d62157d7db",
  AksRbacClusterAdmin: "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
  Reader: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  Contributor: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  /** Assigns roles; always given together with a condition that names the roles. */
  RbacAdministrator: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
} as const;

export type AzureRole = keyof typeof AZURE_ROLES;

export interface RoleGrant {
  /** Role that is granted. */
  role: AzureRole;
  /** Object id of who gets it. */
  principalId: pulumi.Input<string>;
  /** Resource id below which it holds: the narrowest that serves. */
  scope: pulumi.Input<string>;
  /** Subscription whose role definitions are meant. */
  subscriptionId: string;
  /** What the grant is for, shown in the portal. */
  description: string;
  /** Azure attribute condition (version 2.0). Default: none. */
  condition?: string;
}

/**
 * Assigns a role. The assignment's name has to be a GUID; it is derived from `identity`, which must name the grant uniquely within the
 * subscription (stack, component, purpose). An assignment cannot be changed in place, nor can two of one name exist, so a new principal
 * means that the old assignment goes first.
 */
export function grantRole(name: string, identity: string, grant: RoleGrant, opts: pulumi.CustomResourceOptions): authorization.RoleAssignment {
  return new authorization.RoleAssignment(
    name,
    {
      roleAssignmentName: uuidOf(`${grant.subscriptionId}/${identity}`),
      principalId: grant.principalId,
      // Entra replicates a new identity slowly; saying what it is spares Azure the look-up that fails meanwhile.
      principalType: "ServicePrincipal",
      roleDefinitionId: roleDefinitionId(grant.subscriptionId, grant.role),
      scope: grant.scope,
      description: grant.description,
      ...(grant.condition === undefined ? {} : { condition: grant.condition, conditionVersion: "2.0" }),
    },
    { ...opts, deleteBeforeReplace: true },
  );
}

/** Full resource id of a built-in role. */
export function roleDefinitionId(subscriptionId: string, role: AzureRole): string {
  return `/subscriptions/${subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${AZURE_ROLES[role]}`;
}
