/** JSON policy documents: written in one form, and compared by meaning, as the real provider does. */
import { isRecord } from "./validate/finding";

/** A policy input, text or object, as JSON text with sorted keys; text that is not JSON stays as it is, for the check to refuse. */
export function normalizeDocument(input: string | object): string {
  if (typeof input !== "string") return JSON.stringify(sorted(input));
  try {
    return JSON.stringify(sorted(JSON.parse(input)));
  } catch (error) {
    if (error instanceof SyntaxError) return input;
    throw error;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/**
 * Whether two policies say the same: a single value equals a list of it, and lists are sets. The order of statements and of a lifecycle
 * policy's rules means nothing either.
 */
export function sameDocument(a: string, b: string): boolean {
  return canonical(a) === canonical(b);
}

function canonical(text: string): string {
  try {
    return JSON.stringify(asSets(JSON.parse(text)));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function asSets(value: unknown): unknown {
  if (Array.isArray(value)) {
    const entries = [...new Map(value.map((entry) => [JSON.stringify(asSets(entry)), asSets(entry)] as const))].sort(([a], [b]) =>
      a < b ? -1 : 1,
    );
    return entries.length === 1 ? entries[0]?.[1] : entries.map(([, entry]) => entry);
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, asSets(value[key])]),
  );
}

/** What refresh reports for a policy: the known text while the cloud's says the same, else the cloud's own. */
export function documentAsRead(known: string | undefined, found: string): string {
  return known !== undefined && sameDocument(known, found) ? known : normalizeDocument(found);
}
