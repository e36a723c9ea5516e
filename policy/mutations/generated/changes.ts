/** Changes that are made from values alone, and know no rule: everything of a resource is changed, one thing at a time. */
import { opened } from "../../intent/open";
import { isProps } from "../../kit/values";
import type { Resource } from "../../resources/resource";

/** What a change does to a value. */
export type Kind = "flip" | "zero" | "less" | "more" | "other" | "empty" | "gone" | "longer" | "shorter" | "further";

/** One change of one property. */
export interface Change {
  readonly kind: Kind;
  /** Keys of the path, also inside of texts that hold JSON or YAML. */
  readonly path: readonly string[];
  /** The new value; undefined takes it away. */
  readonly value: unknown;
}

/** Of a file's leaves one in so many is changed: they are many, and alike. */
const FILE_SHARE = 9;

/** Every change of a resource, in the order of its properties. */
export function changesOf(resource: Resource): readonly Change[] {
  const props = openedProps(resource);
  const own = Object.entries(props).flatMap(([key, value]) => changesAt(value, [key]));
  const further: Change = { kind: "further", path: ["stranger"], value: "a property that nobody asked for" };
  return [...own.filter(({ path }, index) => path[0] !== "content" || path.length < 3 || index % FILE_SHARE === 0), further];
}

/** Properties with what texts hold in their place. */
export function openedProps({ props }: Resource): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(props).map(([key, value]) => [key, openedDeep(value, key === "content" ? String(props["file"]) : key)]),
  );
}

function openedDeep(value: unknown, name: string): unknown {
  if (typeof value === "string") {
    const inside = opened(value, name);
    return typeof inside === "string" ? inside : openedDeep(inside, name);
  }
  if (Array.isArray(value)) return value.map((item) => openedDeep(item, name));
  return isProps(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, openedDeep(inner, key)])) : value;
}

function changesAt(value: unknown, path: readonly string[]): Change[] {
  const one = (kind: Kind, to: unknown): Change => ({ kind, path, value: to });
  const gone = one("gone", undefined);
  if (typeof value === "boolean") return [one("flip", !value), gone];
  if (typeof value === "number")
    return [
      one(value === 0 ? "more" : "zero", value === 0 ? 7 : 0),
      one("more", value * 10 + 1),
      ...(value > 1 ? [one("less", Math.floor(value / 2))] : []),
      gone,
    ];
  if (typeof value === "string")
    return [
      ...textsLike(value)
        .filter((text) => text !== value)
        .map((text) => one("other", text)),
      ...(value === "" ? [] : [one("empty", "")]),
      gone,
    ];
  if (Array.isArray(value))
    return [...listChanges(value, path), gone, ...value.flatMap((item, index) => changesAt(item, [...path, String(index)]))];
  if (!isProps(value)) return [gone];
  return [
    gone,
    { kind: "further", path: [...path, "stranger"], value: "stranger" },
    ...Object.entries(value).flatMap(([key, inner]) => changesAt(inner, [...path, key])),
  ];
}

function listChanges(list: readonly unknown[], path: readonly string[]): Change[] {
  const longer: Change = {
    kind: "longer",
    path,
    value: [...list, typeof list.at(-1) === "object" && list.length > 0 ? { ...(list.at(-1) as object), stranger: true } : "stranger"],
  };
  if (list.length === 0) return [longer];
  return [{ kind: "empty", path, value: [] }, longer, { kind: "shorter", path, value: list.slice(1) }];
}

/** A stranger's value of the same form. */
function textsLike(text: string): string[] {
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(text)) return ["00000000-1111-4222-8333-444444444444"];
  if (/^\d+\.\d+\.\d+\.\d+\/\d+$/.test(text)) return ["0.0.0.0/0", "203.0.113.128/25"];
  if (/@sha256:[0-9a-f]{64}$/.test(text)) return [text.replace(/^[^/@:]+/, "evil.example"), text.replace(/.{64}$/, "0".repeat(64))];
  if (/^https?:\/\//.test(text)) return [text.replace(/^(https?:\/\/)[^/]+/, "$1evil.example")];
  return [`${text}-stranger`, ...(/^[a-z]/i.test(text) ? ["stranger"] : [])];
}

/** The properties with a change made; what the texts held stays open. */
export function withChange(props: Readonly<Record<string, unknown>>, { path, value }: Change): Readonly<Record<string, unknown>> {
  return replaced(props, path, value) as Readonly<Record<string, unknown>>;
}

function replaced(holder: unknown, [first, ...rest]: readonly string[], value: unknown): unknown {
  const key = first!;
  const inner = (current: unknown): unknown => (rest.length === 0 ? value : replaced(current, rest, value));
  if (Array.isArray(holder))
    return rest.length === 0 && value === undefined
      ? holder.filter((_, index) => String(index) !== key)
      : holder.map((item: unknown, index) => (String(index) === key ? inner(item) : item));
  const { [key]: current, ...others } = holder as Record<string, unknown>;
  return rest.length === 0 && value === undefined ? others : { ...(holder as object), [key]: inner(current) };
}
