/** Dangers about secrets: names and places, never values. */
import type { Danger, HiddenChange, PropertyChange } from "../model";
import type { Change } from "../resources/change";
import { textAt } from "../resources/values";
import { say, words, type Sentence } from "../statement";
import type { DangerKind } from "./catalogue";
import { danger } from "./danger";
import { isReplaced } from "./ends";

/** Types whose whole purpose is to hold a secret. */
export const secretHolders: ReadonlySet<string> = new Set([
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
  "github:index/actionsSecret:ActionsSecret",
  "github:index/dependabotSecret:DependabotSecret",
  "kubernetes:core/v1:Secret",
]);

export function secretDangers(change: Change): Danger[] {
  return [...(secretHolders.has(change.resource.type) ? holderDangers(change) : propertyDangers(change)), ...secrecyDangers(change)];
}

function holderDangers(change: Change): Danger[] {
  const { operation, before, after } = change;
  const place = placeOf(change);
  if (operation === "create") return [danger("secret-added", change, place.facts, say`The secret ${place.name} is added${place.where(after)}.`)];
  if (operation === "delete") return [danger("secret-removed", change, place.facts, say`The secret ${place.name} is removed${place.where(before)}: what reads it finds nothing.`)];
  if (isReplaced(change)) {
    const to = placeOf(change, after);
    return [danger("secret-moved", change, { ...place.facts, to: { ...to.facts } }, say`The secret ${place.name} goes${place.where(before)} and ${to.name} comes${place.where(after)}.`)];
  }
  const rotated = change.properties.some(({ kind }) => kind === "hidden");
  return rotated ? [danger("secret-rotated", change, place.facts, say`The secret ${place.name} gets another value${place.where(after)}; jobs that run now may still hold the old one.`)] : [];
}

/** Secrets among the properties of anything else, such as a provider's credentials. */
function propertyDangers(change: Change): Danger[] {
  if (change.operation === "create") return [];
  return hiddenIn(change.properties)
    .filter(({ change: how }) => how === "changed" || how === "added" || how === "removed")
    .map(({ path, change: how }) => {
      const happens = { changed: "changes", added: "is added", removed: "is removed" }[how as "changed" | "added" | "removed"];
      return danger("secret-property-changed", change, { property: path, change: how }, say`The secret property ${path} of the ${words(change.resource.title)} ${change.resource.name} ${words(happens)}.`, { property: path });
    });
}

function secrecyDangers(change: Change): Danger[] {
  return hiddenIn(change.properties).flatMap(({ path, change: how }): Danger[] => {
    if (how !== "exposed" && how !== "sealed") return [];
    const kind: DangerKind = how === "exposed" ? "secret-exposed" : "secret-sealed";
    const happens: Sentence = how === "exposed" ? words("is no longer kept secret: it will stand in the clear in the state") : words("becomes a secret; its former value stands in the clear in earlier states, so it should be another one");
    return [danger(kind, change, { property: path }, say`The property ${path} of the ${words(change.resource.title)} ${change.resource.name} ${happens}.`, { property: path })];
  });
}

/** Hidden changes, also those inside sets and documents. */
function hiddenIn(properties: readonly PropertyChange[]): HiddenChange[] {
  return properties.flatMap((property): HiddenChange[] => {
    switch (property.kind) {
      case "hidden":
        return [property];
      case "set":
        return hiddenIn(property.changed);
      case "document":
        return hiddenIn(property.changes);
      case "text":
      case "value":
        return [];
    }
  });
}

interface Place {
  readonly name: string;
  readonly facts: { readonly secret: string; readonly environment?: string; readonly namespace?: string };
  /** Such as ` in environment main-images`. */
  readonly where: (fields: Change["before"]) => Sentence;
}

function placeOf(change: Change, fields: Change["before"] = change.before ?? change.after): Place {
  const name = textAt(fields, "secretName") ?? textAt(fields, "metadata", "name") ?? change.resource.name;
  const environment = textAt(fields, "environment");
  const namespace = textAt(fields, "metadata", "namespace");
  return { name, facts: { secret: name, ...(environment === undefined ? {} : { environment }), ...(namespace === undefined ? {} : { namespace }) }, where: whereOf };
}

function whereOf(fields: Change["before"]): Sentence {
  const environment = textAt(fields, "environment");
  if (environment !== undefined) return say` in environment ${environment}`;
  const namespace = textAt(fields, "metadata", "namespace");
  return namespace === undefined ? words("") : say` in namespace ${namespace}`;
}
