/** How the properties of a resource change: sets as sets, documents as structure, texts as lines, and nothing where nothing changes in meaning. */
import type { HiddenChange, PropertyChange, TextChange, ValueChange } from "../model";
import { equalValues, isFields, isList, markOf, type Value } from "../value";
import type { Fields } from "../read";
import { canonical, documentIn, elementsOf } from "./canonical";
import { parseFile, type Parsed } from "./documents";
import { languageOf } from "./languages";
import { alignLists, pairSets } from "./lists";
import { meaningOf, type Meaning } from "./meanings";
import { element, field, place, type Place } from "./paths";
import { textDiff } from "./text";

/** What differs between two sides of a resource. */
export interface Difference {
  /** Sorted by path. `replaces` is false everywhere: who compares values does not know it. */
  readonly changes: readonly PropertyChange[];
  /** Paths of what is written otherwise and means the same. */
  readonly equalInMeaning: readonly string[];
}

type Side = Value | undefined;

/** Reads a file's content as structure; undefined where it has none, or where none is wanted. */
export type FileReader = (file: string, content: string) => Parsed | undefined;

/** Compares the properties of a resource of a type; a missing side is a resource that is not there. */
export function difference(type: string, before: Fields | undefined, after: Fields | undefined, readFile: FileReader = parseFile): Difference {
  const comparison = new Comparison(before, after, readFile);
  const changes = comparison.fields(before ?? {}, after ?? {}, place(type));
  return { changes, equalInMeaning: comparison.equalInMeaning };
}

class Comparison {
  readonly equalInMeaning: string[] = [];

  /** @param before, after the resource's own properties, among which a file's path is found */
  constructor(
    private readonly before: Fields | undefined,
    private readonly after: Fields | undefined,
    private readonly readFile: FileReader,
  ) {}

