import { matcher } from "../../../workflows/gate/glob";

// Rows of GitHub's filter pattern cheat sheet.
test.each([
  ["feature/*", "feature/my-branch", true],
  ["feature/*", "feature/beta-a/my-branch", false],
  ["feature/**", "feature/beta-a/my-branch", true],
  ["*", "main", true],
  ["*", "releases/v1", false],
  ["**", "all/the/branches", true],
  ["*feature", "mona-feature", true],
  ["v2*", "v2.0", true],
  ["v[12].[0-9]+.[0-9]+", "v1.10.1", true],
  ["v[12].[0-9]+.[0-9]+", "v3.10.1", false],
  ["pull-request/[0-9]+", "pull-request/123", true],
  ["pull-request/[0-9]+", "pull-request/12x", false],
  ["*.jsx?", "page.js", true],
  ["*.jsx?", "page.jsx", true],
  ["**.js", "src/js/app.js", true],
  ["docs/**/*.md", "docs/hello.md", true],
  ["docs/**/*.md", "docs/mona/octocat.md", true],
  ["**/docs/**", "dir/docs/my-file.txt", true],
  ["**/README.md", "README.md", true],
  ["**/*src/**", "a/src/app.js", true],
  ["**/*-post.md", "my-post.md", true],
  ["Cargo.*", "CargoXtoml", false],
  ["\\*.md", "*.md", true],
])("%s on %s: %s", (pattern, name, expected) => {
  expect(matcher([pattern])(name)).toBe(expected);
});

test("the last pattern that matches decides", () => {
  expect(matcher(["**", "!docs/**"])("docs/a.md")).toBe(false);
  expect(matcher(["!docs/**", "**"])("docs/a.md")).toBe(true);
  expect(matcher(["docs/**", "!docs/**", "docs/keep.md"])("docs/keep.md")).toBe(true);
});

test("a set that does not end is named", () => {
  expect(() => matcher(["a[bc"])).toThrow('filter pattern "a[bc": "[" at 1 has no "]"');
});
