/** Patterns of path filters, as GitHub reads them. */
import { compileFilters, compilePatterns, readPattern } from "../../pipeline/filters";

describe("path filters", () => {
  it.each([
    ["lib/**", "lib/a/b.rs", true],
    ["lib/**", "lib/.hidden/a", true],
    ["lib/**", "lib", false],
    ["lib/**", "libs/a", false],
    ["**/*.rs", "a.rs", true],
    ["**/*.rs", "lib/deep/a.rs", true],
    ["*.rs", "lib/a.rs", false],
    ["**/.gitignore", ".gitignore", true],
    ["deploy/*", "deploy/README", true],
    ["deploy/*", "deploy/operator/main.go", false],
    ["*.{rs,py}", "a.rs", false],
    ["docs/[ab].md", "docs/a.md", true],
    ["Cargo.*", "Cargo.toml", true],
  ])("%s on %s: %s", (pattern, path, expected) => {
    expect(compilePatterns([pattern])(path)).toBe(expected);
  });

  it("lets the last match win, from left to right", () => {
    const matches = compilePatterns(["lib/**", "!lib/**/*.md", "lib/keep.md"]);
    expect(["lib/a.rs", "lib/a.md", "lib/keep.md", "b.rs"].map(matches)).toEqual([true, false, true, false]);
    // A negation that comes first takes nothing away.
    expect(compilePatterns(["!lib/**/*.md", "lib/**"])("lib/a.md")).toBe(true);
  });

  it("matches nothing without patterns", () => {
    expect(compilePatterns([])("a")).toBe(false);
  });

  it("reads a negation apart from its glob", () => {
    expect([readPattern("!a/**"), readPattern("a/**")]).toEqual([
      { glob: "a/**", negated: true },
      { glob: "a/**", negated: false },
    ]);
  });

  it("keeps filters in their order", () => {
    const filters = [
      { id: "b", title: "B", patterns: ["b/**"], concerns: "backend" },
      { id: "a", title: "A", patterns: ["**"], concerns: "none" },
    ] as const;
    expect(compileFilters(filters).map(({ filter, matches }) => [filter.id, matches("b/x"), matches("c")])).toEqual([
      ["b", true, false],
      ["a", true, true],
    ]);
  });
});
