/**
 * Renames: a resource that goes and one of the same type that comes with nearly the same properties. The engine sees two resources, as nothing
 * connects them; people see one. Where an alias connects them, the engine says so itself (`changes.ts`).
 */
import { canonical } from "../diff/canonical";
import { difference } from "../diff/properties";
import { place } from "../diff/paths";
import type { Fields } from "../read";
import type { Change } from "./change";

/** Share of what two resources hold that has to be equal for them to be one. Two files of one folder, or two variables, share less. */
const ALIKE = 0.7;

/** Most pairs of one type that are compared: beyond, only resources that are equal but for their name are found. */
const MOST_PAIRS = 10_000;

/** Characters of a text that weigh as much as one short property. */
const CHARACTERS_PER_WEIGHT = 200;

interface Leaf {
  readonly text: string;
  readonly weight: number;
}

/** The changes with renames in the place of their creates; their deletes are gone. */
export function withRenames(changes: readonly Change[]): Change[] {
  const pairs = new Map([...byType(changes)].flatMap(([type, { gone, come }]) => pairsOf(type, gone, come)));
  const used = new Set([...pairs.values()]);
  return changes.filter((change) => !used.has(change)).map((change) => renamed(change, pairs.get(change)));
}

function renamed(change: Change, from: Change | undefined): Change {
  if (from === undefined) return change;
  const { changes, equalInMeaning } = difference(change.step.type, from.before, change.after);
  return {
    ...change,
    operation: "rename",
    before: from.before,
    outputs: from.outputs,
    properties: changes,
    unchangedInMeaning: equalInMeaning,
    protected: change.protected || from.protected,
    renamed: { from: from.resource, recreated: true },
  };
}

interface Side {
  readonly gone: Change[];
  readonly come: Change[];
}

function byType(changes: readonly Change[]): Map<string, Side> {
  const types = new Map<string, Side>();
  for (const change of changes) {
    if (change.operation !== "delete" && change.operation !== "create") continue;
    const side = types.get(change.step.type) ?? { gone: [], come: [] };
    (change.operation === "delete" ? side.gone : side.come).push(change);
    types.set(change.step.type, side);
  }
  return types;
}

/** What comes, with what went. The likest pair first, each resource once. */
function pairsOf(type: string, gone: readonly Change[], come: readonly Change[]): [Change, Change][] {
  if (gone.length === 0 || come.length === 0 || type.startsWith("pulumi:providers:")) return [];
  if (gone.length * come.length > MOST_PAIRS) return equalPairs(gone, come);
  const leaves = new Map([...gone, ...come].map((change) => [change, leavesOf(type, change.operation === "delete" ? change.before : change.after)]));
  const candidates = come
    .flatMap((comer) => gone.map((goer) => ({ comer, goer, alike: likeness(leaves.get(comer)!, leaves.get(goer)!) })))
    .filter(({ alike }) => alike >= ALIKE)
    .sort((one, other) => other.alike - one.alike || compare(one.goer, other.goer) || compare(one.comer, other.comer));
  const taken = new Set<Change>();
  return candidates.flatMap(({ comer, goer }): [Change, Change][] => {
    if (taken.has(comer) || taken.has(goer)) return [];
    taken.add(comer).add(goer);
    return [[comer, goer]];
  });
}

function equalPairs(gone: readonly Change[], come: readonly Change[]): [Change, Change][] {
  const open = new Map(gone.map((change) => [canonical(change.before ?? {}, place(change.step.type)), change]));
  return come.flatMap((change): [Change, Change][] => {
    const text = canonical(change.after ?? {}, place(change.step.type));
    const goer = open.get(text);
    open.delete(text);
    return goer === undefined ? [] : [[change, goer]];
  });
}

function compare(one: Change, other: Change): number {
  return one.resource.urn < other.resource.urn ? -1 : one.resource.urn > other.resource.urn ? 1 : 0;
}

/** What a resource holds, in pieces: the lines of its texts, and every value at its path. */
function leavesOf(type: string, fields: Fields | undefined): Leaf[] {
  return difference(type, undefined, fields ?? {}).changes.flatMap((change): Leaf[] => {
    if (change.kind !== "text") return [{ text: JSON.stringify(change), weight: 1 }];
    const lines = change.hunks.flatMap((hunk) => hunk.lines.map(({ text }) => text));
    const weight = Math.max(1, lines.join("\n").length / CHARACTERS_PER_WEIGHT);
    return lines.map((text) => ({ text: `${change.path}: ${text}`, weight: weight / lines.length }));
  });
}

/** Weight of what two have in common, as a share of what both hold, 0 to 1. */
function likeness(one: readonly Leaf[], other: readonly Leaf[]): number {
  const open = new Map<string, number>();
  for (const { text } of one) open.set(text, (open.get(text) ?? 0) + 1);
  let common = 0;
  for (const { text, weight } of other) {
    const left = open.get(text) ?? 0;
    if (left === 0) continue;
    open.set(text, left - 1);
    common += weight;
  }
  const total = weightOf(one) + weightOf(other);
  return total === 0 ? 0 : (2 * common) / total;
}

function weightOf(leaves: readonly Leaf[]): number {
  return leaves.reduce((sum, { weight }) => sum + weight, 0);
}
