/** Dangers inside clusters: who may do what there, what guards namespaces, and what runs in them. */
import { canonical } from "../diff/canonical";
import { place } from "../diff/paths";
import type { Danger } from "../model";
import type { Change } from "../resources/change";
import { listAt, textAt, textsAt, valueAt } from "../resources/values";
import { say, words } from "../statement";
import type { Value } from "../value";
import type { AllChanges } from "./all";
import { danger } from "./danger";
import { isChanged, isGone, isReplaced } from "./ends";

export const NAMESPACE = "kubernetes:core/v1:Namespace";

export function nameIn(change: Change): string {
  return textAt(change.before ?? change.after, "metadata", "name") ?? change.resource.name;
}

/** True when the whole namespace of a thing goes: what guards it has nothing left to guard. */
function namespaceGoes({ before }: Change, all: AllChanges): boolean {
  return all.goes(NAMESPACE, textAt(before, "metadata", "namespace"), "metadata", "name");
}

const POD_SECURITY = "pod-security.kubernetes.io/enforce";
/** From the strictest to the widest; a namespace without the label is held to nothing. */
const LEVELS: readonly string[] = ["restricted", "baseline", "privileged"];

export function namespaceDangers(change: Change): Danger[] {
  const namespace = nameIn(change);
  if (isGone(change) || isReplaced(change)) return [danger("namespace-deleted", change, { namespace }, say`The namespace ${namespace} is deleted with everything in it: what runs there is ended.`)];
  if (!isChanged(change)) return [];
  const [was, becomes] = [change.before, change.after].map((fields) => textAt(fields, "metadata", "labels", POD_SECURITY) ?? "privileged");
  if (LEVELS.indexOf(becomes!) <= LEVELS.indexOf(was!)) return [];
  return [danger("pod-security-lowered", change, { namespace, before: was!, after: becomes! }, say`Pods in ${namespace} are held to the level ${becomes!} instead of ${was!}.`, { property: `metadata.labels["${POD_SECURITY}"]` })];
}

export function bindingDangers(change: Change): Danger[] {
  if (isGone(change) || change.operation === "same") return [];
  const role = textAt(change.after, "roleRef", "name") ?? "a role that only the apply will know";
  const where = textAt(change.after, "metadata", "namespace");
  const namesOf = (fields: Change["before"]): string[] => listAt(fields, "subjects").map((subject) => [textAt(subject, "kind"), textAt(subject, "namespace"), textAt(subject, "name") ?? "known at the apply"].filter((part) => part !== undefined).join(" "));
  const sameRole = canonical(valueAt(change.before, "roleRef") ?? null, place("")) === canonical(valueAt(change.after, "roleRef") ?? null, place(""));
  const had = sameRole ? namesOf(change.before) : [];
  const kind = change.operation === "create" ? "identity-created" : "kubernetes-subject-added";
  return namesOf(change.after)
    .filter((name) => !had.includes(name))
    .map((name) => danger(kind, change, { subject: name, role, ...(where === undefined ? {} : { namespace: where }) }, say`${name} gets the role ${role}${where === undefined ? words(" in the whole cluster") : say` in namespace ${where}`}.`, { property: "subjects", about: name }));
}

export function kubernetesRoleDangers(change: Change): Danger[] {
  if (!isChanged(change) || change.operation === "create") return [];
  const role = nameIn(change);
  const had = new Set(listAt(change.before, "rules").flatMap(grants));
  const added = [...new Set(listAt(change.after, "rules").flatMap(grants))].filter((grant) => !had.has(grant));
  if (added.length === 0) return [];
  return [danger("kubernetes-role-widened", change, { role, added }, say`The role ${role} may do more: ${added}.`, { property: "rules" })];
}

/** Every verb on every resource that a rule grants, such as `delete pods` or `get secrets (actions.github.com)`. */
function grants(rule: Value): string[] {
  const groups = textsAt(rule, "apiGroups");
  const names = textsAt(rule, "resourceNames");
  const only = names.length === 0 ? "" : ` named ${[...names].sort().join(", ")}`;
  const resources = textsAt(rule, "resources").flatMap((resource) => groups.map((group) => (group === "" ? resource : `${resource} (${group})`)));
  return textsAt(rule, "verbs").flatMap((verb) => [...resources, ...textsAt(rule, "nonResourceURLs")].map((resource) => `${verb} ${resource}${only}`));
}

