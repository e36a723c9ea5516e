/** Holds a resource's properties to what is intended: where they differ, and whether the difference is tolerated. */
import { NOT_KNOWN, orUnknown } from "../kit/unknowns";
import { isProps, show, texts } from "../kit/values";
import { hashOf, isDerived, isSecret, LONGEST_TEXT, REFERENCE, type Intended } from "./manifest";
import { canonical, opened, sha256 } from "./open";
import type { Mend } from "./mend";
import type { Tolerance } from "./tolerance";

/** One difference. */
export interface Difference {
  readonly path: readonly string[];
  readonly found: string;
  readonly wanted: string;
  /** What undoes it. */
  readonly mend: Mend;
}

/** What the comparison has to know beside the values. */
export interface Surroundings {
  readonly tolerances: (path: readonly string[]) => readonly Tolerance[];
  /**
   * The output of another resource, or the form that it must have; undefined where it is not known. The type and name are those of a
   * reference.
   */
  output(type: string, name: string, output: string): string | RegExp | undefined;
  /** Whether a property may be unknown before the apply: it is made from the outputs that it should be made from. */
  mayWait(property: string): boolean;
  /**
   * Whether the provider notes in `__defaults` which keys it filled in by itself: those of Terraform do (pulumi-terraform-bridge,
   * pkg/tfbridge/schema.go).
   */
  readonly notesDefaults: boolean;
  /** Whether a value that is not intended says what its absence says. */
  isDefault(path: readonly string[], value: unknown): boolean;
}

/** Stands for what is not there. */
const ABSENT = Symbol("absent");

const NOTHING = "nothing";

/** Every difference between what a manifest has and what a program registers. */
export function differences(
  intended: Readonly<Record<string, Intended>>,
  found: Readonly<Record<string, unknown>>,
  around: Surroundings,
): Difference[] {
  return objects(intended, found, [], around);
}

function compare(intended: Intended | typeof ABSENT, found: unknown, path: readonly string[], around: Surroundings): Difference[] {
  const allowed = around.tolerances(path);
  if (found === NOT_KNOWN)
    return holdsSecret(intended) || around.mayWait(path[0]!) ? [] : [one(path, "a value that is not known before the apply", intended)];
  if (allowed.includes("words") && found === ABSENT) return [];
  if (allowed.includes("words") && typeof found === "string") return isWords(found) ? [] : [one(path, "what is more than words", intended)];
  if (allowed.includes("on") && found === true) return [];
  if (intended === ABSENT || intended === null)
    return isNothing(found) || around.isDefault(path, found) ? [] : [one(path, shown(found), intended)];
  if (isSecret(intended) || isDerived(intended)) return found === ABSENT || found === "" ? [one(path, NOTHING, intended)] : [];
  if (found === ABSENT) return [one(path, NOTHING, intended)];
  if (typeof intended === "object") return structures(intended, found, path, around, allowed);
  return scalars(intended, found, path, around, allowed);
}

/** An expression is evaluated by whoever shows it, and a credential is one wherever it stands. */
function isWords(text: string): boolean {
  return !text.includes("${{") && !CREDENTIAL.test(text);
}

/** A value that stands where another one, or nothing, should. */
function one(path: readonly string[], found: string, intended: Intended | typeof ABSENT): Difference {
  const mend: Mend = intended === ABSENT || intended === null ? { kind: "remove" } : { kind: "set", value: intended };
  return { path, found, wanted: wantedOf(intended), mend };
}

/** A state seals a value whole where a part of it is secret, and nothing opens it. */
function holdsSecret(intended: Intended | typeof ABSENT): boolean {
  if (typeof intended !== "object" || intended === null) return false;
  return isSecret(intended) || Object.values(intended).some((inner: Intended) => holdsSecret(inner));
}

function structures(
  intended: Intended & object,
  given: unknown,
  path: readonly string[],
  around: Surroundings,
  allowed: readonly Tolerance[],
): Difference[] {
  const hash = hashOf(intended);
  if (hash !== undefined) return typeof given === "string" && sha256(given) === hash ? [] : [one(path, told(given), intended)];
  const found = typeof given === "string" ? opened(given, path.at(-1) === "content" ? "content.yml" : path.at(-1)!) : given;
  if (Array.isArray(intended))
    return Array.isArray(found)
      ? lists(intended as readonly Intended[], itemsOf(found), path, around, allowed)
      : [one(path, shown(found), intended)];
  if (!isProps(found)) return [one(path, shown(found), intended)];
  return objects(intended as Readonly<Record<string, Intended>>, found, path, around);
}

