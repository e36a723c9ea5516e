/**
 * Values as they travel between the engine and a provider, and as the sandbox works on them.
 *
 * On the wire a value can be wrapped as secret, and an unknown one is a fixed string. Here a value is plain, with the paths of its
 * secret parts beside it; an unknown value stays the string UNKNOWN, so that code which only looks at known parts needs no care.
 * Constants: sdk/go/common/resource/sig/sig.go and sdk/go/common/resource/plugin/rpc.go of pulumi/pulumi.
 */
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "./kind";
import { leavesWhere, valueAt, withValueAt, type Path } from "./paths";

/** Stands for a value that is not known yet, in inputs and outputs of a preview. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine has one constant for each type an unknown value may have. */
const UNKNOWNS: ReadonlySet<unknown> = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";

export function isUnknown(value: unknown): boolean {
  return UNKNOWNS.has(value);
}

/** Paths of everything unknown in a value. */
export function unknownPaths(value: unknown): readonly Path[] {
  return leavesWhere(value, isUnknown);
}

export interface Decoded {
  readonly value: Properties;
  /** Paths of the secret parts. */
  readonly secrets: readonly Path[];
}

/** Reads a message. Null properties count as absent, as the Pulumi SDKs and bridged providers treat them. */
export function decode(struct: Struct | undefined): Decoded {
  const secrets: Path[] = [];
  const value = plain(struct?.toJavaScript() ?? {}, [], secrets);
  return { value: value as Properties, secrets };
}

function plain(value: JavaScriptValue, at: Path, secrets: Path[]): unknown {
  if (isUnknown(value)) return UNKNOWN;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item, i) => plain(item, [...at, i], secrets));
  const object = value as Record<string, JavaScriptValue>;
  if (SIGNATURE in object) return unwrapped(object, at, secrets);
  const present = Object.entries(object).filter(([, child]) => child !== null);
  return Object.fromEntries(present.map(([key, child]) => [key, plain(child, [...at, key], secrets)]));
}

function unwrapped(object: Record<string, JavaScriptValue>, at: Path, secrets: Path[]): unknown {
  switch (object[SIGNATURE]) {
    case SECRET:
      secrets.push(at);
      return plain(object["value"] ?? null, at, secrets);
    case OUTPUT:
      if (object["secret"] === true) secrets.push(at);
      return object["value"] === undefined ? UNKNOWN : plain(object["value"], at, secrets);
    case REFERENCE:
      return plain(object["id"] ?? object["urn"] ?? null, at, secrets);
    default:
      throw new Error(`${at.join(".")}: assets and archives are not known to the sandbox`);
  }
}

/** Writes a message; the parts at `secrets` are wrapped. Paths that lead nowhere in `value` are passed over. */
export function encode(value: Properties, secrets: readonly Path[] = []): Struct {
  // The deepest path first, so that a secret inside a secret is wrapped before its parent hides it.
  const deepestFirst = [...secrets].sort((a, b) => b.length - a.length);
  const wrapped = deepestFirst.reduce<unknown>(
    (whole, path) => (valueAt(whole, path) === undefined ? whole : withValueAt(whole, path, asSecret)),
    withoutUndefined(value),
  );
  return Struct.fromJavaScript(wrapped as Record<string, JavaScriptValue>);
}

function asSecret(value: unknown): unknown {
  const already = typeof value === "object" && value !== null && (value as Record<string, unknown>)[SIGNATURE] === SECRET;
  return already ? value : { [SIGNATURE]: SECRET, value };
}

function withoutUndefined(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : withoutUndefined(item)));
  if (typeof value !== "object" || value === null) return value;
  const present = Object.entries(value).filter(([, child]) => child !== undefined);
  return Object.fromEntries(present.map(([key, child]) => [key, withoutUndefined(child)]));
}

/**
 * Which parts of `outputs` are secret: those at the paths of secret inputs, those that the kind names, and every string that holds a
 * secret input, wherever the cloud repeats it.
 */
export function secretOutputs(outputs: Properties, inputs: Decoded, always: readonly string[] = []): readonly Path[] {
  const texts = inputs.secrets
    .flatMap((path) => leavesWhere(valueAt(inputs.value, path), (leaf) => typeof leaf === "string" && leaf.length >= 8 && !isUnknown(leaf)).map((leaf) => valueAt(inputs.value, [...path, ...leaf])))
    .filter((text): text is string => typeof text === "string");
  const repeated = leavesWhere(outputs, (leaf) => typeof leaf === "string" && texts.some((text) => leaf.includes(text)));
  return [...inputs.secrets, ...always.map((key) => [key]), ...repeated];
}
