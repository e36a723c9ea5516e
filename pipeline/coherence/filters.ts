/** Path filters: every pattern can match something, every negation takes something away, no filter hides another. */
import { globCovers, globFault, globsMeet } from "../globs";
import { readPattern } from "../filters";
import type { Finding, PathFilter, Pipeline } from "../model";
import type { Check, PipelineInput } from "./check";
import { each, listed, repeated, shown, unless } from "./check";

export const patternsReadable: Check<PipelineInput> = {
  name: "pattern-matches-nothing",
  holds: "Every pattern can match a path, and reads the same to every matcher.",
  find: ({ pipeline }) =>
    patternLists(pipeline).flatMap(({ path, patterns }) => [
      ...unless(
        patterns.some((pattern) => !readPattern(pattern).negated),
        path,
        patterns.length === 0 ? "no pattern" : `only negations: ${listed(patterns)}`,
        "at least one pattern without !",
      ),
      ...each(patterns, path, (pattern, at) => {
        const fault = globFault(readPattern(pattern).glob);
        return fault === undefined ? [] : [{ path: at, found: shown(pattern), allowed: fault }];
      }),
      ...repeated(patterns, (index) => `${path}[${index}]`, "pattern of a list"),
      ...each(patterns, path, (pattern, at) => voided(patterns, patterns.indexOf(pattern), at)),
    ]),
};

export const negationsWork: Check<PipelineInput> = {
  name: "negation-without-effect",
  holds: "Every negation comes after a pattern that it takes paths from, as the last match wins.",
  find: ({ pipeline }) =>
    patternLists(pipeline).flatMap(({ path, patterns }) =>
      each(patterns, path, (pattern, at) => idleNegation(patterns, patterns.indexOf(pattern), at)),
    ),
};

export const filtersApart: Check<PipelineInput> = {
  name: "filter-shadowed",
  holds: "No filter is covered by another that decides the same or more.",
  find: ({ pipeline }) =>
    each(pipeline.filters, "pipeline.filters", (filter, at) => {
      const index = pipeline.filters.indexOf(filter);
      const shadow = pipeline.filters.find((other, place) => place !== index && shadows(pipeline, other, filter, place < index));
      return unless(
        shadow === undefined,
        at,
        `${shown(filter.id)} has no effect: ${shown(shadow?.id)} covers every path of it and concerns ${shadow?.concerns}`,
        "paths of its own, or another concern",
      );
    }),
};

export const ownedPathsApart: Check<PipelineInput> = {
  name: "owned-path-shadowed",
  holds: "A path that frameworks own is not one that concerns everything anyway.",
  find: ({ pipeline }) => {
    const everything = pipeline.filters.filter(({ concerns }) => concerns === "everything");
    return each(pipeline.frameworks, "pipeline.frameworks", (framework, at) =>
      each(framework.owns, `${at}.owns`, (pattern, path) => {
        const shadow = everything.find(({ patterns }) => coveredBy(patterns, pattern));
        return unless(
          shadow === undefined,
          path,
          `${shown(pattern)} has no effect: ${shown(shadow?.id)} covers it and concerns everything`,
          "a path that no filter of everything covers",
        );
      }),
    );
  },
};

interface PatternList {
  readonly path: string;
  readonly patterns: readonly string[];
}

function patternLists(pipeline: Pipeline): PatternList[] {
  return [
    ...pipeline.filters.map(({ patterns }, index) => ({ path: `pipeline.filters[${index}].patterns`, patterns })),
    // A framework may own no path.
    ...pipeline.frameworks
      .map(({ owns }, index) => ({ path: `pipeline.frameworks[${index}].owns`, patterns: owns }))
      .filter(({ patterns }) => patterns.length > 0),
  ];
}

/** A pattern of which a later negation takes everything. */
function voided(patterns: readonly string[], index: number, at: string): Finding[] {
  const { glob, negated } = readPattern(patterns[index]!);
  if (negated || !readable(glob)) return [];
  const later = patterns.slice(index + 1).find((pattern) => {
    const next = readPattern(pattern);
    return next.negated && readable(next.glob) && globCovers(next.glob, glob);
  });
  return unless(
    later === undefined,
    at,
    `${shown(patterns[index])}, of which ${shown(later)} takes everything`,
    "a pattern that keeps some paths",
  );
}

function idleNegation(patterns: readonly string[], index: number, at: string): Finding[] {
  const { glob, negated } = readPattern(patterns[index]!);
  if (!negated || !readable(glob)) return [];
  const earlier = patterns.slice(0, index).map(readPattern);
  const effective = earlier.some((before) => !before.negated && readable(before.glob) && globsMeet(before.glob, glob));
  const undone = patterns.slice(index + 1).find((later) => {
    const next = readPattern(later);
    return !next.negated && readable(next.glob) && globCovers(next.glob, glob);
  });
  return [
    ...unless(
      effective,
      at,
      `${shown(patterns[index])} takes no path from the patterns before it`,
      "a negation behind a pattern that it takes paths from",
    ),
    ...unless(
      undone === undefined,
      at,
      `${shown(patterns[index])}, all of which ${shown(undone)} behind it gives back`,
      "a negation behind every pattern that it takes paths from",
    ),
  ];
}

function readable(glob: string): boolean {
  return globFault(glob) === undefined;
}

/** Tells whether `other` makes `filter` void. Of two equal ones the later is named. */
function shadows(pipeline: Pipeline, other: PathFilter, filter: PathFilter, otherIsEarlier: boolean): boolean {
  if (!decidesMore(pipeline, other, filter) || !coversFilter(other, filter)) return false;
  return otherIsEarlier || !(decidesMore(pipeline, filter, other) && coversFilter(filter, other));
}

function decidesMore(pipeline: Pipeline, other: PathFilter, filter: PathFilter): boolean {
  if (other.concerns === "everything" || filter.concerns === "none") return true;
  if (other.concerns !== filter.concerns) return false;
  return other.concerns !== "component" || targets(pipeline, filter).every((id) => targets(pipeline, other).includes(id));
}

function targets(pipeline: Pipeline, filter: PathFilter): string[] {
  return pipeline.components.filter((component) => component.filter === filter.id).map(({ id }) => id);
}

function coversFilter(other: PathFilter, filter: PathFilter): boolean {
  const positive = filter.patterns.map(readPattern).filter(({ negated }) => !negated);
  return positive.length > 0 && positive.every(({ glob }) => coveredBy(other.patterns, glob));
}

/** Tells whether one pattern of a list covers another, with no negation behind it that meets that. */
function coveredBy(patterns: readonly string[], inner: string): boolean {
  if (!readable(inner)) return false;
  const read = patterns.map(readPattern).filter(({ glob }) => readable(glob));
  return read.some(
    ({ glob, negated }, index) =>
      !negated && globCovers(glob, inner) && !read.slice(index + 1).some((later) => later.negated && globsMeet(later.glob, inner)),
  );
}
