/** What came to be in Azure, for people: one line for each resource, read from what ARM holds. */
import { RESOURCE_GROUPS, ROLE_ASSIGNMENTS } from "./arm/ids";
import type { Store, Stored } from "./arm/store";
import { AGENT_POOLS, MANAGED_CLUSTERS } from "./arm/types/containerService";
import { FEDERATED_CREDENTIALS } from "./arm/types/federatedCredentials";
import { USER_ASSIGNED_IDENTITIES } from "./arm/types/identities";
import { REGISTRIES } from "./arm/types/registries";
import { roleNameOf, scopeNameOf } from "./arm/types/roleAssignments";
import { at } from "./arm/values";

interface Line {
  readonly kind: string;
  readonly name: string;
  readonly detail: string;
}

const property = (resource: Stored, path: string): string => String(at(resource.document, `properties.${path}`) ?? "-");

const details: Readonly<Record<string, { kind: string; detail: (resource: Stored, store: Store) => string }>> = {
  [RESOURCE_GROUPS]: { kind: "resource group", detail: ({ document }) => String(document.location) },
  [REGISTRIES]: {
    kind: "container registry",
    detail: (registry) => `${property(registry, "loginServer")}, ${String(at(registry.document, "sku.name"))}, admin user ${property(registry, "adminUserEnabled") === "true" ? "on" : "off"}`,
  },
  [`${REGISTRIES}/tasks`]: { kind: "registry task", detail: (task) => `${property(task, "status")}, ${timers(task)}` },
  [USER_ASSIGNED_IDENTITIES]: { kind: "managed identity", detail: (identity) => `client ${property(identity, "clientId")}` },
  [FEDERATED_CREDENTIALS]: { kind: "federated credential", detail: (credential) => property(credential, "subject") },
  [ROLE_ASSIGNMENTS]: { kind: "role assignment", detail: (assignment, store) => `${roleNameOf(assignment)} on ${scopeNameOf(assignment)} for ${holderOf(assignment, store)}` },
  [MANAGED_CLUSTERS]: {
    kind: "AKS cluster",
    detail: (cluster) =>
      `Kubernetes ${property(cluster, "currentKubernetesVersion")}, ${property(cluster, "provisioningState")}, local accounts ${property(cluster, "disableLocalAccounts") === "true" ? "off" : "on"}`,
  },
  [AGENT_POOLS]: {
    kind: "node pool",
    detail: (pool) => `${property(pool, "vmSize")}, ${property(pool, "mode")}, ${property(pool, "minCount")} to ${property(pool, "maxCount")} nodes`,
  },
  [`${MANAGED_CLUSTERS}/maintenanceConfigurations`]: {
    kind: "maintenance window",
    detail: (configuration) => `${property(configuration, "maintenanceWindow.startTime")} for ${property(configuration, "maintenanceWindow.durationHours")} h`,
  },
};

function timers(task: Stored): string {
  const found = at(task.document, "properties.trigger.timerTriggers");
  return Array.isArray(found) ? found.map((timer) => String(at(timer, "schedule"))).join(", ") : "no timer";
}

/** Name of the identity that has this principal, or the principal itself when it is somebody else's. */
function holderOf(assignment: Stored, store: Store): string {
  const principal = property(assignment, "principalId");
  return store.ofType(USER_ASSIGNED_IDENTITIES).find((identity) => property(identity, "principalId") === principal)?.name ?? principal;
}

/** Names within their parent: `cluster/pool`. */
function nameIn(resource: Stored): string {
  return resource.type === ROLE_ASSIGNMENTS ? resource.name : resource.id.split("/").filter((_, index) => index >= 8 && index % 2 === 0).join("/") || resource.name;
}

/** Every resource but those that AKS made for itself. */
export function inventoryOf(store: Store): readonly Line[] {
  const managed = store.ofType(RESOURCE_GROUPS).filter((group) => group.document.managedBy !== undefined).map((group) => group.id);
  const inside = new Set(managed.flatMap((group) => store.within(group).map(({ id }) => id)));
  return store
    .all()
    .filter(({ id }) => !inside.has(id))
    .map((resource) => ({ kind: details[resource.type]?.kind ?? resource.type, name: nameIn(resource), detail: details[resource.type]?.detail(resource, store) ?? "" }));
}