export function admissionPolicyDangers(change: Change): Danger[] {
  const policy = nameIn(change);
  if (isGone(change) || isReplaced(change)) return [danger("admission-removed", change, { policy }, say`The admission policy ${policy} is removed: the API server no longer refuses what it forbade.`)];
  if (!isChanged(change)) return [];
  const { before, after } = change;
  const messages = (fields: Change["before"]): Map<string, string> => new Map(listAt(fields, "spec", "validations").map((validation) => [textAt(validation, "expression") ?? "", textAt(validation, "message") ?? textAt(validation, "expression") ?? ""]));
  const gone = [...messages(before)].filter(([expression]) => !messages(after).has(expression)).map(([, message]) => message);
  const fails = textAt(before, "spec", "failurePolicy") !== "Ignore" && textAt(after, "spec", "failurePolicy") === "Ignore";
  const others = change.properties.filter(({ path }) => !path.startsWith("spec.validations") && path !== "spec.failurePolicy" && !path.startsWith("metadata"));
  return [
    ...gone.map((message) => danger("admission-loosened", change, { policy, message }, say`The admission policy ${policy} no longer enforces: ${message}.`, { property: "spec.validations", about: message })),
    ...(fails ? [danger("admission-loosened", change, { policy, message: "failurePolicy" }, say`The API server lets requests pass when it cannot evaluate the admission policy ${policy}.`, { property: "spec.failurePolicy" })] : []),
    ...(others.length > 0 ? [danger("admission-changed", change, { policy, properties: others.map(({ path }) => path) }, say`What the admission policy ${policy} applies to changes: ${others.map(({ path }) => path)}.`, { property: others[0]!.path })] : []),
  ];
}

export function admissionBindingDangers(change: Change): Danger[] {
  const binding = nameIn(change);
  if (isGone(change) || isReplaced(change)) return [danger("admission-removed", change, { policy: binding }, say`The binding ${binding} is removed: its admission policy no longer holds anywhere.`)];
  if (!isChanged(change)) return [];
  const denies = (fields: Change["before"]): boolean => textsAt(fields, "spec", "validationActions").includes("Deny");
  if (denies(change.before) && !denies(change.after)) return [danger("admission-loosened", change, { policy: binding, message: "validationActions" }, say`The binding ${binding} no longer denies: what its policy forbids is only warned of.`, { property: "spec.validationActions" })];
  const others = change.properties.filter(({ path }) => !path.startsWith("metadata") && !path.startsWith("spec.validationActions"));
  return others.length === 0 ? [] : [danger("admission-changed", change, { policy: binding, properties: others.map(({ path }) => path) }, say`What the binding ${binding} applies to changes: ${others.map(({ path }) => path)}.`, { property: others[0]!.path })];
}

export function networkPolicyDangers(change: Change, all: AllChanges): Danger[] {
  const [policy, namespace] = [nameIn(change), textAt(change.before ?? change.after, "metadata", "namespace") ?? "its namespace"];
  if (isGone(change)) return namespaceGoes(change, all) ? [] : [danger("network-policy-removed", change, { policy, namespace }, say`The network policy ${policy} of ${namespace} is removed: its pods reach, and are reached by, whatever nothing else forbids.`)];
  const spec = change.properties.filter(({ path }) => path.startsWith("spec"));
  if (!isChanged(change) || change.operation === "create" || spec.length === 0) return [];
  return [danger("network-policy-changed", change, { policy, namespace, properties: spec.map(({ path }) => path) }, say`What the pods of ${namespace} reach changes: ${spec.map(({ path }) => path)} of the network policy ${policy}.`, { property: spec[0]!.path })];
}

export function quotaDangers(change: Change, all: AllChanges): Danger[] {
  if (!isGone(change) || namespaceGoes(change, all)) return [];
  const namespace = textAt(change.before, "metadata", "namespace") ?? "its namespace";
  return [danger("quota-removed", change, { namespace, quota: nameIn(change) }, say`Nothing limits what runs in ${namespace} any more: the ${words(change.resource.title)} ${nameIn(change)} is removed.`)];
}
