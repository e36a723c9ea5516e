/** Changes of a stack's config file as somebody would make them by hand, for what shows or tries a change. */
import type { Document } from "yaml";
import { NAMESPACE } from "./file";

/**
 * Sets what stands at a path, which begins with a key of the project without its namespace, or takes it out where the value is undefined. Things in
 * lists are found by their `name`.
 */
export function setInConfig(document: Document, [key = "", ...path]: readonly string[], value: unknown): void {
  const at = positions((document.toJS() as { readonly config: unknown }).config, [`${NAMESPACE}:${key}`, ...path]);
  if (value === undefined) document.deleteIn(["config", ...at]);
  else document.setIn(["config", ...at], document.createNode(value));
}

/** @throws Error for a thing in a list that is not there */
function positions(config: unknown, path: readonly string[]): (string | number)[] {
  let at = config;
  return path.map((step) => {
    const position = Array.isArray(at) ? at.findIndex((item: { readonly name?: string }) => item.name === step) : step;
    if (position === -1) throw new Error(`the stack's config has nothing called ${step}`);
    at = (at as Record<string | number, unknown> | undefined)?.[position];
    return position;
  });
}
