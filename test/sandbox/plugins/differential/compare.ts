/** What two answers differ in, by the path of each difference. What no two servers have alike is left out. */
import { isDeepStrictEqual } from "node:util";

/** Hashes of commits, times and what is sealed with a key of one server. */
const OWN: readonly (readonly [RegExp, string])[] = [
  [/^[0-9a-f]{40}$/, "a commit"],
  [/^http:\/\/127\.0\.0\.1:\d+(?=\/)/, "a server"],
  [/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d.*(Z|UTC)$/, "a time"],
];
const SEALED: ReadonlySet<string> = new Set(["encrypted_value", "key_id", "keyId", "etag"]);

/** Paths, with list positions left out: `rules.requiredStatusChecks.requiredChecks.context`. */
export function differences(ours: unknown, real: unknown, at = ""): readonly string[] {
  const [a, b] = [settled(ours), settled(real)];
  if (isDeepStrictEqual(a, b)) return [];
  if (isObject(a) && isObject(b)) return unique([...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => differences(a[key], b[key], at === "" ? key : `${at}.${key}`)));
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) return unique(a.flatMap((item, index) => differences(item, b[index], at)));
  return [at];
}

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].sort();
}

/** A member without a value is as good as none. */
function settled(value: unknown): unknown {
  if (typeof value === "string") return OWN.reduce((text, [pattern, word]) => text.replace(pattern, word), value);
  if (Array.isArray(value)) return inOrder(value.map(settled));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, member]) => (member === undefined || member === null ? [] : [[key, SEALED.has(key) && typeof member === "string" ? "sealed" : settled(member)]])));
}

/** Rules and required checks have no order. */
function inOrder(items: readonly unknown[]): readonly unknown[] {
  const key = ["type", "context"].find((name) => items.every((item) => isObject(item) && typeof item[name] === "string"));
  const word = (item: unknown): string => (isObject(item) && key !== undefined ? String(item[key]) : "");
  return key === undefined ? items : [...items].sort((a, b) => word(a).localeCompare(word(b)));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
