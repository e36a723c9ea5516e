/** Names that are made from others. */
import { createHash } from "node:crypto";
import { SYSTEM_POOL } from "../infrastructure";

/** AKS takes 12 lower case letters and digits, a letter first (Azure's API, agentPools). */
const LONGEST = 12;
const HASH = 6;
/** A radix whose digits are the letters and digits that AKS takes. */
const RADIX = 36;

/**
 * The name of a runner class's own pool: the id where AKS takes that as it is, else its first letters with a hash of it. It depends on nothing but the id,
 * so a pool keeps its name, and two ids do not share one. It sorts after the system pool's, which has to be the first of a cluster.
 */
export function poolNameOf(id: string): string {
  if (/^[a-z][a-z0-9]{0,11}$/.test(id) && id > SYSTEM_POOL) return id;
  const letters = id.toLowerCase().replace(/[^a-z0-9]/g, "").replace(/^[0-9]+/, "");
  const digits = BigInt(`0x${createHash("sha256").update(id).digest("hex")}`).toString(RADIX).slice(-HASH);
  const named = (start: string): string => `${start.slice(0, LONGEST - HASH)}${digits}`;
  return letters !== "" && named(letters) > SYSTEM_POOL ? named(letters) : named(`p${letters}`);
}
