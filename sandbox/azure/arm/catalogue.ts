/** The resource types that this ARM knows. */
import { ArmError } from "./errors";
import type { ArmType } from "./type";
import { agentPools } from "./types/agentPools";
import { federatedCredentials } from "./types/federatedCredentials";
import { userAssignedIdentities } from "./types/identities";
import { maintenanceConfigurations } from "./types/maintenance";
import { managedClusters } from "./types/managedClusters";
import { registries } from "./types/registries";
import { resourceGroups } from "./types/resourceGroups";
import { tasks } from "./types/tasks";

/** Every type but role assignments, whose scopes have rules of their own. */
export const armTypes: readonly ArmType[] = [
  resourceGroups,
  registries,
  tasks,
  userAssignedIdentities,
  federatedCredentials,
  managedClusters,
  agentPools,
  maintenanceConfigurations,
];

const byType = new Map(armTypes.map((type) => [type.type.toLowerCase(), type]));

/** The type of this name in any casing; fails as ARM does for one it does not know. */
export function armType(name: string): ArmType {
  const type = byType.get(name.toLowerCase());
  if (type !== undefined) return type;
  const [namespace = "", ...rest] = name.split("/");
  throw new ArmError(404, "InvalidResourceType", `The resource type '${rest.join("/")}' could not be found in the namespace '${namespace}'.`);
}

/** `type`'s API versions hold `version`; the errors are ARM's. */
export function requireApiVersion(type: string, supported: readonly string[], version: string | undefined): void {
  if (version === undefined || version === "") {
    throw new ArmError(400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.");
  }
  if (supported.includes(version)) return;
  const [namespace = "", ...rest] = type.split("/");
  throw new ArmError(
    400,
    "NoRegisteredProviderFound",
    `No registered resource provider found for API version '${version}' for type '${rest.join("/")}' in the namespace '${namespace}'. The supported api-versions are '${supported.join(", ")}'.`,
  );
}
