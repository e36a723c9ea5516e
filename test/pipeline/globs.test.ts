/** What is said about patterns agrees with what the matcher does, path by path. */
import fc from "fast-check";
import { compilePatterns } from "../../pipeline/filters";
import { globCovers, globFault, globsMeet } from "../../pipeline/globs";
import { pipeline } from "./fixtures";

const name = fc
  .array(fc.constantFrom("a", "b", ".", "x"), { minLength: 1, maxLength: 3 })
  .map((letters) => letters.join(""))
  .filter((text) => !/^\.+$/.test(text));
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
const segment = fc.oneof(
  fc.constant("**"),
  fc.constant("*"),
  fc.array(fc.constantFrom("a", "b", ".", "*", "[ab]", "[a-x]"), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("")),
);
const glob = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join("/"))
  .filter((text) => globFault(text) === undefined && !/(^|\/)\.+(\/|$)/.test(text));

const matches = (pattern: string, file: string): boolean => compilePatterns([pattern])(file);

describe("patterns without paths", () => {
  it("agree with the matcher: a path that both match means that they meet", () => {
    fc.assert(
      fc.property(glob, glob, path, (left, right, file) => {
        fc.pre(matches(left, file) && matches(right, file));
        expect(globsMeet(left, right)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it("agree with the matcher: a covered pattern has no path of its own", () => {
    fc.assert(
      fc.property(glob, glob, path, (outer, inner, file) => {
        fc.pre(matches(inner, file) && !matches(outer, file));
        expect(globCovers(outer, inner)).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it("agree with the matcher on every path, a path being a pattern of itself", () => {
    fc.assert(
      fc.property(glob, path, (pattern, file) => {
        expect(globsMeet(pattern, file)).toBe(matches(pattern, file));
      }),
      { numRuns: 400 },
    );
  });

  it("cover themselves, and are covered by everything", () => {
    fc.assert(
      fc.property(glob, (pattern) => {
        expect(globCovers(pattern, pattern)).toBe(true);
        expect(globsMeet(pattern, pattern)).toBe(true);
        expect(globCovers("**", pattern)).toBe(true);
      }),
    );
  });

  it.each([
    ["lib/**", "lib/llm/**", true],
    ["lib/llm/**", "lib/**", false],
    ["**/*.rs", "lib/**/*.rs", true],
    ["**/*.rs", "lib/**/*.r[s]", true],
    ["lib/*", "lib/**", false],
    ["*.toml", "Cargo.*", false],
    ["**", "a/b", true],
  ])("%s covers %s: %s", (outer, inner, expected) => {
    expect(globCovers(outer, inner)).toBe(expected);
  });

  it.each([
    ["*.toml", "Cargo.*", true],
    ["**/*.rs", "**/*.md", false],
    ["deploy/*", "deploy/operator/**", false],
    ["deploy/**", "deploy/*/main.go", true],
    ["deploy/*", "deploy/operator/main.go", false],
    ["release/*", "main", false],
    ["pull-request/*", "pull-request/[0-9]*", true],
    ["pull-request/*", "pull-request/[0-9]*/x", false],
  ])("%s meets %s: %s", (left, right, expected) => {
    expect(globsMeet(left, right)).toBe(expected);
    expect(globsMeet(right, left)).toBe(expected);
  });

  it.each([
    ["", "a pattern that is not empty"],
    ["/lib/**", "a path from the repository's root, without a leading /: it matches nothing"],
    ["./lib", "a path without . and .. segments: they match nothing"],
    ["lib//a", "a path without empty segments: they match nothing"],
    [" lib", "a pattern without space around it: it matches nothing"],
    ["lib/a?.rs", "literals, *, ** and [...]: ?, + and \\ mean different things to different matchers"],
    ["lib/**.rs", "** as a whole segment, such as **/*.rs"],
    ["**/**/a", "one ** where several follow each other"],
    ["lib/[ab", "brackets with letters, digits, _ . and - in them: matchers disagree on others"],
    ["lib/[!a]", "brackets with letters, digits, _ . and - in them: matchers disagree on others"],
    ["lib/[z-a]", "ranges that go up, such as [a-z]: one that goes down matches nothing"],
    ["lib/[0-9z-ab]/x", "ranges that go up, such as [a-z]: one that goes down matches nothing"],
    ["vendor/.git/**", "a path outside .git: git keeps no file in one, so it matches nothing"],
  ])("refuses %j", (pattern, allowed) => {
    expect(globFault(pattern)).toBe(allowed);
  });

  it("takes every pattern of the default pipeline", () => {
    const patterns = [...pipeline.filters.flatMap((filter) => filter.patterns), ...pipeline.frameworks.flatMap(({ owns }) => owns)];
    expect(patterns.filter((pattern) => globFault(pattern.replace(/^!/, "")) !== undefined)).toEqual([]);
  });
});
