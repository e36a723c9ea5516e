/** Path filters, owners of files, licence headers. */
import { compilePatterns, readPattern } from "../../pipeline/filters";
import { impactOf } from "../../pipeline/impact";
import type { Pipeline } from "../../pipeline/model";
import { config, file } from "../model";
import { listed, once, type Rule } from "./rule";

function patternLists({ filters, frameworks, copyright }: Pipeline): { readonly path: string; readonly patterns: readonly string[] }[] {
  return [
    ...filters.map(({ id, patterns }) => ({ path: `filters.${id}.patterns`, patterns })),
    ...frameworks.map(({ id, owns }) => ({ path: `frameworks.${id}.owns`, patterns: owns })),
    // Kinds of files may be wanted before there is one; folders and names of one file are there or not.
    { path: "copyright.ignored", patterns: copyright.ignored.filter((pattern) => !pattern.startsWith("**/")) },
  ];
}

const patternUnmatched: Rule = {
  id: "pattern-unmatched",
  title: "Every path pattern matches a file, and takes one away where it begins with !.",
  find: ({ pipeline, readings, delivered }) => {
    const files = [...readings.files, ...delivered];
    return once(
      patternLists(pipeline).flatMap(({ path, patterns }) =>
        patterns
          .filter((pattern) => {
            const matches = compilePatterns([readPattern(pattern).glob]);
            return !files.some((each) => matches(each));
          })
          .map((pattern) => ({ where: config(path), about: pattern, found: `${pattern}, which matches no file`, allowed: "a pattern of files that are in the repository", mend: "Correct the pattern, or take it out." })),
      ),
    );
  },
};

const fileUnclaimed: Rule = {
  id: "file-unclaimed",
  title: "Every file is claimed by a filter or owned by a framework: a change of one that is not runs everything.",
  find: ({ pipeline, readings }) => {
    const changes = { known: true as const, files: readings.files.map((path) => ({ path, status: "modified" as const })) };
    return impactOf(pipeline, changes).unclaimed.map((path) => ({
      where: file(path),
      about: "claim",
      found: "no filter matches it and no framework owns it",
      allowed: `a pattern of ${listed(pipeline.filters.map(({ id }) => id))}`,
      mend: "Put a pattern for it into the filter of what it concerns.",
    }));
  },
};

const headerMissing: Rule = {
  id: "header-missing",
  title: "Every file that carries a licence header has it: copyright-checks is red on each pull request until then.",
  find: ({ pipeline: { copyright }, readings }) =>
    readings.headers.map(({ path, missing }) => {
      const comment = copyright.languages.find(({ files }) => compilePatterns(files)(path))?.comment ?? "#";
      return {
        where: file(path, 1),
        about: "header",
        found: `no ${listed(missing.map((tag) => tag.replace(/:$/, "")))}`,
        allowed: `the header: ${copyright.header.map((line) => `${comment} ${line}`).join(" / ")}`,
        mend: "Put the header at the top of the file, or its path into copyright.ignored.",
      };
    }),
};

export const fileRules: readonly Rule[] = [patternUnmatched, fileUnclaimed, headerMissing];
