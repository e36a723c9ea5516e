/** `make capacity`, as far as it is more than the simulation: what may be asked, what is printed, and the chart. */
import { writeFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { answer, questionOf, type Question } from "../../cli/capacity";

jest.setTimeout(120_000);

const PROJECT = join(__dirname, "..", "..");
/** Few weeks of the small stack: what is asked here does not depend on how exact an answer is. */
const QUICK: Question = { stack: "dev", replications: "4" };

describe("a question", () => {
  test("is read from options; one without a value counts as not given", () => {
    expect(questionOf(["--stack=dev", "--base=", "--recommend=1", "--target", "20"])).toEqual({ stack: "dev", recommend: "1", target: "20" });
    expect(() => questionOf(["--weeks=4"])).toThrow("Unknown option '--weeks'");
  });

  test.each<[Question, string[]]>([
    [{ format: "yaml", replications: "3" }, ['FORMAT is "yaml": allowed are text, json', 'REPLICATIONS is "3": allowed are whole numbers from 4 to 200']],
    [{ recommend: "1", target: "0" }, ['TARGET is "0": allowed are minutes, more than 0']],
    [{ recommend: "1", base: "main", replications: "4" }, ["BASE and RECOMMEND are both given: a recommendation compares with the stack as it is", "REPLICATIONS and RECOMMEND are both given: a recommendation knows how many weeks it needs"]],
    [{ target: "5" }, ["TARGET is given without RECOMMEND=1"]],
    [{ target: "5", recommend: "0" }, ["TARGET is given without RECOMMEND=1"]],
    [{ stack: "staging" }, ['STACK is "staging": allowed are dev, prod']],
  ])("%j is refused with every finding", (question, findings) => {
    expect(() => answer(question)).toThrow(findings.join("\n"));
  });
});

describe("a stack by itself", () => {
  const made = answer(QUICK);

  test("is told by runner class, workflow and node pool, with its cost and where the load comes from", () => {
    for (const part of ["dev-tester-amd-gpu-v1", "pr.yaml, pull requests", "dynamo-dev/gpu", "A month costs", "Load: "]) expect(made.text).toContain(part);
  });

  test("gets the same answer whenever it is asked, and another load another", () => {
    expect(answer(QUICK)).toEqual(made);
    expect(answer({ ...QUICK, seed: "another" }).text).not.toBe(made.text);
  });

  test("has a chart that stands alone: no script, no reference, a name for readers that do not see", () => {
    expect(made.chart).toMatch(/^<svg [^>]*role="img"/);
    expect(made.chart).toMatch(/<title[^>]*>.+<\/title>/);
    expect(made.chart).not.toMatch(/<script|<image|<foreignObject|href=|url\((?!#)|https?:(?!\/\/www\.w3\.org\/)/);
  });

  test("as JSON holds what the text is made from", () => {
    const { after, replications } = JSON.parse(answer({ ...QUICK, format: "json" }).text) as { after: { classes: { id: string }[] }; replications: number };
    expect([replications, after.classes.map(({ id }) => id)]).toEqual([4, expect.arrayContaining(["tester-amd64-gpu", "builder-amd64"])]);
  });
});

test("a change is compared with a file or a commit: fewer runners, longer waits", () => {
  const folder = mkdtempSync(join(tmpdir(), "capacity-"));
  try {
    const before = parseDocument(readFileSync(join(PROJECT, "Pulumi.dev.yaml"), "utf8"));
    before.setIn(["config", "gpu-cicd:runnerClasses", "builder-amd64", "maxRunners"], 1);
    writeFileSync(join(folder, "before.yaml"), before.toString());
    const { text } = answer({ ...QUICK, base: join(folder, "before.yaml") });
    expect(text).toMatch(/dev-builder-amd-v1.*shorter/);
    expect(() => answer({ ...QUICK, base: "no-such-commit" })).toThrow("BASE=no-such-commit: git knows no such commit");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
