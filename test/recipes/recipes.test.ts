/** `make recipes`, and proofs that it can fail. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../../cli/kit/project";
import { RECIPES } from "../../recipes/all";
import { Copy, differences } from "../../recipes/copy";
import { after, entryIn, newFile } from "../../recipes/edits";
import type { Recipe } from "../../recipes/recipe";
import { runTests, tryRecipes, type Result, type Tried } from "../../recipes/run";
import { recipesText } from "../../recipes/text";

jest.setTimeout(600_000);

/** A recipe that is wrong in every way that needs no second run. */
const WRONG: Recipe = {
  name: "wrong",
  task: "a framework without a title",
  edits: [entryIn("frameworks", 'untitled: { cuda: ["13.0"] }')],
  refused: [
    { what: "nothing that is wrong", edits: [], findings: ["gpu-cicd:frameworks.untitled.title"] },
    { what: "another thing that is wrong", edits: [entryIn("frameworks", "lone: { title: 5, cuda: [] }")], findings: ["gpu-cicd:frameworks.lone.title"] },
  ],
  harms: [{ what: "harm that no one tries", byEntry: false, mutations: () => [] }],
  tests: [],
};

const CONFIG = join(PROJECT, "Pulumi.prod.yaml");
const before = readFileSync(CONFIG, "utf8");
let copy: Copy;
let result: Result;
beforeAll(async () => {
  copy = await Copy.of(PROJECT);
  result = await tryRecipes(PROJECT, [...RECIPES, WRONG], copy);
}, 600_000);
afterAll(() => copy.remove());

const of = (name: string): Tried => result.tried.find(({ recipe }) => recipe.name === name)!;

test.each(RECIPES.map(({ name }) => name))("%s: nothing is wrong with it, and all of its harm is refused", (name) => {
  const { problems, judged, recipe } = of(name);
  expect(problems).toEqual([]);
  expect(judged.length).toBeGreaterThanOrEqual(recipe.harms.length);
});

test("the stack with all of them has no violation", () => {
  expect(result.problems).toEqual([]);
  expect(result.resources).toBeGreaterThan(200);
});

test("tests that read production's own files pass on all of it, as they are", () => {
  expect(result.tests).toBeGreaterThan(300);
});

test("what is added to a stack, or taken from it, is one file, by hand", () => {
  for (const name of ["framework", "runner-class", "required-check", "removal"]) expect(of(name).edited.map(({ path }) => path)).toEqual(["Pulumi.prod.yaml"]);
});

test("its workflow file and what the policies are told are generated", () => {
  expect(of("required-check").generated).toEqual(expect.arrayContaining(["policy/config/prod.json", "test/golden/workflows/prod/.github/workflows/docs-links.yml"]));
  expect(of("framework").generated).toContain("policy/config/prod.json");
  expect(of("policy").generated).toContain("docs/policies.md");
});

test("the checkout is as it was, and the copy is not", () => {
  expect(readFileSync(CONFIG, "utf8")).toBe(before);
  expect(copy.read("Pulumi.prod.yaml")).not.toBe(before);
});

test("what is wrong is said: edits that do not read and are taken back, findings other than the expected, harm that nobody tried", () => {
  expect(of("wrong").problems).toEqual([
    expect.stringMatching(/^nothing that is wrong: findings about nothing; expected are /),
    expect.stringMatching(/^another thing that is wrong: findings about gpu-cicd:frameworks\.lone\..*; expected are gpu-cicd:frameworks\.lone\.title$/),
    "the stack does not read: gpu-cicd:frameworks.untitled.title",
    // It is not deployed either.
    "the stack does not read: gpu-cicd:frameworks.untitled",
    "harm that no one tries: was not tried",
  ]);
  expect(copy.read("Pulumi.prod.yaml")).not.toContain("untitled");
});

test("a test that fails is said by its name, and that none was run", async () => {
  copy.edit([newFile("test/wrong.test.ts", 'test("is right", () => {});\ntest("is wrong", () => expect(1).toBe(2));\n')]);
  expect(await runTests(copy, ["--runTestsByPath", "test/wrong.test.ts"])).toEqual({ passed: 1, problems: ["a test fails: test/wrong.test.ts: is wrong"] });
  expect(await runTests(copy, ["--testPathPatterns", "/nowhere/"])).toEqual({ passed: 0, problems: [expect.stringMatching(/^no test was run: /)] });
  copy.restore(new Map([["test/wrong.test.ts", ""]]));
});

test("the report tells tasks that hold from those that do not, and how many things are wrong", () => {
  const text = recipesText(result);
  expect(text.split("\n").filter((line) => /\| holds \|$/.test(line))).toHaveLength(RECIPES.length);
  expect(text.split("\n").filter((line) => /\| WRONG \|$/.test(line))).toHaveLength(1);
  expect(text).toMatch(/5 things are wrong\n$/);
});

describe("an edit", () => {
  const { apply } = entryIn("frameworks", "mine:", "  title: Mine");

  test("of config makes the key, or goes below it", () => {
    expect(apply("config:\n")).toBe("config:\n  gpu-cicd:frameworks:\n    mine:\n      title: Mine\n");
    expect(apply("config:\n  gpu-cicd:frameworks:\n    a: {}\n")).toBe("config:\n  gpu-cicd:frameworks:\n    mine:\n      title: Mine\n    a: {}\n");
  });

  test("goes below the keys that are there, and brings those that are not", () => {
    const { apply: inner } = entryIn(["deployments", "tests"], "a/b: null");
    expect(inner("config:\n  other: 1\n")).toBe("config:\n  other: 1\n  gpu-cicd:deployments:\n    tests:\n      a/b: null\n");
    expect(inner("config:\n  gpu-cicd:deployments:\n    runner: x\n  z: 1\n")).toBe("config:\n  gpu-cicd:deployments:\n    tests:\n      a/b: null\n    runner: x\n  z: 1\n");
    expect(inner("config:\n  gpu-cicd:deployments:\n    tests:\n      c: {}\n")).toBe("config:\n  gpu-cicd:deployments:\n    tests:\n      a/b: null\n      c: {}\n");
    // Of another key's, nothing is taken.
    expect(inner("config:\n  gpu-cicd:deployments:\n    runner: x\n  gpu-cicd:other:\n    tests:\n")).toContain("    tests:\n      a/b: null\n    runner: x\n");
  });

  test("needs its place once, and a new file none before", () => {
    expect(() => after("a", "x", "y").apply("xx")).toThrow('"x" stands 2 times in the file: allowed is once');
    expect(() => after("a", "x", "y").apply("b")).toThrow("0 times");
    expect(() => newFile("a", "x").apply("b")).toThrow("a is there already");
  });

  test("leaves no trace when it is taken back", () => {
    expect(copy.edit([newFile("made/up.txt", "a\nb\n")])).toEqual([{ path: "made/up.txt", added: 2 }]);
    const there = copy.digests();
    copy.restore(new Map([["made/up.txt", ""]]));
    expect(existsSync(join(copy.folder, "made/up.txt"))).toBe(false);
    expect(differences(there, copy.digests())).toEqual(["made/up.txt"]);
  });
});
