/** Properties that cannot change once a resource is there. */
import { ArmError } from "./errors";
import { at, same, type Json } from "./values";

/** Fails as AKS does (400 PropertyChangeNotAllowed) when the body says something else than what is there. Saying nothing changes nothing. */
export function refuseChanges(immutable: readonly string[], before: Json, body: Json): void {
  for (const path of immutable) {
    const wanted = at(body, path);
    if (wanted === undefined || same(wanted, at(before, path))) continue;
    throw new ArmError(400, "PropertyChangeNotAllowed", `Changing property '${path}' is not allowed.`, path);
  }
}

/** The body with the immutable properties that it leaves out taken from what is there. */
export function keepImmutable(immutable: readonly string[], before: Json, body: Json): Json {
  return immutable.reduce((kept, path) => (at(kept, path) === undefined ? withPath(kept, path.split("."), at(before, path)) : kept), body);
}

function withPath(value: Json, [key = "", ...rest]: readonly string[], leaf: unknown): Json {
  if (leaf === undefined) return value;
  const inner = value[key];
  if (rest.length === 0) return { ...value, [key]: leaf };
  return { ...value, [key]: withPath(typeof inner === "object" && inner !== null ? (inner as Json) : {}, rest, leaf) };
}
