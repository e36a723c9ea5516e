/** One text for all values that mean the same at a place. */
import { isFields, isList, markOf, type Value } from "../value";
import { parseFound, parseMeant, type Parsed } from "./documents";
import { meaningOf, type Meaning } from "./meanings";
import { element, field, place, type Place } from "./paths";

/** The value with sets sorted, documents read, keys in order and noise left out. */
export function canonical(value: Value, at: Place): string {
  const meaning = meaningOf(at.owner, at.steps);
  if (markOf(value) !== undefined) return JSON.stringify(value);
  if (meaning?.kind === "set") return `{${elementsOf(value).map((each) => canonical(each, element(at, 0))).sort().join(",")}}`;
  if (typeof value === "string") return canonicalText(value, meaning);
  if (isList(value)) return `[${value.map((each) => canonical(each, element(at, 0))).join(",")}]`;
  if (isFields(value)) return canonicalFields(value, at);
  return JSON.stringify(value);
}

/** Elements of a set: a single one may be written without a list. */
export function elementsOf(value: Value): readonly Value[] {
  return isList(value) ? value : [value];
}

/** The document in a text, by what is known of it or by its form. */
export function documentIn(text: string, meaning: Meaning | undefined): Parsed | undefined {
  if (meaning?.kind === "document") return parseMeant(text, meaning);
  return meaning === undefined ? parseFound(text) : undefined;
}

function canonicalText(text: string, meaning: Meaning | undefined): string {
  const parsed = documentIn(text, meaning);
  return parsed === undefined ? JSON.stringify(text) : `${parsed.language}:${canonical(parsed.value, place(parsed.schema))}`;
}

function canonicalFields(value: { readonly [key: string]: Value }, at: Place): string {
  const entries = Object.keys(value)
    .sort()
    .filter((key) => meaningOf(at.owner, [...at.steps, key])?.kind !== "noise")
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key]!, field(at, key))}`);
  return `(${entries.join(",")})`;
}
