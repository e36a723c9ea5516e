/** actionlint and zizmor, the real ones, on the rendered files as a repository has them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { seedPipeline } from "../../pipeline/seed";
import { toolPath } from "../../sandbox/tools";
import { readStackFile } from "../../config/file";
import { writeFiles } from "../../workflows/cli/render";
import { renderFiles, type RenderedFile } from "../../workflows/index";
import { git } from "./program-host";
import { settings, withMergeQueue, withMirrorBot } from "./support";

const PROJECT = join(__dirname, "..", "..");

let actionlint: string;
let zizmor: string;
const folders: string[] = [];

// A first run builds one tool and installs the other.
beforeAll(async () => {
  actionlint = await toolPath("actionlint");
  zizmor = await toolPath("zizmor");
}, 600_000);
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

async function repository(files: readonly RenderedFile[] = renderFiles(seedPipeline, settings)): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "lint-"));
  folders.push(folder);
  await writeFiles(folder, files);
  git(folder, "init", "--quiet");
  return folder;
}

function run(tool: string, args: readonly string[], folder: string): { status: number | null; output: string } {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { cwd: folder, encoding: "utf8", env: { PATH: process.env.PATH, HOME: folder, NO_COLOR: "1" } });
  if (error) throw error;
  return { status, output: stdout + (status === 0 ? "" : stderr) };
}

function lint(folder: string): { status: number | null; output: string } {
  return run(actionlint, ["-no-color"], folder);
}

/** Rule and place of each finding, of the regular persona and without the network. */
function audit(folder: string): string[] {
  const { status, output } = run(zizmor, ["--offline", "--persona=regular", "--format=json", "--no-exit-codes", "--quiet", "."], folder);
  expect(status).toBe(0);
  const findings = JSON.parse(output) as { ident: string; ignored: boolean }[];
  return findings.filter(({ ignored }) => !ignored).map(({ ident }) => ident);
}

function change(folder: string, file: string, from: string, to: string): void {
  const path = join(folder, ".github/workflows", file);
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

describe.each([
  ["prod", readStackFile(PROJECT, "prod").files],
  ["dev", readStackFile(PROJECT, "dev").files],
  ["the substitute for copy-pr-bot", renderFiles(withMirrorBot, settings)],
  ["a merge queue", renderFiles(withMergeQueue, settings)],
])("%s", (_name, files) => {
  test("actionlint finds nothing", async () => expect(lint(await repository(files))).toEqual({ status: 0, output: "" }));
  test("zizmor finds nothing", async () => expect(audit(await repository(files))).toEqual([]));
});

test("both would find something: a label that is no scale set's, a script with an expression, a pin that is gone", async () => {
  const folder = await repository();
  change(folder, "ci-test-suite.yml", "runs-on: prod-builder-amd-v1", "runs-on: prod-builder-amd-v2");
  change(folder, "image.yml", 'exit "${code}"', "echo ${{ github.head_ref }}");
  change(folder, "pr.yaml", /actions\/checkout@[0-9a-f]{40}/.exec(readFileSync(join(folder, ".github/workflows/pr.yaml"), "utf8"))?.[0] ?? "", "actions/checkout@v7");
  const found = lint(folder);
  expect(found.status).toBe(1);
  expect(found.output).toContain('label "prod-builder-amd-v2" is unknown');
  expect(audit(folder)).toEqual(expect.arrayContaining(["template-injection", "unpinned-uses"]));
});

test("what zizmor is told to leave out is a rule in the files that call others, one in the mirror bot's, and one line", async () => {
  const folder = await repository();
  const config = parse(readFileSync(join(folder, ".github/zizmor.yml"), "utf8")) as object;
  expect(config).toEqual({ rules: { "self-repository": { ignore: ["ci-test-suite.yml", "image-publish.yml", "pr.yaml"] } } });
  const substitute = parse(readFileSync(join(await repository(renderFiles(withMirrorBot, settings)), ".github/zizmor.yml"), "utf8")) as { rules: object };
  expect(substitute.rules).toMatchObject({ "dangerous-triggers": { ignore: ["mirror-bot.yml"] } });
  const inline = run("grep", ["-rn", "zizmor: ignore", ".github/workflows", "--include=*.y*ml"], folder).output.trim().split("\n");
  expect(inline).toEqual([expect.stringContaining("image.yml")]);
});
