/** YAML texts among the properties of resources. Each is read once: a dozen rules look at the same files. */
import { parse } from "yaml";

const values = new Map<string, unknown>();

/** What the text says; undefined when it is no YAML. */
export function parseYaml(text: string): unknown {
  if (!values.has(text)) values.set(text, tryParse(text));
  return values.get(text);
}

function tryParse(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
