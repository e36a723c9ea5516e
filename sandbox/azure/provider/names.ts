/** Names that the program leaves out, as azure-native makes them. */
import { createHash, randomBytes } from "node:crypto";
import type { ResourceInfo } from "../../provider/kind";

/**
 * Random: the logical name and eight hex digits, for resources of a group. Copy: the logical name as it is, for resources within another.
 * Uuid: a GUID, for role assignments.
 */
export type Naming = "random" | "copy" | "uuid";

/** The name in state where there is one; else a new one, the same for one urn and seed. */
export function nameFor(naming: Naming, input: string, info: ResourceInfo): string {
  const kept = info.oldInputs?.[input];
  if (typeof kept === "string") return kept;
  if (naming === "copy") return info.name;
  const digits = createHash("sha256").update(`${info.urn}\n${info.seed ?? randomBytes(16).toString("hex")}`).digest("hex");
  if (naming === "random") return `${info.name}${digits.slice(0, 8)}`;
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20, 32)].join("-");
}
