/**
 * Texts that hold structure: policies are JSON, workflow files YAML, tasks YAML in base64. Opened, a finding can say where it is
 * inside.
 */
import { createHash } from "node:crypto";
import { parseYaml } from "../kit/yaml";
import { isProps } from "../kit/values";

const BASE64 = /^(?:[A-Za-z0-9+/]{4}){8,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const STRUCTURE = /^\s*[[{]/;
const YAML_FILE = /\.ya?ml$/;

/**
 * What a text says, where it says something with structure; the text itself otherwise. @param name of the property or of the file
 * that holds it
 */
export function opened(text: string, name: string): unknown {
  if (BASE64.test(text)) {
    const decoded = Buffer.from(text, "base64").toString("utf8");
    return decoded.includes("\uFFFD") ? text : (structure(decoded, true) ?? text);
  }
  return structure(text, YAML_FILE.test(name)) ?? text;
}

function structure(text: string, isYaml: boolean): object | undefined {
  if (!isYaml && !STRUCTURE.test(text)) return undefined;
  // A template such as `{machine}` would be a mapping to YAML.
  const value = isYaml ? parseYaml(text) : json(text);
  return typeof value === "object" && value !== null ? value : undefined;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Hexadecimal SHA-256 of a text in UTF-8. */
export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** A value as one text, whatever the order of its keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isProps(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}
