/**
 * What the schemas are made with. Each field says with `describe` what it means, with its unit; `meta({ examples })` shows values. Types, the editor's
 * schema and docs/config.md come from nothing but the schemas, so a field is described in one place.
 */
import { z } from "zod";

/** A value that nobody changes, all the way down. */
export type Fixed<Value> = Value extends string | number | boolean | null | undefined
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly Fixed<Item>[]
    : { readonly [Key in keyof Value]: Fixed<Value[Key]> };

/** What a schema makes of a value: every default filled in. */
export type Resolved<Schema extends z.ZodType> = Fixed<z.output<Schema>>;
/** What a schema takes. */
export type Given<Schema extends z.ZodType> = Fixed<z.input<Schema>>;

export const text = z.string();
export const texts = z.array(text);
/** A text that ends up in a workflow file as it is: GitHub evaluates `${{ }}` wherever it stands, and what it yields would be code. */
export const literalText = text.refine((value) => !value.includes("${{"), "a text without ${{, which GitHub would evaluate");
export const number = z.number();
/** 0 or more. */
export const amount = number.nonnegative("0 or more");
export const flag = z.boolean();

/** What a number counts, such as `minutes`; `id` for one that counts nothing. docs/config.md and editors show it. */
export function inUnit<Value extends z.ZodType>(value: Value, unit: string): Value {
  return value.meta({ ...value.meta(), unit });
}

/** Numbers of one unit. */
export const minutes = inUnit(number, "minutes");
export const gpus = inUnit(number, "GPUs");
export const gitHubId = inUnit(number, "id");

/**
 * A list of things that have a name, made of one or more of their fields. Config changes such a list by an object of these names (config/merge.ts).
 * Names with `/` between their parts where there are several fields.
 */
export function namedList<Item extends z.ZodType>(item: Item, ...namedBy: readonly string[]) {
  return z.array(item).meta({ namedBy });
}

/** A text that names an entry of a named list, such as `runnerClasses`: coherence refuses one that is not there. */
export function nameFrom(list: string) {
  return text.meta({ refersTo: list });
}

export const arch = z.enum(["amd64", "arm64"]).describe("A CPU architecture, spelled as OCI platforms and Kubernetes' `kubernetes.io/arch` label spell it.");
export const mode = z.enum(["pull-request", "post-merge", "nightly"]).describe("One of the three ways in which the pipeline runs.");
export const trust = z
  .enum(["fork", "mirror", "protected"])
  .describe(
    "Who can make a job run, and so what it may hold. `fork`: anybody who opens a pull request; no secret, no identity, a read-only token. Merge groups are of this level too: " +
      "the name of their branch proves nothing. `mirror`: a vetted pull request on a `pull-request/N` branch; it runs the pull request's own workflow files. " +
      "`protected`: main and release branches after review.",
  );
export const cuda = (z.templateLiteral([z.number(), ".", z.number()]) as unknown as z.ZodType<`${number}.${number}`>).describe("A CUDA version, `MAJOR.MINOR`.").meta({ examples: ["13.0", "12.9"] });

/** A value for each mode. */
export function byMode<Value extends z.ZodType>(value: Value) {
  return z.strictObject({
    "pull-request": described(value, "On pull requests."),
    "post-merge": described(value, "On main and release branches."),
    nightly: described(value, "In the night."),
  });
}

/** A value for some modes. */
export function bySomeModes<Value extends z.ZodType>(value: Value) {
  return byMode(value).partial();
}

/** A value for each architecture. */
export function byArchitecture<Value extends z.ZodType>(value: Value) {
  return z.strictObject({ amd64: described(value, "On amd64."), arm64: described(value, "On arm64.") });
}

/** A value for some architectures. */
export function bySomeArchitectures<Value extends z.ZodType>(value: Value) {
  return byArchitecture(value).partial();
}

/** A value keeps the description that it has. */
function described<Value extends z.ZodType>(value: Value, description: string): Value {
  return value.description === undefined ? value.describe(description) : value;
}
