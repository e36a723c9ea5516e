/** Undoes a difference, to see what else goes with it: two violations have one cause when putting that right ends both. */
import { stringify } from "yaml";
import { isProps } from "../kit/values";
import type { Props } from "../kit/rule";
import { hashOf, isDerived, isSecret, type Intended } from "./manifest";
import { opened } from "./open";

/** What undoes a difference at its path. */
export type Mend =
  | { readonly kind: "set"; readonly value: Intended }
  | { readonly kind: "remove" }
  /** The path is that of the list. */
  | { readonly kind: "insert"; readonly value: Intended; readonly index: number };

/** Stands for a value that is taken away. */
const GONE = Symbol("gone");

/**
 * Properties as they are without a difference. Nothing is copied beside the path, as the rest may hold values that throw when they
 * are read.
 */
export function mendedProps(props: Props, path: readonly string[], mend: Mend): Props {
  return put(props, path, mend) as Props;
}

function put(holder: unknown, path: readonly string[], mend: Mend): unknown {
  const [first, ...rest] = path;
  const key = first!;
  if (typeof holder === "string") return inText(holder, (inner) => put(inner, path, mend));
  // What is replaced is not read: it may be unknown.
  const changed = (read: () => unknown): unknown => {
    if (rest.length > 0) return put(read(), rest, mend);
    if (mend.kind === "remove") return GONE;
    return mend.kind === "set" ? plain(mend.value) : inserted(read(), mend);
  };
  if (Array.isArray(holder)) {
    const items = Array.from({ length: holder.length }, (_, index) => {
      const read = (): unknown => (holder as readonly unknown[])[index];
      return String(index) === key ? changed(read) : read();
    });
    return items.filter((item) => item !== GONE);
  }
  return isProps(holder) ? overlaid(holder, key, changed(() => holder[key])) : holder;
}

function inserted(value: unknown, { index, value: item }: Extract<Mend, { kind: "insert" }>): unknown {
  const list = Array.isArray(value) ? (value as readonly unknown[]) : [];
  return list.toSpliced(index, 0, plain(item));
}

/** The object with one key of another value, or without it. */
function overlaid(object: Props, key: string, value: unknown): Props {
  const isGone = value === GONE;
  return new Proxy(object, {
    get: (target, name) => (name === key ? (isGone ? undefined : value) : Reflect.get(target, name)),
    has: (target, name) => (name === key ? !isGone : Reflect.has(target, name)),
    ownKeys: (target) => [...Reflect.ownKeys(target).filter((name) => name !== key), ...(isGone ? [] : [key])],
    getOwnPropertyDescriptor: (target, name) =>
      name === key
        ? isGone
          ? undefined
          : { value, enumerable: true, configurable: true }
        : Reflect.getOwnPropertyDescriptor(target, name),
  });
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** A text that holds structure, changed inside and closed as it was. */
function inText(text: string, change: (inner: unknown) => unknown): string {
  const decoded = BASE64.test(text) ? Buffer.from(text, "base64").toString("utf8") : undefined;
  const inside = opened(decoded ?? text, "content.yml");
  if (typeof inside === "string") return text;
  const after = closed(change(inside), decoded ?? text);
  return decoded === undefined ? after : Buffer.from(after, "utf8").toString("base64");
}

function closed(value: unknown, before: string): string {
  return /^\s*[[{]/.test(before) ? JSON.stringify(value) : stringify(value);
}

/** An intended value as a resource would have it. What the manifest does not know becomes an empty text. */
function plain(intended: Intended): unknown {
  if (isSecret(intended) || isDerived(intended) || hashOf(intended) !== undefined) return "";
  if (Array.isArray(intended)) return (intended as readonly Intended[]).map(plain);
  if (!isProps(intended)) return intended;
  return Object.fromEntries(Object.entries(intended).map(([key, inner]) => [key, plain(inner as Intended)]));
}

/** Properties that a resource of the manifest would have, with texts closed as providers take them. */
export function plainProps(props: Readonly<Record<string, Intended>>): Props {
  return Object.fromEntries(Object.entries(props).map(([key, value]) => [key, reclosed(key, plain(value))]));
}

/** Names of properties that are JSON in a text. */
const JSON_TEXTS = /^(policy|assumeRolePolicy)$/;

function reclosed(key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (key === "content" || /\.ya?ml$/.test(key)) return stringify(value);
  if (JSON_TEXTS.test(key)) return JSON.stringify(value);
  if (Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, reclosed(name, inner)]));
}
