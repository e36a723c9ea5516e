/** The whole comparison: every GitHub resource of the small stack, from nothing to nothing. */
import { PROJECT } from "../../../../cli/kit/project";
import { recordProgram } from "../../../../policy/resources/program";
import { requirements } from "../../../../rehearsal/stage";
import type { Properties } from "../../../../sandbox/provider/kind";
import { HAND_CHANGES } from "./byHand";
import { Comparison, type Found, type Sides, type Wanted } from "./run";
import { startSide, type Known } from "./side";

const STACK = "dev";

/** What the comparison came to. */
export interface Outcome {
  readonly found: readonly Found[];
  /** How often each step of each type was compared. */
  readonly steps: ReadonlyMap<string, number>;
  /** Types of the program, sorted. */
  readonly types: readonly string[];
}

export async function compareProviders(): Promise<Outcome> {
  const all = (await recordProgram(PROJECT, STACK, "up")) as unknown as readonly Wanted[];
  const resources = inOrder(all.filter(({ type }) => type.startsWith("github:")));
  const { owner, legacyClient } = all.find(({ type }) => type === "pulumi:providers:github")!.props as Properties;
  const seeds = requirements(PROJECT, STACK).github ?? [];
  const sides: Sides = { ours: await startSide("ours", seeds, { owner, legacyClient }), real: await startSide("real", seeds, { owner, legacyClient }) };
  try {
    const comparison = new Comparison(sides);
    await throughAll(comparison, resources);
    return { found: comparison.found, steps: comparison.steps, types: [...new Set(resources.map(({ type }) => type))].sort() };
  } finally {
    await Promise.all([sides.ours.stop(), sides.real.stop()]);
  }
}

/** Rulesets protect the branch that files are written to, so they come last, as in the program. */
function inOrder(resources: readonly Wanted[]): readonly Wanted[] {
  const last = ({ type }: Wanted): boolean => type.endsWith(":RepositoryRuleset");
  return [...resources.filter((resource) => !last(resource)), ...resources.filter(last)];
}

async function throughAll(comparison: Comparison, resources: readonly Wanted[]): Promise<void> {
  const made: { readonly wanted: Wanted; readonly known: Readonly<Record<keyof Sides, Known>> }[] = [];
  const shapes = new Set<string>();
  for (const wanted of resources) {
    const known = await comparison.created(wanted);
    const shape = `${wanted.type} ${shapeOf(wanted.props)}`;
    // One resource of each form stands for all of it.
    made.push({ wanted, known: shapes.has(shape) ? known : await comparison.changed(wanted, known) });
    shapes.add(shape);
  }
  // Types go one after another, the last first: while rulesets stand, nobody writes a file by hand.
  for (const type of [...new Set(made.map(({ wanted }) => wanted.type))].reverse()) {
    const [victim, ...others] = made.filter(({ wanted }) => wanted.type === type).reverse();
    const changes = HAND_CHANGES[type.split(":").at(-1) ?? ""] ?? [];
    for (const change of changes) await comparison.drifted(type, victim!.known, change);
    const left = changes.some(({ name }) => name === "gone") ? others : [victim!, ...others];
    for (const { known } of left) await comparison.removed(type, known);
  }
}

function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length === 0 ? "" : shapeOf(value[0])}]`;
  if (typeof value !== "object" || value === null) return typeof value;
  return `{${Object.entries(value).map(([key, member]) => `${key}:${shapeOf(member)}`).sort().join()}}`;
}
