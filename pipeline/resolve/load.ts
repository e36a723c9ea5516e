/** The load of frameworks for which the profile says none: how often changes touch nothing else. */
import { compilePatterns } from "../filters";
import type { Change, Load } from "../load";
import type { Framework } from "../schema/images";

/**
 * The profile with a kind of change for each framework that has none of its own: as frequent as those of the others on average, of a file that it owns.
 * Nothing is added for a framework that owns nothing, whose id is that of another kind of change, or where no framework has a change of its own to go by.
 */
export function resolveLoad(frameworks: readonly Framework[], load: Load): Load {
  const { changes } = load.pullRequests;
  const owners = frameworks.map((framework) => ({ framework, owns: compilePatterns(framework.owns) }));
  const ownersOf = (change: Change): Framework[] => owners.filter(({ owns }) => change.files.some(owns)).map(({ framework }) => framework);
  const own = changes.flatMap((change) => {
    const [owner, ...others] = ownersOf(change);
    return owner === undefined || others.length > 0 ? [] : [{ id: owner.id, weight: change.weight }];
  });
  const weights = own.map(({ weight }) => weight);
  const without = frameworks.filter(({ id }) => !own.some((change) => change.id === id) && !changes.some((change) => change.id === id));
  if (weights.length === 0 || without.length === 0) return load;
  const weight = weights.reduce((sum, each) => sum + each, 0) / weights.length;
  const added = without.flatMap(({ id, title, owns }) => {
    const change = { id, title: `${title} alone`, weight, files: exampleOf(owns) };
    return ownersOf(change).length === 1 ? [change] : [];
  });
  return { ...load, pullRequests: { ...load.pullRequests, changes: [...changes, ...added] } };
}

/** A file that patterns take, at most one: the name of the first that can be filled in. */
function exampleOf(patterns: readonly string[]): string[] {
  const owns = compilePatterns(patterns);
  return patterns.map((pattern) => pattern.replace(/\*+/g, "changed")).filter(owns).slice(0, 1);
}
