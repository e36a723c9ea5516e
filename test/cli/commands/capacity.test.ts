/** `make capacity`, as far as it is more than the simulation: what may be asked, what is printed, and the chart. */
import { writeFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { answer, type Question } from "../../../cli/commands/capacity";
import { call, callByMake } from "../kit/call";

jest.setTimeout(120_000);

const PROJECT = join(__dirname, "..", "..", "..");
/** Few weeks of the small stack: what is asked here does not depend on how exact an answer is. */
const QUICK: Question = { stack: "dev", replications: 4 };

describe("a question", () => {
  test.each<[string[], string[]]>([
    [["--format=yaml", "--replications=3"], ['--format is "yaml": allowed are text, json', '--replications is "3": allowed are whole numbers from 4 to 200']],
    [["--recommend", "--target=0"], ['--target is "0": allowed are minutes, more than 0']],
    [["--recommend", "--target", "1e999"], ['--target is "1e999": allowed are minutes, more than 0']],
    [["--recommend", "--base=main", "--replications=4"], ["--base and --recommend are both given: a recommendation compares with the stack as it is", "--replications and --recommend are both given: a recommendation knows how many weeks it needs"]],
    [["--target=5"], ["--target is given without --recommend"]],
    [["--stack=staging"], ['--stack is "staging": allowed are dev, prod']],
    [["--weeks=4"], ["unknown option --weeks: allowed are --stack, --base, "]],
    [["--out", "/dev/null/chart.svg"], ['--out is "/dev/null/chart.svg": /dev/null is no folder']],
  ])("%j is refused with every finding", async (args, findings) => {
    const { code, out, err } = await call(["capacity", ...args]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    for (const finding of findings) expect(err).toContain(finding);
  });

  test("is told in make's words where make asks it", async () => {
    expect((await callByMake("capacity", { TARGET: "5", RECOMMEND: "0" })).err).toContain("TARGET is given without RECOMMEND\n");
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
    expect(() => answer({ ...QUICK, base: "no-such-commit" })).toThrow('--base is "no-such-commit": git knows no such commit');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
