/** Dangers about who can be whom: roles, credentials, assignments, and what each of them may do. */
import { documentIn } from "../diff/canonical";
import { meaningOf } from "../diff/meanings";
import type { Danger } from "../model";
import type { Change } from "../resources/change";
import { physicalName } from "../resources/physical";
import { textAt, textsAt } from "../resources/values";
import { say, words, type Sentence } from "../statement";
import { markOf, type Value } from "../value";
import type { AllChanges } from "./all";
import { danger } from "./danger";
import { isGone, isReplaced } from "./ends";
import { widened, type Grant } from "./grants";

export const IAM_ROLE = "aws:iam/role:Role";
export const AZURE_IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";

export function roleDangers(change: Change): Danger[] {
  const role = physicalName(change.before ?? change.after, change.resource.name);
  if (isGone(change)) return [danger("identity-deleted", change, { identity: role }, say`The role ${role} is deleted: jobs that take it fail.`)];
  if (change.operation === "create") return [created(change, role, conditionValues(policyIn(change, "after", "assumeRolePolicy"), /:sub$/), notKnown(change, "assumeRolePolicy"))];
  if (notKnown(change, "assumeRolePolicy")) return [danger("role-trust-not-known", change, { role }, say`Who can take the role ${role} will only be known at the apply.`, { property: "assumeRolePolicy" })];
  return policyGrants(change, "assumeRolePolicy").map((grant) => danger("role-trust-widened", change, grantFacts({ role }, grant), say`Others can take the role ${role}: ${grantWords(grant)}.`, aboutGrant("assumeRolePolicy", grant)));
}

/** @param later true where only the apply will know who can take it */
function created(change: Change, identity: string, subjects: readonly string[], later: boolean): Danger {
  const by = later ? words(" Who can take it will only be known at the apply.") : subjects.length === 0 ? words("") : say` ${subjects} can take it.`;
  return danger("identity-created", change, { identity, subjects: [...subjects], later }, say`The ${words(change.resource.title)} ${identity} is new.${by}`);
}

/** Values of the conditions whose key matches, such as the `sub` claims that a trust policy names. */
function conditionValues(value: Value | undefined, key: RegExp): string[] {
  if (typeof value !== "object" || value === null || markOf(value) !== undefined) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, Value]) => (key.test(name) ? (typeof inner === "string" ? [inner] : textsAt({ inner }, "inner")) : conditionValues(inner, key)));
}

export function rolePolicyDangers(change: Change, all: AllChanges): Danger[] {
  const role = textAt(change.after ?? change.before, "role") ?? change.resource.name;
  // What a new role may do is part of its being new; a role that goes takes its permissions along.
  if (isGone(change) || (change.operation === "create" && roleComes(change, all))) return [];
  if (notKnown(change, "policy")) return [danger("permissions-not-known", change, { role }, say`What the role ${role} may do will only be known at the apply.`, { property: "policy" })];
  return policyGrants(change, "policy").map((grant) => danger("permissions-widened", change, grantFacts({ role }, grant), say`The role ${role} may do more: ${grantWords(grant)}.`, aboutGrant("policy", grant)));
}

/** The role's name is known before the role is, or it is the role's output and then unknown. */
function roleComes({ after }: Change, all: AllChanges): boolean {
  return markOf(after?.["role"]) === "unknown" || all.comes(IAM_ROLE, textAt(after, "role"), "name");
}

/** Policies of what is reached: buckets, registries. Types by the property that names the thing. */
export function resourcePolicyDangers(change: Change, named: string): Danger[] {
  const on = textAt(change.before ?? change.after, named) ?? change.resource.name;
  if (isGone(change)) return [danger("resource-policy-removed", change, { on }, say`The policy of ${on} is removed, with all that it forbids.`)];
  if (change.operation === "create") return [];
  if (notKnown(change, "policy")) return [danger("permissions-not-known", change, { on }, say`What the policy of ${on} allows will only be known at the apply.`, { property: "policy" })];
  return policyGrants(change, "policy").map((grant) => danger("resource-policy-widened", change, grantFacts({ on }, grant), say`More is allowed on ${on}: ${grantWords(grant)}.`, aboutGrant("policy", grant)));
}

function policyGrants(change: Change, property: string): Grant[] {
  return isGone(change) ? [] : widened(policyIn(change, "before", property), policyIn(change, "after", property));
}

function policyIn({ resource, before, after }: Change, side: "before" | "after", property: string): Value | undefined {
  const text = textAt(side === "before" ? before : after, property);
  return text === undefined ? undefined : documentIn(text, meaningOf(resource.type, [property]))?.value;
}

/** True for a policy that only the apply will know, and for a text that is no policy. */
function notKnown(change: Change, property: string): boolean {
  const after = change.after?.[property];
  return markOf(after) !== undefined || (after !== undefined && policyIn(change, "after", property) === undefined);
}

function grantWords({ what, added, unconditional, statement }: Grant): Sentence {
  if (what === "Deny") return say`${statement} no longer forbids ${added}`;
  if (what === "Statement") return say`${statement} on ${added}${words(unconditional ? ", without a condition" : "")}`;
  if (unconditional) return say`${what} no longer has to be ${added}`;
  return say`${added} as ${what}`;
}

function grantFacts<Facts>(facts: Facts, { what, added, unconditional, statement }: Grant): Facts & { what: string; added: string[]; unconditional: boolean; statement: string } {
  return { ...facts, what, added: [...added], unconditional, statement };
}

function aboutGrant(property: string, { what, added, statement }: Grant): { property: string; about: string } {
  return { property, about: [statement, what, ...added].join(" ") };
}

