/**
 * The manifest of what a stack is meant to be: every resource with every property, as the stack's config makes it. It is written by
 * `make generate`, committed
 * beside the config, and reviewed in the same pull request; the pack holds resources to it and knows no model.
 */
import type { PolicyConfigSchema } from "@pulumi/policy";
import type { SubjectOptions } from "../kit/rule";
import { isProps } from "../kit/values";

/** A value of the manifest: JSON, in which texts may hold references, and objects of one `$` key stand for what JSON does not say. */
export type Intended = null | boolean | number | string | readonly Intended[] | { readonly [key: string]: Intended };

/** One resource. Its key in the manifest is `TYPE NAME`. */
export interface IntendedResource {
  readonly protect: boolean;
  /** Properties; JSON, YAML and base64 in texts are opened. */
  readonly props: Readonly<Record<string, Intended>>;
  /** `TYPE NAME` of the resources from whose outputs a property is made, by property. */
  readonly from: Readonly<Record<string, readonly string[]>>;
  /** Comments of its text that tell a linter to look away; none where it is left out. */
  readonly directives?: readonly string[];
  /** What is not a default; a parent, a provider, an alias and the like are told as `TYPE NAME`. */
  readonly options?: SubjectOptions;
}

export interface Manifest {
  /** Project whose stack this is: a URN names it. */
  readonly project: string;
  readonly stack: string;
  /** Digest of the config that it was made from: another config has another manifest. */
  readonly config: string;
  /** Azure's, which ids of its resources begin with. */
  readonly subscription?: string;
  readonly resources: Readonly<Record<string, IntendedResource>>;
  /** What the stack tells others, by name. */
  readonly outputs?: Readonly<Record<string, Intended>>;
  /** The providers by which they are made, by `TYPE NAME`. */
  readonly providers?: Readonly<Record<string, IntendedResource>>;
}

/** Value of a secret: only that it is one is known. */
export const SECRET = { $secret: true } as const;
/** A value that is computed from outputs of other resources, such as a hash of one. */
export const DERIVED = { $derived: true } as const;

/** Longest text that stands in the manifest as it is, in characters. A longer one stands as its hash. */
export const LONGEST_TEXT = 160;

/** Whether a value of a manifest stands for a secret, of which it holds no content. */
export function isSecret(value: unknown): boolean {
  return isProps(value) && value["$secret"] === true;
}

/** Whether a manifest says only that a value is computed from outputs. */
export function isDerived(value: unknown): boolean {
  return isProps(value) && value["$derived"] === true;
}

/** SHA-256 of a long text, hexadecimal; undefined for every other value. */
export function hashOf(value: unknown): string | undefined {
  return isProps(value) && typeof value["$sha256"] === "string" ? value["$sha256"] : undefined;
}

/** A reference to an output of a resource, such as `⟦aws:iam/role:Role ci arn⟧`, in a text. */
export const REFERENCE = /⟦(\S+) (.+?) (\S+)⟧/g;

/** A reference to an output of a resource, as it stands in a text. */
export function reference(type: string, name: string, output: string): string {
  return `⟦${type} ${name} ${output}⟧`;
}

/** Types of the providers of a stack begin with it. */
export const PROVIDER = "pulumi:providers:";

/** Type of the stack itself. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

/** Under which key a manifest has a resource: its type and its name. */
export function keyOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type} ${name}`;
}

/** The part of the rule's config that is the manifest. Empty: the stack has none. */
export const manifestConfig: Readonly<
  Record<string, PolicyConfigSchema["properties"][string] & { readonly default: unknown; readonly description: string }>
> = {
  manifest: {
    // A text, as that is a single value to the engine, which checks and sends each value by itself otherwise.
    type: "string",
    default: "",
    description: "What the stack is meant to be: the text of the file that make generate writes, with every resource and its properties",
  },
};

/** The text that was read last, and what it says: a run asks for it many times. */
let lastRead: { readonly text: string; readonly manifest: unknown } | undefined;

/**
 * The manifest of a config, as its text or as what the text says; undefined where there is none.
 * @throws SyntaxError for a text that is no JSON
 */
export function manifestOf(value: unknown): Manifest | undefined {
  if (value === "") return undefined;
  if (typeof value === "string" && lastRead?.text !== value) lastRead = { text: value, manifest: JSON.parse(value) };
  const manifest = typeof value === "string" ? lastRead!.manifest : value;
  return isProps(manifest) && isProps(manifest["resources"]) ? (manifest as unknown as Manifest) : undefined;
}

/** `TYPE NAME` of a URN, whose type may name those of its parents before its own. */
export function shortKey(urn: string): string {
  const [, , types, ...name] = urn.split("::");
  return `${types!.split("$").at(-1)} ${name.join("::")}`;
}
