/** A short text that is equal for two previews of the same change. */
import { createHash } from "node:crypto";
import type { ComponentChanges } from "./model";

/** SHA-256, hex, of operations, resources and property changes. The order in which the engine planned them is no part of it. */
export function fingerprintOf(components: readonly ComponentChanges[]): string {
  const changes = components
    .flatMap(({ resources }) => resources.map(({ resource, operation, renamed, replacement, properties }) => JSON.stringify([resource.urn, operation, renamed?.from.urn ?? null, replacement?.causes ?? null, properties])))
    .sort();
  return createHash("sha256").update(changes.join("\n")).digest("hex");
}
