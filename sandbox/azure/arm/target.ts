/** What a request's path is about. */
import { ArmError } from "./errors";
import { isGuid, parseResourceId, ROLE_ASSIGNMENTS, type ResourceId } from "./ids";

export type Target =
  | { readonly kind: "subscription"; readonly subscription: string }
  | { readonly kind: "resource"; readonly id: ResourceId }
  /** Resources of a type below a subscription, a group or a resource. */
  | { readonly kind: "list"; readonly scope: string; readonly type: string }
  /** `GET /subscriptions/S/resourceGroups/G/resources`. */
  | { readonly kind: "contents"; readonly group: ResourceId }
  | { readonly kind: "action"; readonly id: ResourceId; readonly action: string }
  | { readonly kind: "operation"; readonly operation: string; readonly isResult: boolean }
  | { readonly kind: "roleAssignments"; readonly scope: string }
  | { readonly kind: "roleAssignment"; readonly scope: string; readonly name: string };

const AUTHORIZATION = new RegExp(`^(.*)/providers/${ROLE_ASSIGNMENTS.replace(".", "\\.")}(?:/([^/]+))?$`, "i");
const OPERATION = /^\/subscriptions\/[^/]+\/(?:providers\/[^/]+\/locations\/[^/]+\/operations|operationresults)\/([^/]+)$/i;
const SUBSCRIPTION_LIST = /^(\/subscriptions\/[^/]+)\/(?:(resourcegroups)|providers\/([^/]+\/[^/]+))$/i;
const CONTENTS = /^(\/subscriptions\/[^/]+\/resourcegroups\/[^/]+)\/resources$/i;

/** Reads a path without its query; fails as ARM does for one that leads nowhere. */
export function parseTarget(method: string, path: string): Target {
  const text = path.split("/").map(decode).join("/").replace(/\/+$/, "");
  const subscription = /^\/subscriptions\/([^/]+)/i.exec(text)?.[1];
  if (subscription === undefined) throw leadsNowhere(path);
  if (!isGuid(subscription)) {
    throw new ArmError(400, "InvalidSubscriptionId", `The provided subscription identifier '${subscription}' is malformed or invalid.`);
  }
  return special(text) ?? ordinary(method, text) ?? fail(path);
}

function special(text: string): Target | undefined {
  const authorization = AUTHORIZATION.exec(text);
  if (authorization !== null) {
    const [, scope = "", name] = authorization;
    return name === undefined ? { kind: "roleAssignments", scope } : { kind: "roleAssignment", scope, name };
  }
  const operation = OPERATION.exec(text)?.[1];
  if (operation !== undefined) return { kind: "operation", operation, isResult: /\/operationresults\//i.test(text) };
  const contents = CONTENTS.exec(text)?.[1];
  const group = contents === undefined ? undefined : parseResourceId(contents);
  if (group !== undefined) return { kind: "contents", group };
  const list = SUBSCRIPTION_LIST.exec(text);
  if (list !== null) return { kind: "list", scope: list[1] ?? "", type: list[3] ?? "Microsoft.Resources/resourceGroups" };
  const subscription = /^\/subscriptions\/([^/]+)$/i.exec(text)?.[1];
  return subscription === undefined ? undefined : { kind: "subscription", subscription };
}

/** An even number of segments below the namespace is a resource, an odd one a list or an action of what precedes it. */
function ordinary(method: string, text: string): Target | undefined {
  const id = parseResourceId(text);
  if (id !== undefined) return { kind: "resource", id };
  const last = text.slice(text.lastIndexOf("/") + 1);
  const scope = text.slice(0, text.lastIndexOf("/"));
  const owner = parseResourceId(scope);
  if (owner !== undefined && owner.names.length > 0) {
    return method === "POST" ? { kind: "action", id: owner, action: last } : { kind: "list", scope, type: `${owner.type}/${last}` };
  }
  const inGroup = /^(\/subscriptions\/[^/]+\/resourcegroups\/[^/]+)\/providers\/([^/]+\/[^/]+)$/i.exec(text);
  return inGroup === null ? undefined : { kind: "list", scope: inGroup[1] ?? "", type: inGroup[2] ?? "" };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw leadsNowhere(part);
  }
}

const leadsNowhere = (path: string): ArmError => new ArmError(404, "InvalidResourceUri", `The request URI '${path}' names no resource, list or action.`);

const fail = (path: string): never => {
  throw leadsNowhere(path);
};
