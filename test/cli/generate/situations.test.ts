/** The table of situations: each that is handled has a test, and the file is there. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { situations } from "../../../cli/documents/situations/list";

test.each(situations.map((each) => [each.when, each] as const))("%s", (_when, { verdict, what, source, test: file }) => {
  expect(what).toMatch(/\.$/);
  expect(source).not.toBe("");
  expect(file === undefined).toBe(verdict === "open");
  if (file !== undefined) expect(existsSync(join(__dirname, "../../..", file))).toBe(true);
});

test("none stands twice", () => {
  expect(new Set(situations.map(({ when }) => when)).size).toBe(situations.length);
});
