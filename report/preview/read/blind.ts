/**
 * Blinding across states: what is secret on one side of a change is shown on no side. A value's position decides, in inputs and outputs together,
 * before and after; elements of a list share one position, as an index does not stay with its element. So the former plaintext of a value
 * that becomes secret cannot appear where it stood, and it is remembered, so that it can be taken out of everything else that is said.
 */
import { HIDDEN, isFields, isList, markOf, type Value } from "../value";
import type { Fields } from "./preview";

/** Shorter texts occur by chance, such as `true`; taking them out everywhere would only make a report unreadable. */
const SHORTEST_REMEMBERED = 6;

/** Stands in a text where a former secret was taken out. */
const REDACTED = "[hidden]";

/** Blinds every kind of a change's properties together, and remembers what it hid. */
export class Blinder {
  private readonly former = new Set<string>();

  /** The same sides with everything hidden on all that is hidden on one. @param alwaysHidden top-level properties that are secret by their nature */
  together(sides: readonly Fields[], alwaysHidden: readonly string[] = []): Fields[] {
    const marked = sides.map((side) => ({ ...side, ...Object.fromEntries(alwaysHidden.filter((name) => name in side).map((name) => [name, this.hide(side[name]!)])) }));
    if (!marked.some(holdsHidden)) return marked;
    return this.align(marked) as Fields[];
  }

  /** A text without any former secret. Texts are others': messages, file contents, values elsewhere. */
  clean(text: string): string {
    let cleaned = text;
    for (const secret of this.former) cleaned = cleaned.replaceAll(secret, REDACTED);
    return cleaned;
  }

  /** A value without any former secret in its texts. */
  cleanValue(value: Value): Value {
    if (this.former.size === 0) return value;
    if (typeof value === "string") return this.clean(value);
    if (isList(value)) return value.map((each) => this.cleanValue(each));
    return isFields(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.cleanValue(each)])) : value;
  }

  /** @param spared texts that stand in the clear beside a hidden one, in the same list: hidden with it, but no secrets themselves */
  private align(values: readonly (Value | undefined)[], spared: ReadonlySet<string> = new Set()): (Value | undefined)[] {
    const there = values.filter((value) => value !== undefined);
    if (!there.some(holdsHidden)) return [...values];
    if (there.every((value) => isFields(value) && markOf(value) === undefined)) return this.alignFields(values, spared);
    if (there.every(isList)) return this.alignLists(values, spared);
    // Of different shapes: nothing tells which part of the one was the other's secret.
    return values.map((value) => (value === undefined ? undefined : this.hide(value, spared)));
  }

  private alignFields(values: readonly (Value | undefined)[], spared: ReadonlySet<string>): (Value | undefined)[] {
    const sides = values.map((value) => (isFields(value) ? value : {}));
    const keys = new Set(sides.flatMap((side) => Object.keys(side)));
    const columns = new Map([...keys].map((key) => [key, this.align(sides.map((side) => side[key]), spared)]));
    return values.map((value, side) => (isFields(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, columns.get(key)![side]!])) : undefined));
  }

  private alignLists(values: readonly (Value | undefined)[], spared: ReadonlySet<string>): (Value | undefined)[] {
    const lists = values.map((value) => (isList(value) ? value : []));
    const beside = lists.filter((list) => list.some(holdsHidden)).flatMap(textsOf);
    const aligned = this.align(lists.flat(), new Set([...spared, ...beside]));
    let at = 0;
    return values.map((value, side) => (value === undefined ? undefined : lists[side]!.map(() => aligned[at++]!)));
  }

  private hide(value: Value, spared: ReadonlySet<string> = new Set()): Value {
    for (const text of textsOf(value)) {
      if (text.length < SHORTEST_REMEMBERED || spared.has(text)) continue;
      this.former.add(text);
      this.former.add(Buffer.from(text, "utf8").toString("base64"));
    }
    return HIDDEN;
  }
}

/** Every text in a value, but for keys. */
function textsOf(value: Value): string[] {
  if (typeof value === "string") return [value];
  if (isList(value)) return value.flatMap(textsOf);
  return isFields(value) && markOf(value) === undefined ? Object.values(value).flatMap(textsOf) : [];
}

function holdsHidden(value: Value): boolean {
  if (markOf(value) === "hidden") return true;
  if (isList(value)) return value.some(holdsHidden);
  return isFields(value) && Object.values(value).some(holdsHidden);
}
