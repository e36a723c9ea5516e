/** Checkouts that cannot be judged, excuses, and the report in each format. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "sarif";
import { answer } from "../../cli/commands/fit";
import { fitSarif } from "../../cli/fit/sarif";
import { fitJson, fitText } from "../../cli/fit/text";
import { fit } from "../../fit";
import { headed, Repository, smallPipeline } from "./repository";

const repository = new Repository();
const scratch = mkdtempSync(join(tmpdir(), "fit-clones-"));
afterAll(() => {
  repository.remove();
  rmSync(scratch, { recursive: true, force: true });
});

const question = { pipeline: smallPipeline(), delivered: [], excuses: [] };

function clone(name: string, ...options: readonly string[]): string {
  const folder = join(scratch, name);
  execFileSync("git", ["clone", "--quiet", ...options, `file://${repository.folder}`, folder], { stdio: "pipe" });
  return folder;
}

async function rulesOf(folder: string, reference?: string): Promise<string[]> {
  return (await fit({ ...question, folder, reference })).misfits.map(({ rule }) => rule);
}

describe("a checkout that cannot be judged is one finding", () => {
  test("no checkout", async () => expect(await rulesOf(scratch)).toEqual(["checkout-missing"]));
  test("no folder", async () => expect(await rulesOf(join(scratch, "nowhere"))).toEqual(["checkout-missing"]));
  test("a shallow clone", async () => {
    await repository.ask({ files: { "docs/second.md": "x\n" } });
    expect(await rulesOf(clone("shallow", "--depth=1"))).toEqual(["checkout-shallow"]);
  });
  test("a sparse checkout", async () => {
    const folder = clone("sparse");
    execFileSync("git", ["-C", folder, "sparse-checkout", "set", "docs"], { stdio: "pipe" });
    expect(await rulesOf(folder)).toEqual(["checkout-sparse"]);
  });
  test("a commit that is not there", async () => expect(await rulesOf(repository.folder, "v9")).toEqual(["commit-unknown"]));
  test("a reference that looks like an option", async () => expect(await rulesOf(repository.folder, "--all")).toEqual(["commit-unknown"]));
});

test("a partial clone is judged by what it has, and asks nobody for the rest", async () => {
  repository.git("config", "uploadpack.allowFilter", "true");
  const folder = clone("partial", "--filter=blob:none", "--no-checkout");
  execFileSync("git", ["-C", folder, "remote", "remove", "origin"]);
  const { misfits } = await fit({ ...question, folder });
  expect(misfits.filter(({ rule }) => rule === "dockerfile-unreadable").map(({ found }) => found)).toEqual(expect.arrayContaining([expect.stringContaining("partial")]));
});

test("what is not committed does not count", async () => {
  await repository.ask();
  const report = await fit({ ...question, folder: repository.folder });
  expect(report.misfits).toEqual([]);
});

describe("excuses", () => {
  const files = { Earthfile: "build:\n", "lib/llm/src/new.rs": "x\n" };

  test("cover a finding by its rule and place, with the reason", async () => {
    const { misfits, excused } = await repository.ask({ files, excuses: [{ rule: "file-unclaimed", where: "Earthfile", why: "It goes away." }] });
    expect(misfits.map(({ rule }) => rule)).toEqual(["header-missing"]);
    expect(excused.map(({ misfit, excuse }) => [misfit.where.path, excuse.why])).toEqual([["Earthfile", "It goes away."]]);
  });

  test("take a pattern of paths, and one of what it is about", async () => {
    const excuses = [
      { rule: "header-missing", where: "lib/**", about: "head*", why: "x" },
      { rule: "file-unclaimed", where: "*", why: "x" },
    ];
    expect((await repository.ask({ files, excuses })).misfits).toEqual([]);
  });

  test("that cover nothing are findings, as are those of no rule", async () => {
    const excuses = [
      { rule: "file-unclaimed", where: "Makefile", why: "x" },
      { rule: "no-such-rule", where: "Makefile", why: "x" },
    ];
    const { misfits } = await repository.ask({ excuses });
    expect(misfits.map(({ rule, where, found }) => [rule, where.path, found])).toEqual([
      ["excuse-unused", "fit.excuses[0]", "an excuse for file-unclaimed at Makefile, where it finds nothing"],
      ["excuse-unused", "fit.excuses[1]", "an excuse for no-such-rule, which is no rule"],
    ]);
  });
});

describe("the report", () => {
  const files = { Earthfile: "build:\n", "lib/a b.rs": "x\n" };

  test("as text tells where, found, allowed and how to mend it", async () => {
    const text = fitText(await repository.ask({ files }), "prod");
    expect(text).toContain("  Earthfile\n    found:   no filter matches it");
    expect(text).toMatch(/2 things do not fit\.$/);
  });

  test("as JSON has every finding", async () => {
    const report = await repository.ask({ files });
    expect(JSON.parse(fitJson(report, "prod"))).toMatchObject({ version: 1, stack: "prod", fits: false, misfits: [{ rule: "file-unclaimed" }, { rule: "header-missing", where: { line: 1 } }] });
  });

  test("as SARIF points at files, with excuses as suppressions and one rule for each finding", async () => {
    const report = await repository.ask({ files, excuses: [{ rule: "file-unclaimed", where: "Earthfile", why: "It goes away." }] });
    const { runs } = JSON.parse(fitSarif(report, "prod")) as Log;
    const results = runs[0]!.results!;
    expect(results.map(({ ruleId, locations, suppressions }) => [ruleId, locations?.[0]?.physicalLocation?.artifactLocation?.uri, suppressions?.[0]?.justification])).toEqual([
      ["header-missing", "lib/a%20b.rs", undefined],
      ["file-unclaimed", "Earthfile", "It goes away."],
    ]);
    expect(results.every(({ ruleId, ruleIndex }) => runs[0]!.tool.driver.rules![ruleIndex!]!.id === ruleId)).toBe(true);
  });
});

test("the command ends with 2 where something does not fit", async () => {
  const { exitCode, report } = await answer({ dir: scratch, ref: undefined, stack: "prod", with: undefined, format: "json" });
  expect([exitCode, (JSON.parse(report) as { misfits: unknown[] }).misfits.length]).toEqual([2, 1]);
});

test("names of files with quotes, tabs and line breaks are names", async () => {
  const { misfits } = await repository.ask({ files: { 'lib/a\n"b\t.rs': "x\n", "tests/test_\u00e4.py": headed("x = 1\n") } });
  expect(misfits.map(({ where }) => where.path)).toEqual(['lib/a\n"b\t.rs']);
});
