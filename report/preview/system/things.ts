/** Lists of named things, compared: what is added, removed, renamed, and which of its fields changes how. */
import { equalValues, isFields, isList, type Value } from "../value";
import { say, words, type FactValue, type Sentence } from "../statement";
import type { SystemChange } from "../model";

/** A field of a thing that changes. */
export interface FieldChange {
  /** Path inside the thing, such as `pod.cpu`. */
  readonly field: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  /** For lists of texts: what comes and goes. Both empty where only the order changes. */
  readonly list?: { readonly added: readonly string[]; readonly removed: readonly string[] };
}

/** How a list of things is told. */
export interface Telling<Thing> {
  /** Begins the kind of each statement, such as `runner-class`. */
  readonly kind: string;
  /** What one of them is, for people, such as `runner class`. */
  readonly noun: string;
  readonly id: (thing: Thing) => string;
  /** What is said of one that comes, after its name. */
  readonly arrival?: (thing: Thing) => Sentence;
  /** What that says beyond the thing's own fields. */
  readonly arrivalFacts?: (thing: Thing) => Readonly<Record<string, FactValue>>;
  /** Sentences for fields that deserve better than the usual one. Undefined says the usual one. */
  readonly fields?: Readonly<Record<string, (id: string, change: FieldChange) => Sentence>>;
  /** Fields that are told elsewhere. */
  readonly elsewhere?: readonly string[];
  /** Two things of other names that are one, renamed. */
  readonly renamed?: (before: Thing, after: Thing) => boolean;
}

/** Every change of a list of things, in the order of the newer list, with what is gone at the end. */
export function thingChanges<Thing extends object>(before: readonly Thing[], after: readonly Thing[], telling: Telling<Thing>): SystemChange[] {
  const { id } = telling;
  const old = new Map(before.map((thing) => [id(thing), thing]));
  const wanted = new Map(after.map((thing) => [id(thing), thing]));
  const [gone, come] = [before.filter((thing) => !wanted.has(id(thing))), after.filter((thing) => !old.has(id(thing)))];
  const renames = renamesOf(gone, come, telling);
  const taken = new Set([...renames.values()]);
  return [
    ...after.flatMap((thing) => {
      const was = old.get(id(thing)) ?? renames.get(thing);
      if (was === undefined) return [added(thing, telling)];
      return [...(renames.has(thing) ? [renamed(was, thing, telling)] : []), ...fieldChanges(was, thing).flatMap((change) => fieldChange(id(thing), change, telling))];
    }),
    ...gone.filter((thing) => !taken.has(thing)).map((thing) => removed(thing, telling)),
  ];
}

function renamesOf<Thing>(gone: readonly Thing[], come: readonly Thing[], { renamed: same }: Telling<Thing>): Map<Thing, Thing> {
  const open = [...gone];
  return new Map(
    come.flatMap((thing): [Thing, Thing][] => {
      const index = same === undefined ? -1 : open.findIndex((former) => same(former, thing));
      return index === -1 ? [] : [[thing, open.splice(index, 1)[0]!]];
    }),
  );
}

function added<Thing>(thing: Thing, { kind, noun, id, arrival, arrivalFacts }: Telling<Thing>): SystemChange {
  const name = id(thing);
  const more = arrival === undefined ? words("") : say`: ${arrival(thing)}`;
  return { kind: `${kind}-added`, effect: "added", subject: name, after: factOf(thing), facts: { [factName(kind)]: name, ...arrivalFacts?.(thing), after: factOf(thing) }, sentence: say`The ${words(noun)} ${name} is added${more}.` };
}

function removed<Thing>(thing: Thing, { kind, noun, id }: Telling<Thing>): SystemChange {
  const name = id(thing);
  return { kind: `${kind}-removed`, effect: "removed", subject: name, before: factOf(thing), facts: { [factName(kind)]: name, before: factOf(thing) }, sentence: say`The ${words(noun)} ${name} is removed.` };
}

function renamed<Thing>(before: Thing, after: Thing, { kind, noun, id }: Telling<Thing>): SystemChange {
  const [from, to] = [id(before), id(after)];
  return { kind: `${kind}-renamed`, effect: "renamed", subject: to, before: from, after: to, facts: { before: from, after: to }, sentence: say`The ${words(noun)} ${from} is renamed to ${to}.` };
}

function fieldChange<Thing>(id: string, change: FieldChange, { kind, noun, fields, elsewhere }: Telling<Thing>): SystemChange[] {
  const { field, before, after, list } = change;
  if (elsewhere?.some((each) => field === each || field.startsWith(`${each}.`))) return [];
  const facts = { [factName(kind)]: id, field, before: before ?? null, after: after ?? null, ...(list === undefined ? {} : { added: [...list.added], removed: [...list.removed] }) };
  const sentence = fields?.[field]?.(id, change) ?? usual(say`${words(field)} of the ${words(noun)} ${id}`, change);
  return [{ kind: `${kind}-changed`, effect: "changed", subject: id, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }), facts, sentence: capitalised(sentence) }];
}

/** Such as `timeoutMinutes of the suite unit becomes 30 instead of 20.` */
export function usual(what: Sentence, { before, after, list }: FieldChange): Sentence {
  if (list !== undefined) return listSentence(what, list);
  if (before === undefined) return say`${what} is set to ${shown(after)}.`;
  if (after === undefined) return say`${what} is no longer ${shown(before)}.`;
  return say`${what} becomes ${shown(after)} instead of ${shown(before)}.`;
}

function listSentence(what: Sentence, { added: more, removed: less }: NonNullable<FieldChange["list"]>): Sentence {
  if (more.length === 0 && less.length === 0) return say`${what} has another order.`;
  if (less.length === 0) return say`${what} has ${more} as well.`;
  return more.length === 0 ? say`${what} no longer has ${less}.` : say`${what} has ${more} instead of ${less}.`;
}

/** A value in a sentence. */
export function shown(value: Value | undefined): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Fields that differ, down to single values and lists. Lists of texts are told by what comes and goes. */
export function fieldChanges(before: object, after: object): FieldChange[] {
  return changesAt(before as Value, after as Value, "");
}

function changesAt(before: Value | undefined, after: Value | undefined, field: string): FieldChange[] {
  if (equalValues(before, after)) return [];
  if (isFields(before) && isFields(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => changesAt(before[key], after[key], field === "" ? key : `${field}.${key}`));
  }
  if (areTexts(before) && areTexts(after)) {
    const list = { added: after.filter((each) => !before.includes(each)), removed: before.filter((each) => !after.includes(each)) };
    return list.added.length + list.removed.length === 0 && !isOrdered(after) ? [] : [{ field, before, after, list }];
  }
  return [{ field, before, after }];
}

function areTexts(value: Value | undefined): value is readonly string[] {
  return isList(value) && value.every((each) => typeof each === "string");
}

/** Lists of texts are sets, but for patterns of which some take away what others give. */
function isOrdered(list: readonly string[]): boolean {
  return list.some((each) => each.startsWith("!"));
}

/** Configs are plain JSON. */
export function factOf(thing: unknown): FactValue {
  return JSON.parse(JSON.stringify(thing)) as FactValue;
}

function factName(kind: string): string {
  return kind.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function capitalised(sentence: Sentence): Sentence {
  const [first, ...rest] = sentence;
  return first !== undefined && "text" in first ? [{ text: first.text.charAt(0).toUpperCase() + first.text.slice(1) }, ...rest] : sentence;
}