  fields(before: Fields, after: Fields, at: Place): PropertyChange[] {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => this.values(before[key], after[key], field(at, key)));
  }

  values(before: Side, after: Side, at: Place): PropertyChange[] {
    if (equalValues(before, after)) return [];
    const meaning = meaningOf(at.owner, at.steps);
    if (meaning?.kind === "noise") return [];
    if (markOf(before) === "hidden" || markOf(after) === "hidden") return [hidden(before, after, at)];
    if (markOf(before) === "unknown" || markOf(after) === "unknown") return [changed(before, after, at)];
    if (meaning?.kind === "set") return this.sets(before, after, at, meaning.key);
    const texts = textsOf(before, after);
    if (texts !== undefined) return this.texts(texts.before, texts.after, at, meaning);
    if (isFields(before) && isFields(after)) return this.fields(before, after, at);
    if (isList(before) && isList(after)) return this.lists(before, after, at);
    return [changed(before, after, at)];
  }

  private sets(before: Side, after: Side, at: Place, key: readonly string[] | undefined): PropertyChange[] {
    if (before === undefined || after === undefined) return [changed(before, after, at)];
    const pairs = pairSets(elementsOf(before), elementsOf(after), (value) => canonical(value, element(at, 0)), key);
    if (pairs.removed.length + pairs.added.length + pairs.changed.length === 0) {
      this.equalInMeaning.push(at.text);
      return [];
    }
    const inside = pairs.changed.flatMap(({ name, before: old, after: wanted }) => this.values(old, wanted, element(at, name)));
    return [{ kind: "set", path: at.text, replaces: false, added: pairs.added, removed: pairs.removed, changed: inside, kept: pairs.kept }];
  }

  private lists(before: readonly Value[], after: readonly Value[], at: Place): PropertyChange[] {
    const texts = (list: readonly Value[]): string[] => list.map((value) => canonical(value, element(at, 0)));
    return alignLists(texts(before), texts(after)).flatMap(({ from, to }) => {
      const [old, wanted] = [from === undefined ? undefined : before[from], to === undefined ? undefined : after[to]];
      return this.values(old, wanted, element(at, (isDocument(at) ? labelOf(wanted ?? old) : undefined) ?? to ?? from ?? 0));
    });
  }

  private texts(before: string | undefined, after: string | undefined, at: Place, meaning: Meaning | undefined): PropertyChange[] {
    if (meaning?.kind === "file") return [this.file(before, after, at, meaning.pathProperty)];
    const documents = this.documents(before, after, at, meaning);
    if (documents !== undefined) return documents;
    return hasLines(before) || hasLines(after) ? [{ kind: "text", path: at.text, replaces: false, ...textDiff(before, after) }] : [changed(before, after, at)];
  }

  /** Undefined where one side is no document. */
  private documents(before: string | undefined, after: string | undefined, at: Place, meaning: Meaning | undefined): PropertyChange[] | undefined {
    const old = before === undefined ? undefined : documentIn(before, meaning);
    const wanted = after === undefined ? undefined : documentIn(after, meaning);
    if ((before !== undefined && old === undefined) || (after !== undefined && wanted === undefined)) return undefined;
    const changes = documentChanges(old, wanted);
    if (changes.length === 0) {
      this.equalInMeaning.push(at.text);
      return [];
    }
    return [{ kind: "document", path: at.text, replaces: false, language: (wanted ?? old)!.language, changes }];
  }

  private file(before: string | undefined, after: string | undefined, at: Place, pathProperty: string): TextChange {
    const path = this.after?.[pathProperty] ?? this.before?.[pathProperty];
    const file = typeof path === "string" ? path : undefined;
    const language = file === undefined ? undefined : languageOf(file);
    const structure = file === undefined || before === undefined || after === undefined ? undefined : this.fileStructure(file, before, after);
    return {
      kind: "text",
      path: at.text,
      replaces: false,
      ...(file === undefined ? {} : { file }),
      ...(language === undefined ? {} : { language }),
      ...textDiff(before, after),
      ...(structure === undefined ? {} : { structure }),
    };
  }

  /** The change of a file that is JSON or YAML before and after; empty where only comments or layout change. */
  private fileStructure(file: string, before: string, after: string): readonly PropertyChange[] | undefined {
    const old = this.readFile(file, before);
    const wanted = old === undefined ? undefined : this.readFile(file, after);
    return wanted === undefined ? undefined : documentChanges(old, wanted);
  }
}

/** Documents are read by the rows for what they are now. */
function documentChanges(old: Parsed | undefined, wanted: Parsed | undefined): PropertyChange[] {
  return new Comparison(undefined, undefined, () => undefined).values(old?.value, wanted?.value, place((wanted ?? old)!.schema));
}

/** Places of resources are written as the engine writes them, places in documents as people find them. */
function isDocument({ owner }: Place): boolean {
  return !owner.includes(":");
}

/** By which an element of a list is found again more easily than by its index. */
function labelOf(value: Side): string | undefined {
  const label = isFields(value) ? (value["id"] ?? value["name"]) : undefined;
  return typeof label === "string" ? label : undefined;
}

function changed(before: Side, after: Side, at: Place): ValueChange {
  return { kind: "value", path: at.text, replaces: false, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

/** Both sides are hidden where both are there, so that they differ only where one is not. */
function hidden(before: Side, after: Side, at: Place): HiddenChange {
  return { kind: "hidden", path: at.text, replaces: false, change: before === undefined ? "added" : after === undefined ? "removed" : "changed" };
}

/** Texts on both sides, or on the one that is there. */
function textsOf(before: Side, after: Side): { readonly before: string | undefined; readonly after: string | undefined } | undefined {
  if ((typeof before !== "string" && before !== undefined) || (typeof after !== "string" && after !== undefined)) return undefined;
  return before === undefined && after === undefined ? undefined : { before, after };
}

function hasLines(text: string | undefined): boolean {
  return text !== undefined && text.trimEnd().includes("\n");
}
