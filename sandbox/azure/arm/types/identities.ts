import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { ArmType } from "../type";
import { at } from "../values";

export const USER_ASSIGNED_IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities";

/** Microsoft.ManagedIdentity/userAssignedIdentities: a service principal of the tenant comes with each. */
export const userAssignedIdentities: ArmType = {
  type: USER_ASSIGNED_IDENTITIES,
  apiVersions: ["2023-01-31", "2024-11-30", "2018-11-30"],
  name: {
    pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/,
    rule: "an identity's name has 3 to 128 letters, digits, hyphens and underscores and starts with a letter or digit",
  },
  idCase: "resourcegroups",
  located: true,
  envelope: {},
  properties: z.strictObject({}),
  readOnly: ["properties.clientId", "properties.principalId", "properties.tenantId", "properties.isolationScope"],
  immutable: [],
  defaults: {},
  provisioning: "none",
  patch: "tags",
  put: ({ body, existing, world }) => ({
    document: {
      ...body,
      properties: {
        tenantId: world.store.tenant,
        principalId: at(existing?.document, "properties.principalId") ?? randomUUID(),
        clientId: at(existing?.document, "properties.clientId") ?? randomUUID(),
      },
    },
  }),
};
