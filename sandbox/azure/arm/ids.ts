/** Ids of Azure Resource Manager: taken apart, put together, compared without regard to case. */

/** A resource id taken apart. A resource group has the type `Microsoft.Resources/resourceGroups` and no names of its own. */
export interface ResourceId {
  readonly subscription: string;
  readonly group: string;
  /** `Microsoft.ContainerService/managedClusters/agentPools`, cased as the id has it. */
  readonly type: string;
  /** One name for each segment of the type after the namespace. */
  readonly names: readonly string[];
}

export const RESOURCE_GROUPS = "Microsoft.Resources/resourceGroups";
export const ROLE_ASSIGNMENTS = "Microsoft.Authorization/roleAssignments";

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isGuid = (text: string): boolean => GUID.test(text);

/** Key under which ids are equal: ARM compares ids without regard to case. */
export const idKey = (id: string): string => id.toLowerCase().replace(/\/+$/, "");

export const sameId = (a: string, b: string): boolean => idKey(a) === idKey(b);

/** Whether `id` is `scope` or lies below it. */
export const isWithin = (id: string, scope: string): boolean => sameId(id, scope) || idKey(id).startsWith(`${idKey(scope)}/`);

/** Takes a resource id apart; undefined when it is none (a wrong number of segments, another shape). */
export function parseResourceId(id: string): ResourceId | undefined {
  const parts = id.split("/");
  if (parts[0] !== "" || parts.length < 5 || parts.some((part, index) => index > 0 && part === "")) return undefined;
  if (parts[1]?.toLowerCase() !== "subscriptions" || parts[3]?.toLowerCase() !== "resourcegroups") return undefined;
  const subscription = parts[2] ?? "";
  const group = parts[4] ?? "";
  if (parts.length === 5) return { subscription, group, type: RESOURCE_GROUPS, names: [] };
  if (parts[5]?.toLowerCase() !== "providers" || parts.length < 9 || parts.length % 2 === 0) return undefined;
  const segments = parts.slice(7);
  return {
    subscription,
    group,
    type: [parts[6], ...segments.filter((_, index) => index % 2 === 0)].join("/"),
    names: segments.filter((_, index) => index % 2 === 1),
  };
}

/** `groups` is the segment's case: AKS and the managed identity service answer with `resourcegroups`. */
export function formatResourceId(id: ResourceId, groups: "resourceGroups" | "resourcegroups" = "resourceGroups"): string {
  const group = `/subscriptions/${id.subscription}/${groups}/${id.group}`;
  if (id.names.length === 0) return group;
  const [namespace, ...segments] = id.type.split("/");
  return `${group}/providers/${namespace}/${segments.map((segment, index) => `${segment}/${id.names[index]}`).join("/")}`;
}

/** Id of the resource that holds this one: the parent resource, or undefined for a resource directly in a group. */
export function parentId(id: ResourceId): ResourceId | undefined {
  if (id.names.length < 2) return undefined;
  return { ...id, type: id.type.slice(0, id.type.lastIndexOf("/")), names: id.names.slice(0, -1) };
}

/** Last name of an id, or the group's own name. */
export const nameOf = (id: ResourceId): string => id.names.at(-1) ?? id.group;
