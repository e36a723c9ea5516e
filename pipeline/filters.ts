/**
 * Path filters: which changed files concern what.
 *
 * A filter's patterns apply left to right and the last one that matches decides, as GitHub's own path filters do; a leading `!` takes
 * paths away again. `*` stays within one directory, `**` crosses directories, and hidden files are like others.
 */
import picomatch from "picomatch";
import type { PathFilter } from "./model";

/** Tells whether a path of the repository matches. */
export type PathMatcher = (path: string) => boolean;

/** Braces and extended globs are not part of GitHub's patterns; `globs.ts` refuses what the two read differently. */
const MATCH_OPTIONS = { dot: true, nobrace: true, noextglob: true, nonegate: true, literalBrackets: false } as const;

/** A pattern without its `!`, and whether it had one. */
export function readPattern(pattern: string): { readonly glob: string; readonly negated: boolean } {
  return pattern.startsWith("!") ? { glob: pattern.slice(1), negated: true } : { glob: pattern, negated: false };
}

/** Compiles an ordered pattern list to a matcher; regular expressions are made once. An empty list matches nothing. */
export function compilePatterns(patterns: readonly string[]): PathMatcher {
  const lastFirst = patterns
    .map((pattern) => {
      const { glob, negated } = readPattern(pattern);
      return { regex: picomatch.makeRe(filesOf(glob), MATCH_OPTIONS), negated };
    })
    .reverse();
  return (path) => {
    const deciding = lastFirst.find(({ regex }) => regex.test(path));
    return deciding !== undefined && !deciding.negated;
  };
}

/** `lib/**` is what lies under `lib`. Picomatch lets it match a file named `lib` too, but only where no wildcard stands before the slash. */
function filesOf(glob: string): string {
  return glob.endsWith("/**") ? `${glob}/*` : glob;
}

/** A filter that is ready to be asked about many files. */
export interface CompiledFilter {
  readonly filter: PathFilter;
  readonly matches: PathMatcher;
}

/** Compiles filters, in their order. */
export function compileFilters(filters: readonly PathFilter[]): CompiledFilter[] {
  return filters.map((filter) => ({ filter, matches: compilePatterns(filter.patterns) }));
}