function objects(
  intended: Readonly<Record<string, Intended>>,
  found: Readonly<Record<string, unknown>>,
  path: readonly string[],
  around: Surroundings,
): Difference[] {
  const further = around.tolerances(path).includes("superset")
    ? []
    : Object.keys(found).filter((key) => !(key in intended) && !ignored(key, found, around));
  // A value that may be anything is not even looked at: it may be unknown.
  const judged = [...Object.keys(intended), ...further]
    .map((key) => ({ key, at: [...path, key] }))
    .filter(({ at }) => !around.tolerances(at).includes("any"))
    .filter(({ key, at }) => !(around.tolerances(at).includes("scaled") && isScaled(found, key)));
  const credentials = Object.keys(found)
    .filter((key) => !(key in intended) && !further.includes(key) && !ignored(key, found, around))
    .flatMap((key) => credential(read(found, key), [...path, key], around));
  return [...credentials, ...judgedEach(judged, intended, found, around)];
}

function judgedEach(
  judged: readonly { readonly key: string; readonly at: readonly string[] }[],
  intended: Readonly<Record<string, Intended>>,
  found: Readonly<Record<string, unknown>>,
  around: Surroundings,
): Difference[] {
  return judged.flatMap(({ key, at }) => compare(intended[key] ?? ABSENT, read(found, key), at, around));
}

/** Whether an autoscaler may have set a number of nodes. */
function isScaled(found: Readonly<Record<string, unknown>>, key: string): boolean {
  const [value, most] = [read(found, key), read(found, "maxCount")];
  return value === ABSENT || (typeof value === "number" && typeof most === "number" && value >= 0 && value <= most);
}

/** What is tolerated as words holds no credential in clear. */
function credential(found: unknown, path: readonly string[], around: Surroundings): Difference[] {
  if (found === NOT_KNOWN) return around.mayWait(path[0]!) ? [] : [one(path, "a value that is not known before the apply", ABSENT)];
  const looks = typeof found === "string" && CREDENTIAL.test(found);
  return looks ? [{ path, found: "what looks like a credential", wanted: NOTHING, mend: { kind: "remove" } }] : [];
}

/**
 * Forms of credentials: private keys, tokens of GitHub, Hugging Face and Slack, keys of AWS and Azure, and JSON web tokens.
 * Source: docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns.
 */
const CREDENTIAL =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bhf_\w{20,}|\bxox[abprs]-[\w-]{10,}|hooks\.slack\.com\/services\/|\bAccountKey=|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./;

/** Providers note for themselves under names with two underscores. */
function ignored(key: string, found: Readonly<Record<string, unknown>>, { notesDefaults }: Surroundings): boolean {
  return key.startsWith("__") || (notesDefaults && texts(found["__defaults"]).includes(key));
}

function lists(
  intended: readonly Intended[],
  found: readonly unknown[],
  path: readonly string[],
  around: Surroundings,
  allowed: readonly Tolerance[],
): Difference[] {
  if (allowed.some((tolerance) => tolerance === "set" || tolerance === "subset" || tolerance === "superset"))
    return unordered(intended, found, path, around, allowed);
  return ordered(intended, found, path, around);
}

/** Items in their order. What is the same at both ends is left out, so that one item more or less is one difference. */
function ordered(intended: readonly Intended[], found: readonly unknown[], path: readonly string[], around: Surroundings): Difference[] {
  const agree = (one: number, other: number): boolean =>
    compare(intended[one]!, found[other], [...path, String(other)], around).length === 0;
  const shorter = Math.min(intended.length, found.length);
  let first = 0;
  while (first < shorter && agree(first, first)) first++;
  let last = 0;
  if (intended.length !== found.length) while (last < shorter - first && agree(intended.length - 1 - last, found.length - 1 - last)) last++;
  const [wanted, items] = [intended.slice(first, intended.length - last), found.slice(first, found.length - last)];
  const changed = items
    .slice(0, wanted.length)
    .flatMap((item, index) => compare(wanted[index]!, item, [...path, String(first + index)], around));
  const further = items.slice(wanted.length).flatMap((item, index) => {
    const at = [...path, String(first + wanted.length + index)];
    return compare(ABSENT, item, at, around);
  });
  const missing = wanted.slice(items.length).map((item, index) => lacking(path, item, first + items.length + index));
  return [...changed, ...further, ...missing];
}

function lacking(path: readonly string[], item: Intended, index: number): Difference {
  return { path, found: `a list without ${wantedOf(item)}`, wanted: "a list with it", mend: { kind: "insert", value: item, index } };
}

