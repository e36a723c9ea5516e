/** Finds out which properties of resources a rule reads, and makes them unknown. */
import type { Props, Subject } from "../../policy/kit/rule";
import { UNKNOWN } from "../../policy/kit/unknowns";

/** A property of one of several resources. */
export interface Path {
  /** Which of the resources. */
  readonly index: number;
  readonly keys: readonly string[];
}

/** Every property that is read, also one that is not there. */
export function pathsRead(subjects: readonly Subject[], read: (watched: readonly Subject[]) => unknown): readonly Path[] {
  const found = new Map<string, Path>();
  const note = (index: number, keys: readonly string[]): void => void found.set(JSON.stringify([index, ...keys]), { index, keys });
  read(subjects.map((subject, index) => ({ ...subject, props: watched(subject.props, [], (keys) => note(index, keys)) as Props })));
  return [...found.values()];
}

function watched(value: unknown, path: readonly string[], note: (path: readonly string[]) => void): unknown {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      const inner: unknown = Reflect.get(target, key, receiver);
      if (typeof key === "symbol" || !isProperty(target, key)) return inner;
      const keys = [...path, key];
      note(keys);
      return watched(inner, keys, note);
    },
  });
}

/** Not a method of lists or objects, and not a list's length: it is the list that is unknown, or an item. */
function isProperty(target: object, key: string): boolean {
  return Array.isArray(target) ? /^\d+$/.test(key) : Object.hasOwn(target, key) || !(key in Object.prototype || key === "toJSON");
}

/** The resources with the property unknown. */
export function withUnknown(subjects: readonly Subject[], { index, keys }: Path): readonly Subject[] {
  return subjects.map((subject, at) => (at === index ? { ...subject, props: replaced(subject.props, keys) as Props } : subject));
}

function replaced(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) return UNKNOWN;
  if (Array.isArray(value)) return value.map((item: unknown, index) => (String(index) === key ? replaced(item, rest) : item));
  return { ...(value as object), [key]: replaced((value as Record<string, unknown>)[key], rest) };
}
