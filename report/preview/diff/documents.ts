/** Texts that are documents: read as structure, so that layout and the order of keys mean nothing. */
import { isNode, parseDocument, visit } from "yaml";
import type { Value } from "../value";
import { valueOf } from "../read/values";
import type { DocumentMeaning } from "./meanings";

/** What a text holds. */
export interface Parsed {
  readonly language: "json" | "yaml";
  readonly schema: string;
  readonly value: Value;
}

/** Schema of a document of which nothing is known. */
const ANY_SCHEMA = "data";

/** Longest text that is read as a structure, in characters: what is longer is a program or data, and its lines say more. */
const LONGEST = 1_000_000;

/** The document that a text is, by what the property means; undefined when it is none, or no longer one. */
export function parseMeant(text: string, { language, schema, encoding }: DocumentMeaning): Parsed | undefined {
  const plain = encoding === "base64" ? Buffer.from(text, "base64").toString("utf8") : text;
  const value = language === "json" ? json(plain) : (json(plain) ?? yaml(plain));
  return value === undefined ? undefined : { language: language === "yaml" && json(plain) !== undefined ? "json" : language, schema, value };
}

/** The JSON object or list that a text is, where nothing says that it should be one; undefined for any other text. */
export function parseFound(text: string): Parsed | undefined {
  const value = /^\s*[{[]/.test(text) ? json(text) : undefined;
  return value === undefined ? undefined : { language: "json", schema: ANY_SCHEMA, value };
}

/** The structure of a file's content, by the file's name; undefined for files that have none. */
export function parseFile(file: string, content: string): Parsed | undefined {
  if (/\.json$/.test(file)) return withSchema("json", ANY_SCHEMA, json(content));
  if (/\.ya?ml$/.test(file)) return withSchema("yaml", file.startsWith(".github/workflows/") ? "workflow" : ANY_SCHEMA, yaml(content));
  return undefined;
}

/** Reads at most so many YAML files as structure: where more change at once, nobody reads beyond their lines, and reading takes long. */
export function fewFiles(most: number): (file: string, content: string) => Parsed | undefined {
  let left = most;
  return (file, content) => {
    if (/\.json$/.test(file)) return parseFile(file, content);
    left -= 1;
    return left < 0 ? undefined : parseFile(file, content);
  };
}

function withSchema(language: "json" | "yaml", schema: string, value: Value | undefined): Parsed | undefined {
  return value === undefined ? undefined : { language, schema, value };
}

function json(text: string): Value | undefined {
  if (text.length > LONGEST) return undefined;
  try {
    return structure(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A number that is not written as it would be printed, such as the version `1.10`, stays a text: as a number it would equal another one. */
function yaml(text: string): Value | undefined {
  if (text.length > LONGEST) return undefined;
  const document = parseDocument(text, { schema: "core", uniqueKeys: false, prettyErrors: false });
  if (document.errors.length > 0 || !isNode(document.contents)) return undefined;
  let aliases = 0;
  visit(document, {
    Alias: () => void (aliases += 1),
    Scalar: (_, node) => {
      if (typeof node.value === "number" && node.source !== undefined && node.source !== String(node.value)) node.value = node.source;
    },
  });
  // Aliases can make a small text a huge structure.
  return aliases > 0 ? undefined : structure(document.toJS());
}

/** Only objects and lists: a single number or word is a text. */
function structure(parsed: unknown): Value | undefined {
  return typeof parsed === "object" && parsed !== null ? valueOf(parsed) : undefined;
}
