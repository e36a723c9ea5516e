/** UUIDs derived from names, for APIs that want a GUID where this project wants a name. */
import { createHash } from "node:crypto";

/** Namespace of this project's UUIDs: any fixed UUID does, and changing it renames everything that is derived from it. */
const NAMESPACE = "6b1f5c53-2d5e-4f3e-9c0a-1f8f5b3f0c11";

/** Version 5 UUID of a name (RFC 9562, section 5.5): the same name always gives the same UUID. */
export function uuidOf(name: string): string {
  const bytes = createHash("sha1").update(Buffer.from(NAMESPACE.replaceAll("-", ""), "hex")).update(name, "utf8").digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
