/** Names for resources whose program gives none, in the manner of the real providers: logical name, dash, seven hex digits. */
import { randomBytes } from "node:crypto";
import type { ResourceInfo } from "./kind";

/**
 * The name in state where there is one, else a new one that no earlier resource has had, so that a replacement can exist beside what
 * it replaces. `maxLength` shortens the logical name, never the digits.
 */
export function autoName(info: ResourceInfo, property: string, maxLength = 64): string {
  const kept = info.oldInputs?.[property];
  if (typeof kept === "string") return kept;
  const suffix = `-${randomBytes(4).toString("hex").slice(0, 7)}`;
  return info.name.slice(0, maxLength - suffix.length) + suffix;
}