export function oidcProviderDangers(change: Change): Danger[] {
  if (change.operation === "create" || isGone(change)) return [];
  const had = textsAt(change.before, "clientIdLists");
  return textsAt(change.after, "clientIdLists")
    .filter((audience) => !had.includes(audience))
    .map((audience) => danger("audience-added", change, { audience }, say`Tokens for ${audience} are accepted as well.`, { property: "clientIdLists", about: audience }));
}

export function identityDangers(change: Change, all: AllChanges): Danger[] {
  const identity = physicalName(change.before ?? change.after, change.resource.name);
  if (isGone(change) || isReplaced(change)) return [danger("identity-deleted", change, { identity }, say`The managed identity ${identity} is deleted with its role assignments: jobs that log in as it fail.`)];
  if (change.operation !== "create") return [];
  const subjects = all.ofType(FEDERATED_CREDENTIAL).filter(({ after }) => textAt(after, "resourceName") === identity).flatMap(({ after }) => textAt(after, "subject") ?? []);
  return [created(change, identity, subjects, false)];
}

export const FEDERATED_CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential";

export function credentialDangers(change: Change, all: AllChanges): Danger[] {
  const { before, after } = change;
  const identity = textAt(after ?? before, "resourceName") ?? "an identity that only the apply will know";
  const subject = textAt(after, "subject") ?? "a subject that only the apply will know";
  if (isGone(change)) {
    return all.goes(AZURE_IDENTITY, identity, "resourceName") ? [] : [danger("access-removed", change, { identity, subject: textAt(before, "subject") ?? "" }, say`${textAt(before, "subject") ?? "Somebody"} can no longer log in as the identity ${identity}.`)];
  }
  if (change.operation === "create") {
    if (markOf(after?.["resourceName"]) === "unknown") return [danger("identity-created", change, { subject }, say`${subject} can log in as an identity that comes with it.`, { property: "subject" })];
    if (all.comes(AZURE_IDENTITY, identity, "resourceName")) return [];
    return [danger("federated-credential-added", change, { identity, subject, issuer: textAt(after, "issuer") ?? "" }, say`${subject} can log in as the identity ${identity}.`, { property: "subject" })];
  }
  const fields = ["subject", "issuer", "resourceName"].filter((name) => textAt(before, name) !== textAt(after, name));
  const audiences = textsAt(after, "audiences").filter((audience) => !textsAt(before, "audiences").includes(audience));
  return [
    ...fields.map((property) => danger("federated-credential-changed", change, { identity, property, before: textAt(before, property) ?? null, after: textAt(after, property) ?? null }, say`Who can log in as the identity ${identity} changes: its ${property} becomes ${textAt(after, property) ?? "known at the apply"} instead of ${textAt(before, property) ?? "none"}.`, { property })),
    ...audiences.map((audience) => danger("audience-added", change, { identity, audience }, say`The identity ${identity} accepts tokens for ${audience} as well.`, { property: "audiences", about: audience })),
  ];
}

export function roleAssignmentDangers(change: Change, all: AllChanges): Danger[] {
  const { before, after } = change;
  const describe = (fields: Change["before"]) => ({
    role: all.azureRole(textAt(fields, "roleDefinitionId") ?? LATER),
    scope: lastOf(textAt(fields, "scope") ?? LATER),
    principal: all.principal(textAt(fields, "principalId") ?? LATER),
  });
  const [was, becomes] = [describe(before), describe(after)];
  if (isGone(change)) return [danger("access-removed", change, was, say`${was.principal} loses the role ${was.role} on ${was.scope}.`)];
  if (change.operation === "create") return [assigned(change, becomes)];
  const changes: readonly (readonly [property: string, what: keyof typeof was])[] = [["roleDefinitionId", "role"], ["principalId", "principal"], ["scope", "scope"]];
  const known = changes.filter(([property]) => markOf(after?.[property]) !== "unknown" && textAt(before, property) !== textAt(after, property));
  const widenings = known.map(([property, what]) => danger("role-assignment-changed", change, { ...becomes, before: was[what], after: becomes[what], property }, say`The assignment of ${becomes.role} to ${becomes.principal} changes: its ${words(what)} becomes ${becomes[what]} instead of ${was[what]}.`, { property }));
  const condition = textAt(before, "condition") !== undefined && textAt(before, "condition") !== textAt(after, "condition");
  return [
    ...widenings,
    ...(condition ? [danger("role-assignment-changed", change, { property: "condition", ...becomes }, say`The condition under which ${becomes.principal} has the role ${becomes.role} on ${becomes.scope} changes.`, { property: "condition" })] : []),
    ...(isReplaced(change) ? [danger("access-removed", change, { ...was, replaced: true }, say`The role ${was.role} of ${was.principal} on ${was.scope} is missing between the deletion of the old assignment and the creation of the new one.`, { about: "between" })] : []),
  ];
}

/** Stands for what is an output of something that comes too. */
const LATER = "known at the apply";

/** Where only the apply will know who gets the role, it is somebody who comes with it. */
function assigned(change: Change, facts: { readonly role: string; readonly scope: string; readonly principal: string }): Danger {
  const { role, scope, principal } = facts;
  const why = textAt(change.after, "description") ?? change.resource.name;
  const on = scope === LATER ? words("") : say` on ${scope}`;
  if (principal === LATER) return danger("identity-created", change, { ...facts, why }, say`An identity that comes with it gets the role ${role}${on}: ${why}.`);
  return danger("role-assigned", change, { ...facts, why }, say`${principal} gets the role ${role}${on}: ${why}.`);
}

/** The last thing that a resource id names, such as `registries/aidynamoci`: what is before it is the subscription's and the group's. */
function lastOf(id: string): string {
  return id.split("/").slice(-2).join("/");
}