/** Pairs each item that is found with one that is intended and allows it; what has no partner is a difference. */
function unordered(
  intended: readonly Intended[],
  found: readonly unknown[],
  path: readonly string[],
  around: Surroundings,
  allowed: readonly Tolerance[],
): Difference[] {
  const left = [...intended.keys()];
  const strangers = found.flatMap((item, index) => {
    const partner = left.findIndex((candidate) => compare(intended[candidate]!, item, [...path, String(index)], around).length === 0);
    if (partner === -1) return [{ item, index }];
    left.splice(partner, 1);
    return [];
  });
  const further = allowed.includes("superset") ? [] : strangers;
  const missing = allowed.includes("subset") ? [] : left.map((index) => intended[index]!);
  return [
    ...further.map(({ item, index }, at) =>
      one([...path, String(index)], shown(item), missing[at] ?? (left[at] === undefined ? ABSENT : intended[left[at]]!)),
    ),
    ...missing.slice(further.length).map((item) => lacking(path, item, intended.indexOf(item))),
  ];
}

function scalars(
  intended: boolean | number | string,
  found: unknown,
  path: readonly string[],
  around: Surroundings,
  allowed: readonly Tolerance[],
): Difference[] {
  const same = typeof intended === "string" && typeof found === "string" ? textsAgree(intended, found, around) : intended === found;
  if (same || withinBound(intended, found, allowed) || (allowed.includes("patch") && isPatchOf(intended, found))) return [];
  return [one(path, told(found), intended)];
}

/**
 * A text with references agrees with one in which the outputs stand. An output that is not known yet must not be known in the text
 * either.
 */
function textsAgree(intended: string, found: string, around: Surroundings): boolean {
  if (!intended.includes("⟦")) return intended === found;
  let known = true;
  const parts = intended.split(REFERENCE_PARTS).map((part) => {
    const [, type, name, output] = new RegExp(REFERENCE.source).exec(part) ?? [];
    if (type === undefined) return escaped(part);
    const value = around.output(type, name!, output!);
    known &&= value !== undefined;
    return value instanceof RegExp ? value.source : escaped(value ?? "");
  });
  return known && new RegExp(`^${parts.join("")}$`, "i").test(found);
}

/** Splits a text at its references, and keeps them. */
const REFERENCE_PARTS = /(⟦[^⟧]*⟧)/;

/** A text as a regular expression that matches it and nothing else. */
export function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function withinBound(intended: boolean | number | string, found: unknown, allowed: readonly Tolerance[]): boolean {
  const [bound, value] = [quantity(intended), quantity(found)];
  if (bound === undefined || value === undefined || value <= 0) return false;
  return (allowed.includes("less") && value <= bound) || (allowed.includes("more") && value >= bound);
}

/** Tells whether a version is a patch of a minor version. */
function isPatchOf(minor: boolean | number | string, found: unknown): boolean {
  return typeof found === "string" && /^\.\d+$/.test(found.slice(String(minor).length)) && found.startsWith(String(minor));
}

/** Kubernetes writes amounts with a unit (kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity). */
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  m: 0.001,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function quantity(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([a-zA-Z]{0,2})$/.exec(typeof value === "string" ? value : "") ?? [];
  const scale = unit === undefined ? undefined : UNITS[unit];
  return amount === undefined || scale === undefined ? undefined : Number(amount) * scale;
}

function itemsOf(list: readonly unknown[]): unknown[] {
  return Array.from({ length: list.length }, (_, index) => readItem(list, index));
}

function read(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return orUnknown(() => (key in object && object[key] !== undefined ? object[key] : ABSENT));
}

function readItem(list: readonly unknown[], index: number): unknown {
  return orUnknown(() => list[index]);
}

function isNothing(found: unknown): boolean {
  return found === ABSENT || found === null || found === undefined;
}

function wantedOf(intended: Intended | typeof ABSENT): string {
  if (intended === ABSENT) return NOTHING;
  if (isSecret(intended)) return "a secret";
  if (isDerived(intended)) return "a value that is computed from outputs";
  const hash = hashOf(intended);
  return hash === undefined ? show(intended) : `the text of SHA-256 ${hash.slice(0, 12)}`;
}

function told(found: unknown): string {
  return typeof found === "string" && found.length > LONGEST_TEXT ? `a text of SHA-256 ${sha256(found).slice(0, 12)}` : shown(found);
}

/** What is shown of a value may hold parts that are not known. */
function shown(found: unknown): string {
  const text = orUnknown(() => canonical(found));
  return text === NOT_KNOWN ? "a value that is not wholly known before the apply" : show(JSON.parse(text as string) as unknown);
}
