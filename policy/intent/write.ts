/**
 * Writes a manifest from the resources that a stack's program registers: what is made from outputs of other resources becomes a
 * reference to them.
 */
import { isProps, show } from "../kit/values";
import type { SubjectOptions } from "../kit/rule";
import type { Resource } from "../resources/resource";
import { HOST, TOKEN, tokenOf } from "../resources/tokens";
import {
  DERIVED,
  keyOf,
  LONGEST_TEXT,
  PROVIDER,
  reference,
  SECRET,
  shortKey,
  STACK_TYPE,
  type Intended,
  type IntendedResource,
  type Manifest,
} from "./manifest";
import { directivesIn } from "./directives";
import { opened, sha256 } from "./open";
import { ownAliases } from "./options";

/** Two runs of one program, whose outputs are tokens of two salts. */
export interface Recording {
  readonly salt: string;
  readonly resources: readonly Resource[];
}

/**
 * The manifest of a stack.
 * @param isSecret tells whether a text is the value of a secret
 * @throws Error when the two recordings do not hold the same resources
 */
export function manifestFrom(
  of: Omit<Manifest, "resources" | "providers">,
  first: Recording,
  second: Recording,
  isSecret: (text: string) => boolean,
): Manifest {
  const outputs = [first, second].map(({ salt, resources }) => referencesOf(salt, resources));
  const others = new Map(second.resources.map((resource) => [keyOf(resource), resource]));
  const entries = first.resources.map((resource): [string, IntendedResource] => {
    const key = keyOf(resource);
    const other = others.get(key);
    if (other === undefined) throw new Error(`the program registered ${key} in one of two runs only`);
    return [
      key,
      {
        protect: resource.protect,
        props: propsOf(resource, other, outputs[0]!, outputs[1]!, isSecret),
        from: sourcesOf(resource),
        ...directivesOf(resource),
        ...optionsOf(resource),
      },
    ];
  });
  const sorted = [...entries].sort(([a], [b]) => Number(a > b) - Number(a < b));
  const isProvider = ([key]: readonly [string, IntendedResource]): boolean => key.startsWith(PROVIDER);
  const providers = sorted.filter(isProvider);
  const stack = sorted.find(([key]) => key.startsWith(`${STACK_TYPE} `));
  return {
    ...of,
    resources: Object.fromEntries(sorted.filter((entry) => !isProvider(entry) && entry !== stack)),
    ...(stack === undefined ? {} : { outputs: stack[1].props }),
    ...(providers.length === 0 ? {} : { providers: Object.fromEntries(providers) }),
  };
}

function directivesOf({ props }: Resource): Pick<IntendedResource, "directives"> {
  const directives = typeof props["content"] === "string" ? directivesIn(props["content"]) : [];
  return directives.length === 0 ? {} : { directives };
}

/** Options that are no defaults. */
function optionsOf({ type, name, options = {} }: Resource): Pick<IntendedResource, "options"> {
  const {
    parent,
    provider,
    deletedWith,
    ignoreChanges = [],
    aliases = [],
    additionalSecretOutputs = [],
    customTimeouts,
    deleteBeforeReplace,
    retainOnDelete,
  } = options;
  const isOwn = ownAliases(type, name);
  const others = [...new Set(aliases.map(shortKey))].filter((key) => !isOwn(key));
  const told: SubjectOptions = {
    ...(parent === undefined ? {} : { parent: shortKey(parent) }),
    ...(provider === undefined ? {} : { provider: shortKey(provider) }),
    ...(deletedWith === undefined ? {} : { deletedWith: shortKey(deletedWith) }),
    ...(ignoreChanges.length === 0 ? {} : { ignoreChanges: [...ignoreChanges].sort() }),
    ...(others.length === 0 ? {} : { aliases: others.sort() }),
    ...(additionalSecretOutputs.length === 0 ? {} : { additionalSecretOutputs: [...additionalSecretOutputs].sort() }),
    ...(customTimeouts !== undefined && Object.values(customTimeouts).some((seconds) => seconds > 0) ? { customTimeouts } : {}),
    ...(deleteBeforeReplace === true ? { deleteBeforeReplace } : {}),
    ...(retainOnDelete === true ? { retainOnDelete } : {}),
  };
  return Object.keys(told).length === 0 ? {} : { options: told };
}

type References = ReadonlyMap<string, string>;

function referencesOf(salt: string, resources: readonly Resource[]): References {
  const entries = resources.flatMap(({ type, name, outputs = {} }) =>
    pathsOf(outputs)
      .flatMap((path) => [path, `${path}${HOST}`])
      .map((path) => [tokenOf(salt, type, name, path), reference(type, name, path)] as const),
  );
  return new Map(entries);
}

function pathsOf(value: object, prefix = ""): string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    isProps(inner) ? pathsOf(inner, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

function propsOf(
  resource: Resource,
  other: Resource,
  own: References,
  its: References,
  isSecret: (text: string) => boolean,
): IntendedResource["props"] {
  const name = String(resource.props["file"] ?? "");
  return Object.fromEntries(
    Object.entries(resource.props).map(([key, value]) => [
      key,
      intended(value, other.props[key], key === "content" ? name : key, own, its, isSecret),
    ]),
  );
}

function intended(
  value: unknown,
  other: unknown,
  name: string,
  own: References,
  its: References,
  isSecret: (text: string) => boolean,
): Intended {
  if (typeof value === "string" && typeof other === "string") return textOf(value, other, name, own, its, isSecret);
  if (Array.isArray(value))
    return value.map((item, index) =>
      intended(item, Array.isArray(other) ? (other as unknown[])[index] : undefined, name, own, its, isSecret),
    );
  if (isProps(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, intended(inner, isProps(other) ? other[key] : undefined, key, own, its, isSecret)]),
    );
  if (JSON.stringify(value) !== JSON.stringify(other)) return DERIVED;
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "string") return value;
  throw new Error(`a property ${name} is ${show(value)}, which no manifest can hold`);
}

function textOf(
  value: string,
  other: string,
  name: string,
  own: References,
  its: References,
  isSecret: (text: string) => boolean,
): Intended {
  if (isSecret(value)) return SECRET;
  const inside = opened(value, name);
  if (typeof inside === "object" && inside !== null) return intended(inside, opened(other, name), name, own, its, isSecret);
  const referring = withReferences(value, own);
  if (referring !== withReferences(other, its)) return DERIVED;
  return referring.length > LONGEST_TEXT && referring === value ? { $sha256: sha256(value) } : referring;
}

function withReferences(text: string, references: References): string {
  return text.replaceAll(TOKEN, (token) => references.get(token) ?? token);
}

function sourcesOf({ sources }: Resource): IntendedResource["from"] {
  const named = Object.entries(sources).map(([property, urns]) => [property, [...new Set(urns.map(shortKey))].sort()] as const);
  return Object.fromEntries(named.filter(([, keys]) => keys.length > 0));
}
