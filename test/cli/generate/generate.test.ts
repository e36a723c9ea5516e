/** Generators: all of them are computed before anything is written, and a failure leaves everything as it is. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { changesOf } from "../../../cli/generate/changes";
import type { Generated, Generator } from "../../../cli/generate/generator";
import { testsWithSnapshots } from "../../../cli/generate/snapshots";
import { writeChanges } from "../../../cli/generate/write";

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "generate-"));
  put("kept/same.txt", "same");
  put("kept/old.txt", "old");
  put("kept/deep/er/gone.txt", "gone");
  put("other/mine.txt", "mine");
});
afterEach(() => rmSync(project, { recursive: true }));

function put(path: string, content: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), content);
}

const generator = (name: string, generated: Generated | (() => Generated)): Generator => ({ name, title: name, generate: () => (typeof generated === "function" ? generated() : generated) });

const kept = generator("kept", {
  files: [
    { path: "kept/same.txt", content: "same" },
    { path: "kept/old.txt", content: "new" },
    { path: "kept/a/b.txt", content: "b" },
  ],
  folders: ["kept"],
});

/** Every file below the project, with its content. */
function tree(folder = project): Record<string, string> {
  return Object.fromEntries(readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => [join(entry.parentPath, entry.name).slice(project.length + 1), readFileSync(join(entry.parentPath, entry.name), "utf8")]));
}

test("what is new, changed and gone is found, and nothing is written by looking", async () => {
  const before = tree();
  expect((await changesOf([kept], project)).map(({ path, what }) => [path, what])).toEqual([
    ["kept/a/b.txt", "new"],
    ["kept/deep/er/gone.txt", "gone"],
    ["kept/old.txt", "changed"],
  ]);
  expect(tree()).toEqual(before);
});

test("is written, and then nothing is left to do; folders that become empty go", async () => {
  writeChanges(await changesOf([kept], project), project);
  expect(tree()).toEqual({ "kept/same.txt": "same", "kept/old.txt": "new", "kept/a/b.txt": "b", "other/mine.txt": "mine" });
  expect(readdirSync(join(project, "kept")).sort()).toEqual(["a", "old.txt", "same.txt"]);
  expect(await changesOf([kept], project)).toEqual([]);
});

test("a generator that fails leaves the tree as it is, and every failure is named", async () => {
  const before = tree();
  const broken = (name: string): Generator => generator(name, () => {
    throw new Error(`no ${name}`);
  });
  await expect(changesOf([kept, broken("one"), broken("two")], project)).rejects.toThrow("generator one: no one\ngenerator two: no two\nNothing was written.");
  expect(tree()).toEqual(before);
});

test("a path outside of the project, and a file that two generators give, are refused", async () => {
  const out = generator("out", { files: [{ path: "../x", content: "" }, { path: "/etc/x", content: "" }] });
  const twice = generator("twice", { files: [{ path: "kept/same.txt", content: "other" }] });
  await expect(changesOf([kept, out, twice], project)).rejects.toThrow('generator out gives "../x": allowed are paths inside the project\ngenerator out gives "/etc/x": allowed are paths inside the project\ngenerators kept and twice both give kept/same.txt\nNothing was written.');
});

test("a file that cannot be written leaves all others as they are, and no half of one", async () => {
  const before = tree();
  const blocked = generator("blocked", { files: [{ path: "kept/old.txt", content: "new" }, { path: "other/mine.txt/below", content: "x" }] });
  const changes = await changesOf([blocked], project);
  expect(() => writeChanges(changes, project)).toThrow();
  expect(tree()).toEqual(before);
});

test("tests with snapshots are found by them", () => {
  put("test/a/__snapshots__/b.test.ts.snap", "");
  expect(testsWithSnapshots(project)).toEqual([join("test", "a", "b.test.ts")]);
});
