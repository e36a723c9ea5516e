/**
 * Objects of GitHub have many required properties to which the sandbox gives no meaning: URLs of other endpoints, counters of stars and forks,
 * switches of features. They are completed from GitHub's own description: URLs from the description's examples with owner and repository put in,
 * counters as zero, switches as off, what may be null as null. What the sandbox does give meaning to is always passed in.
 */
import type { OpenApi } from "./openapi";

type Node = Record<string, unknown>;

export interface Place {
  /** Base URL of the server. */
  readonly url: string;
  readonly owner?: string;
  readonly repository?: string;
}

/** `known` with the properties that the component requires and `known` lacks. */
export function complete(openApi: OpenApi, component: string, known: Readonly<Node>, place: Place): Node {
  return completeNode(openApi, openApi.schema(component), known, place);
}

function completeNode(openApi: OpenApi, schema: Node, known: Readonly<Node>, place: Place): Node {
  const result: Node = { ...known };
  const properties = (schema.properties ?? {}) as Record<string, Node>;
  for (const name of (schema.required ?? []) as string[]) {
    if (!(name in result)) result[name] = plain(openApi, openApi.resolve(properties[name] ?? {}), place);
  }
  return result;
}

function plain(openApi: OpenApi, schema: Node, place: Place): unknown {
  const types = Array.isArray(schema.type) ? (schema.type as string[]) : [schema.type as string | undefined];
  if (types.includes("null")) return null;
  if (Array.isArray(schema.anyOf) || Array.isArray(schema.oneOf)) {
    const choices = (schema.anyOf ?? schema.oneOf) as Node[];
    return choices.some((choice) => choice.type === "null") ? null : plain(openApi, openApi.resolve(choices[0]!), place);
  }
  switch (types[0]) {
    case "boolean":
      return false;
    case "integer":
    case "number":
      return 0;
    case "array":
      return [];
    case "object":
      return completeNode(openApi, schema, {}, place);
    default:
      return Array.isArray(schema.enum) ? schema.enum[0] : urlLike(String(schema.example ?? ""), schema, place);
  }
}

/** An example URL of the description, about `octocat/Hello-World`, made one about the repository or account at hand. */
function urlLike(example: string, schema: Node, place: Place): string {
  const url = schema.format === "uri" || example.includes("://") || example.startsWith("git@") || example.startsWith("git:");
  if (!url) return "";
  // An app's account has brackets in its name: users/applier%5Bbot%5D.
  const owner = encodeURIComponent(place.owner ?? "octocat");
  const base = example === "" ? place.url : example.replace(/^https?:\/\/(api\.)?github\.com/, place.url);
  return base
    .replace("octocat/Hello-World", `${owner}/${place.repository ?? "Hello-World"}`)
    .replace(/octocat(?![A-Za-z/-]*Hello)/g, owner);
}
