/** From the engine's form of a value to one that a report may show. */
import { escapedKey, HIDDEN, UNKNOWN, type Value } from "../value";
import type { Fields } from "./preview";
import { SECRET_TEXT, SIGNATURE_KEY, SIGNATURES, UNKNOWN_TEXTS } from "./signatures";

type Plain = Readonly<Record<string, unknown>>;

/** The value with marks in the place of secrets and unknowns. What JSON cannot hold does not occur: the engine wrote JSON. */
export function valueOf(raw: unknown): Value {
  if (typeof raw === "string") return textValue(raw);
  if (raw === null || raw === undefined) return null;
  if (typeof raw === "number" || typeof raw === "boolean") return raw;
  if (Array.isArray(raw)) return raw.map(valueOf);
  return objectValue(raw as Plain);
}

/** Properties of a resource; none for a missing side. */
export function fieldsOf(raw: unknown): Fields {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return {};
  return plainFields(raw as Plain);
}

function textValue(text: string): Value {
  if (text === SECRET_TEXT) return HIDDEN;
  return UNKNOWN_TEXTS.has(text) ? UNKNOWN : text;
}

function objectValue(raw: Plain): Value {
  const signature = raw[SIGNATURE_KEY];
  if (signature === undefined) return plainFields(raw);
  switch (SIGNATURES[String(signature)]) {
    case "asset":
    case "archive":
      // The hash stands for the content: it differs when the content does.
      return { hash: valueOf(raw["hash"]) };
    case "resource":
      return valueOf(raw["urn"]);
    case "output":
      if (raw["secret"] === true) return HIDDEN;
      return "value" in raw ? valueOf(raw["value"]) : UNKNOWN;
    default:
      // A secret, or what is marked in a way that is not known.
      return HIDDEN;
  }
}

function plainFields(raw: Plain): Fields {
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [escapedKey(key), valueOf(value)]));
}
