/** Names that the real provider makes up when the program gives none: the logical name and seven hexadecimal digits. */
import { createHash } from "node:crypto";
import type { ResourceInfo } from "../provider/kind";

/** Always the same for one URN: a later check finds the name that an earlier one gave. */
export function autoName(info: ResourceInfo, maximumLength: number): string {
  const suffix = `-${createHash("sha256").update(info.urn).digest("hex").slice(0, 7)}`;
  return `${info.name.slice(0, maximumLength - suffix.length)}${suffix}`;
}
