/** Tries every recipe on one copy of the tree, one after another, and judges what all of them make together. */
import { join, relative } from "node:path";
import { GENERATORS } from "../cli/generate/registry";
import { readPolicyConfig } from "../config/policies";
import { ConfigError, readStack } from "../config/read";
import { sourceOf } from "../config/file";
import { rules } from "../policy/rules";
import { differences, type Copy, type Digests, type Edited } from "./copy";
import type { Answer, Judged, Question } from "./judge";
import { STACK, type Edit, type Recipe, type Refused } from "./recipe";
import { productionTests } from "../test/production/tests";

/** Generators that run once, for all recipes: the first runs the program four times, the other follows from no stack's config. */
const AT_LAST = ["manifests", "report-goldens"];

export interface Tried {
  readonly recipe: Recipe;
  readonly edited: readonly Edited[];
  /** Files that `generate` then changed. */
  readonly generated: readonly string[];
  readonly judged: readonly Judged[];
  /** What is not as it has to be. */
  readonly problems: readonly string[];
}

export interface Result {
  readonly tried: readonly Tried[];
  /** Files that the last generators changed, once for all recipes. */
  readonly generated: readonly string[];
  readonly resources: number;
  /** How many tests that read production's own files were run on all of it; each that fails is a problem. */
  readonly tests: number;
  /** What is wrong with all of it together. */
  readonly problems: readonly string[];
}

/** A recipe that was tried, before its resources are judged. */
interface Made extends Omit<Tried, "judged"> {
  /** False where its edits do not read as a stack, and so were taken back. */
  readonly isIn: boolean;
}

/** @param project the checkout, of which nothing changes */
export async function tryRecipes(project: string, recipes: readonly Recipe[], copy: Copy): Promise<Result> {
  const made: Made[] = [];
  for (const recipe of recipes) made.push(await make(copy, recipe));
  const last = await generate(copy, GENERATORS.map(({ name }) => name));
  const tested = await runTests(copy, productionTests());
  const readable = made.filter(({ isIn }) => isIn).map(({ recipe }) => recipe.name);
  const before: Question = { recipes: readable, policies: rules.map(({ name }) => name), config: readPolicyConfig(project, STACK) };
  const { resources, violations, judged } = JSON.parse(
    await copy.node(["--import", require.resolve("tsx"), join("recipes", "judge.ts")], JSON.stringify(before)),
  ) as Answer;
  return {
    tried: made.map((each) => withJudged(each, judged.filter(({ recipe }) => recipe === each.recipe.name))),
    generated: last.changed,
    resources,
    tests: tested.passed,
    problems: [...last.problems, ...tested.problems, ...violations.map((text) => `the stack with all of it: ${text}`)],
  };
}

async function make(copy: Copy, recipe: Recipe): Promise<Made> {
  const refused = recipe.refused.flatMap((each) => refusal(copy, each));
  const before = new Map(recipe.edits.map(({ path }) => [path, copy.read(path)]));
  const edited = copy.edit(recipe.edits);
  const findings = findingsOf(copy.read(`Pulumi.${STACK}.yaml`)).map((key) => `the stack does not read: ${key}`);
  if (findings.length > 0) {
    copy.restore(before);
    return { recipe, isIn: false, edited, generated: [], problems: [...refused, ...findings] };
  }
  const { changed, problems } = await generate(copy, GENERATORS.map(({ name }) => name).filter((name) => !AT_LAST.includes(name)));
  const tested = recipe.tests.length === 0 ? [] : (await runTests(copy, ["--runTestsByPath", ...recipe.tests])).problems;
  return { recipe, isIn: true, edited, generated: changed, problems: [...refused, ...problems, ...handWritten(recipe.edits, changed), ...tested] };
}

/** What generators changed; a file that they do not tell of is a problem, as is one that somebody wrote. */
async function generate(copy: Copy, names: readonly string[]): Promise<{ readonly changed: readonly string[]; readonly problems: readonly string[] }> {
  const before: Digests = copy.digests();
  const told = (await copy.node([join("bin", "gpu-cicd.cjs"), "generate", ...names])).split("\n").flatMap((line) => /^(?:new|changed|gone) +(.+)$/.exec(line)?.[1] ?? []);
  const changed = differences(before, copy.digests());
  return { changed, problems: changed.filter((path) => !told.includes(path)).map((path) => `generate changed ${path} and did not say so`) };
}

/** Files that are edited by hand and written by a generator too: the edit would be lost. */
function handWritten(edits: readonly Edit[], generated: readonly string[]): readonly string[] {
  return edits.filter(({ path }) => generated.includes(path)).map(({ path }) => `generate changed ${path}, which is edited by hand`);
}

/** Jest's report, as far as it is read. */
interface JestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly { readonly name: string; readonly message: string; readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[] }[];
}

/** Where the report of a run is, in the copy: among what is no part of the tree. */
const REPORT = join("node_modules", ".recipes-tests.json");

/** Runs tests of the copy. That none was run is a problem too. @param which arguments for Jest */
export async function runTests(copy: Copy, which: readonly string[]): Promise<{ readonly passed: number; readonly problems: readonly string[] }> {
  copy.restore(new Map([[REPORT, ""]]));
  const ended = await copy.node([join("node_modules", "jest", "bin", "jest.js"), "--json", `--outputFile=${REPORT}`, "--silent", ...which]).catch((error: unknown) => String(error));
  const report = copy.read(REPORT);
  if (report === "") return { passed: 0, problems: [`no test was run: ${ended}`] };
  const { numPassedTests: passed, testResults } = JSON.parse(report) as JestReport;
  const failed = testResults.flatMap(({ name, message, assertionResults }) => {
    const tests = assertionResults.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
    return (message === "" || tests.length > 0 ? tests : [message]).map((what) => `a test fails: ${relative(copy.folder, name)}: ${what}`);
  });
  return { passed, problems: failed };
}

function refusal(copy: Copy, { what, edits, findings }: Refused): readonly string[] {
  const text = edits.reduce((before, { apply }) => apply(before), copy.read(`Pulumi.${STACK}.yaml`));
  const found = findingsOf(text);
  if ([...found].sort().join() === [...findings].sort().join()) return [];
  return [`${what}: findings about ${found.join(", ") || "nothing"}; expected are ${findings.join(", ")}`];
}

/** Config keys of all that is wrong with a stack file. */
function findingsOf(text: string): readonly string[] {
  try {
    readStack(sourceOf(STACK, text));
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.findings.map(({ path }) => path);
    throw error;
  }
}

function withJudged({ recipe, edited, generated, problems }: Made, judged: readonly Judged[]): Tried {
  const missed = judged
    .filter(({ refused }) => !refused)
    .map(({ what, change, policy, refusedBy }) => `${what} (${change}): ${policy} does not refuse it; ${refusedBy.join(", ") || "no policy"} does`);
  const anyway = judged
    .filter(({ refusedWithoutEntry }) => refusedWithoutEntry)
    .map(({ what, policy }) => `${what}: ${policy} refuses it without the entry too, so it proves nothing of it`);
  const untried = recipe.harms.filter(({ what }) => !judged.some((each) => each.what === what)).map(({ what }) => `${what}: was not tried`);
  return { recipe, edited, generated, judged, problems: [...problems, ...missed, ...anyway, ...untried] };
}
