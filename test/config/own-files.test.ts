/** Workflow files of a team's own: they are delivered, and none of them stands in the pipeline's way. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sourceOf } from "../../config/file";
import { ownFileFindings, ownWorkflowFiles } from "../../config/own-files";
import { ConfigError, readStack } from "../../config/read";
import { FIXTURE, fixture } from "../fixture";

const TEXT = readFileSync(join(FIXTURE, "Pulumi.large.yaml"), "utf8");
const SOUND = "name: team\non: push\njobs:\n  team: { runs-on: ubuntu-24.04, steps: [{ run: 'true' }] }\n";
const { pipeline, files } = fixture();
const REQUIRED = pipeline.requiredChecks[0]!.context;

const findings = (content: string, name = "team.yml"): string[] =>
  ownFileFindings([{ path: `.github/workflows/${name}`, content }], files, pipeline).map(({ path, found }) => `${path}: ${found}`);
const job = (id: string, more = ""): string => `on: push\njobs:\n  ${id}:\n    runs-on: ubuntu-24.04\n    steps: [{ run: "true" }]\n${more}`;

test("a sound one is delivered among the pipeline's files", () => {
  const own = [{ path: ".github/workflows/team.yml", content: SOUND }];
  const read = readStack({ ...sourceOf("large", TEXT), ownFiles: own });
  expect(read.files).toHaveLength(files.length + 1);
  expect(read.files).toContainEqual(own[0]);
  expect(read.files.map(({ path }) => path)).toEqual([...read.files.map(({ path }) => path)].sort());
});

test("one that stands in the way stops the stack, with the file's name", () => {
  const source = { ...sourceOf("large", TEXT), ownFiles: [{ path: ".github/workflows/team.yml", content: job(REQUIRED) }] };
  expect(() => readStack(source)).toThrow(ConfigError);
  expect(() => readStack(source)).toThrow("extensions/workflows/team.yml");
});

test.each([
  ["nothing", "", "what is no workflow"],
  ["a list", "- a\n", "what is no workflow"],
  ["what does not parse", "a: [\n", "what is no workflow"],
  ["no jobs", "on: push\njobs: {}\n", "what is no workflow"],
  ["a name of the pipeline's", `name: ${String(/^name: (.+)$/m.exec(files.find(({ path }) => path.endsWith("/pr.yaml"))!.content)?.[1])}\n${job("a")}`, "which a workflow of the pipeline has"],
  ["a required check by its id", job(REQUIRED), `a job that may report ${REQUIRED}`],
  ["a required check by its name", job("a", `    name: ${REQUIRED}\n`), `a job that may report ${REQUIRED}`],
  ["one in other letters", job("a", `    name: ${REQUIRED.toUpperCase()}\n`), `a job that may report ${REQUIRED}`],
  ["one that an expression makes", job("a", "    name: ${{ inputs.name }}\n"), `a job that may report ${REQUIRED}`],
  ["one that an expression makes in part", job("a", `    name: ${REQUIRED.slice(0, 2)}\${{ inputs.rest }}\n`), `a job that may report ${REQUIRED}`],
])("refused: %s", (_, content, found) => {
  expect(findings(content).join("\n")).toContain(found);
});

test("refused: the path of a file of the pipeline, in any letters", () => {
  expect(findings(SOUND, "PR.yaml")).toEqual(["extensions/workflows/PR.yaml: the path of the pipeline's own .github/workflows/pr.yaml"]);
});

test.each(["team.json", "te am.yml", "team"])("refused: the file name %s", (name) => {
  expect(findings(SOUND, name)).toEqual([`extensions/workflows/${name}: a name that is no workflow file's`]);
});

test("other names report nothing that is required", () => {
  expect(findings(SOUND)).toEqual([]);
  expect(findings(job(`${REQUIRED}-of-the-team`))).toEqual([]);
});

test("they are read from the project's folder, without hidden files; none is no mistake", () => {
  const project = mkdtempSync(join(tmpdir(), "own-files-"));
  try {
    expect(ownWorkflowFiles(project)).toEqual([]);
    mkdirSync(join(project, "extensions/workflows"), { recursive: true });
    writeFileSync(join(project, "extensions/workflows/.gitkeep"), "");
    writeFileSync(join(project, "extensions/workflows/team.yml"), SOUND);
    expect(ownWorkflowFiles(project)).toEqual([{ path: ".github/workflows/team.yml", content: SOUND }]);
  } finally {
    rmSync(project, { recursive: true });
  }
});
