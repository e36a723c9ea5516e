/** actionlint and zizmor find nothing in the rendered files, and would find something. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { renderFiles } from "../../workflows/index";
import { fixture, withVerdictApp } from "../fixture";
import { auditOf, lintOf, run, withRepository } from "./linters";
import { files, settings, withMergeQueue, withMirrorBot } from "./support";

// A first run builds one tool and installs the other.
jest.setTimeout(600_000);

function change(folder: string, file: string, from: string, to: string): void {
  const path = join(folder, ".github/workflows", file);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

test.each([
  ["large", files],
  ["small", fixture("small").files],
  ["the substitute for copy-pr-bot", renderFiles(withMirrorBot, settings)],
  ["a merge queue", renderFiles(withMergeQueue, settings)],
  ["an app of its own for required checks", withVerdictApp("large").files],
])("neither finds anything in %s", async (_name, rendered) => {
  await withRepository(rendered, async (folder) => {
    expect(await lintOf(folder)).toEqual({ status: 0, output: "" });
    expect(await auditOf(folder)).toEqual([]);
  });
});

test("both would find something: a label that is no scale set's, a script with an expression, a pin that is gone", async () => {
  await withRepository(files, async (folder) => {
    change(folder, "ci-test-suite.yml", "runs-on: forge-amd-v3", "runs-on: forge-amd-v4");
    change(folder, "image.yml", 'exit "${code}"', "echo ${{ github.head_ref }}");
    change(folder, "pr.yaml", /actions\/checkout@[0-9a-f]{40}/.exec(readFileSync(join(folder, ".github/workflows/pr.yaml"), "utf8"))?.[0] ?? "", "actions/checkout@v7");
    const found = await lintOf(folder);
    expect(found.status).toBe(1);
    expect(found.output).toContain('label "forge-amd-v4" is unknown');
    expect(await auditOf(folder)).toEqual(expect.arrayContaining(["template-injection", "unpinned-uses"]));
  });
});

test("what zizmor is told to leave out is a rule in the files that call others, one in the mirror bot's, and the images of tests and of their services", async () => {
  await withRepository(files, async (folder) => {
    const config = parse(readFileSync(join(folder, ".github/zizmor.yml"), "utf8")) as object;
    expect(config).toEqual({ rules: { "self-repository": { ignore: ["ci-test-suite.yml", "image-publish.yml", "pr.yaml"] } } });
    const inline = run("grep", ["-rn", "zizmor: ignore", ".github/workflows", "--include=*.y*ml"], folder).output.trim().split("\n");
    expect(inline).toEqual([expect.stringContaining("needs.build.outputs.reference"), expect.stringContaining("contains(matrix.services, 'store')")]);
  });
  await withRepository(renderFiles(withMirrorBot, settings), async (folder) => {
    const substitute = parse(readFileSync(join(folder, ".github/zizmor.yml"), "utf8")) as { rules: object };
    expect(substitute.rules).toMatchObject({ "dangerous-triggers": { ignore: ["mirror-bot.yml"] } });
    await Promise.resolve();
  });
});
