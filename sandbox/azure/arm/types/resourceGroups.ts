import { z } from "zod";
import { RESOURCE_GROUPS } from "../ids";
import type { ArmType } from "../type";

/** Microsoft.Resources/resourceGroups. Names: learn.microsoft.com, resource-name-rules. */
export const resourceGroups: ArmType = {
  type: RESOURCE_GROUPS,
  apiVersions: ["2024-03-01", "2024-07-01", "2024-11-01", "2025-03-01", "2025-04-01", "2023-07-01", "2022-09-01", "2021-04-01"],
  name: {
    pattern: /^[\p{L}\p{N}_\-.()]{0,89}[\p{L}\p{N}_\-()]$/u,
    rule: "a resource group's name has 1 to 90 letters, digits, underscores, parentheses, hyphens and periods, and does not end with a period",
  },
  located: true,
  envelope: { managedBy: z.string().optional() },
  properties: z.strictObject({}),
  readOnly: ["properties.provisioningState"],
  immutable: ["managedBy"],
  defaults: {},
  provisioning: "immediate",
  patch: "tags",
  put: ({ body }) => ({ document: body }),
};
