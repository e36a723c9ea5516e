/** What a change touches: the changed files, sorted by what the pipeline's filters and frameworks say they concern. */
import { compileFilters, compilePatterns, type CompiledFilter, type PathMatcher } from "./filters";
import type { Pipeline } from "./model";
import type { ChangedFile, Changes } from "./plan";

/** Why something is touched, as one sentence; undefined when it is not. */
export type Touched = string | undefined;

/** What a change touches, and why. */
export interface Impact {
  /** Set when everything is touched: the changes are not known, a file is not claimed, or a file concerns everything. */
  readonly everything: Touched;
  readonly core: Touched;
  readonly rust: Touched;
  /** By framework id. */
  readonly frameworks: ReadonlyMap<string, string>;
  /** By component id. */
  readonly components: ReadonlyMap<string, string>;
  /** Files that nothing claims, sorted. */
  readonly unclaimed: readonly string[];
}

/** Reads the changes. The order of files and repeated ones make no difference. */
export function impactOf(pipeline: Pipeline, changes: Changes): Impact {
  if (!changes.known) return unknownImpact(changes.why);
  const claims = compiledClaims(pipeline);
  const tally = new Tally();
  for (const path of pathsOf(changes.files)) tallyPath(claims, path, tally);
  return impactOfTally(pipeline, tally);
}

/** Every path that the files touch, sorted and once: a renamed or removed file counts under each of its names. */
export function pathsOf(files: readonly ChangedFile[]): string[] {
  const paths = files.flatMap((file) => (file.previousPath === undefined ? [file.path] : [file.path, file.previousPath]));
  return [...new Set(paths)].sort();
}

/** A path for a sentence; one with control characters or quotes is escaped. */
export function shownPath(path: string): string {
  return /^[\w./@+*,=~%#()[\]{} -]+$/.test(path) ? path : JSON.stringify(path);
}

interface Claims {
  readonly filters: readonly CompiledFilter[];
  readonly owners: readonly { readonly framework: string; readonly owns: PathMatcher }[];
}

const compiled = new WeakMap<Pipeline, Claims>();

/** Regular expressions are made once for a pipeline, however many changes are asked about. */
function compiledClaims(pipeline: Pipeline): Claims {
  const known = compiled.get(pipeline);
  if (known) return known;
  const claims: Claims = {
    filters: compileFilters(pipeline.filters),
    owners: pipeline.frameworks.map(({ id, owns }) => ({ framework: id, owns: compilePatterns(owns) })),
  };
  compiled.set(pipeline, claims);
  return claims;
}

/** Paths by what they concern; keys are `everything`, `core`, `rust`, `backend`, `unclaimed`, `filter:ID` and `owned:FRAMEWORK`. */
class Tally {
  private readonly paths = new Map<string, string[]>();

  add(key: string, path: string): void {
    const known = this.paths.get(key);
    if (known) known.push(path);
    else this.paths.set(key, [path]);
  }

  of(key: string): readonly string[] {
    return this.paths.get(key) ?? [];
  }

  /** The first path and how many more there are; undefined when there is none. */
  shown(key: string): string | undefined {
    const [first, ...others] = this.of(key);
    if (first === undefined) return undefined;
    return others.length === 0 ? shownPath(first) : `${shownPath(first)} (and ${others.length} more)`;
  }
}

/** A path that frameworks own is only theirs: it does not touch the others through a backend filter. */
function tallyPath({ filters, owners }: Claims, path: string, tally: Tally): void {
  const owning = owners.filter(({ owns }) => owns(path));
  const matching = filters.filter(({ matches }) => matches(path));
  if (owning.length === 0 && matching.length === 0) tally.add("unclaimed", path);
  for (const { framework } of owning) tally.add(`owned:${framework}`, path);
  for (const { filter } of matching) {
    if (filter.concerns === "none" || (filter.concerns === "backend" && owning.length > 0)) continue;
    tally.add(filter.concerns === "component" ? `filter:${filter.id}` : filter.concerns, path);
  }
  if (owning.length > 0 || matching.some(({ filter }) => filter.concerns !== "none")) tally.add("built", path);
}

function impactOfTally(pipeline: Pipeline, tally: Tally): Impact {
  return {
    everything: touchedEverything(tally),
    core: sentence(tally.shown("built"), "is more than documentation, so the core container is built"),
    rust: sentence(tally.shown("rust"), "concerns Rust"),
    frameworks: touchedFrameworks(pipeline, tally),
    components: touchedComponents(pipeline, tally),
    unclaimed: tally.of("unclaimed"),
  };
}

function touchedEverything(tally: Tally): Touched {
  const unclaimed = tally.shown("unclaimed");
  if (unclaimed !== undefined) return `No filter claims ${unclaimed}, so everything runs.`;
  return sentence(tally.shown("everything"), "concerns everything");
}

function touchedFrameworks(pipeline: Pipeline, tally: Tally): Map<string, string> {
  const backend = sentence(tally.shown("backend"), "concerns every framework");
  const touched = new Map<string, string>();
  for (const { id, title } of pipeline.frameworks) {
    const why = backend ?? sentence(tally.shown(`owned:${id}`), `concerns ${title}`);
    if (why !== undefined) touched.set(id, why);
  }
  return touched;
}

function touchedComponents(pipeline: Pipeline, tally: Tally): Map<string, string> {
  const touched = new Map<string, string>();
  for (const { id, title, filter } of pipeline.components) {
    const why = sentence(tally.shown(`filter:${filter}`), `concerns the ${title}`);
    if (why !== undefined) touched.set(id, why);
  }
  return touched;
}

function sentence(subject: string | undefined, predicate: string): Touched {
  return subject === undefined ? undefined : `${subject} ${predicate}.`;
}

function unknownImpact(why: string): Impact {
  return {
    everything: `The changed files are not known (${why}), so everything runs.`,
    core: undefined,
    rust: undefined,
    frameworks: new Map(),
    components: new Map(),
    unclaimed: [],
  };
}
