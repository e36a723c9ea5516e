/**
 * Runs the shell scripts of the rendered steps as GitHub runs them (`bash --noprofile --norc -eo pipefail`), with stand-ins for docker, kubectl and helm
 * that write down what they were asked. They prove the scripts' own logic, not those tools'.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workflows } from "./support";

/** A test's own folder, empty at its start. */
export let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "script-"));
  mkdirSync(join(folder, "bin"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The script of a step, by file, job and the step's name. */
export function script(file: string, job: string, step: string, from = workflows): string {
  const found = from[file]?.jobs[job]?.steps?.find(({ name }) => name === step)?.run;
  if (found === undefined) throw new Error(`${file} ${job} has no script ${step}`);
  return found;
}

/** Puts a stand-in on the path. It notes its arguments and its input, then runs the body. */
export function standIn(name: string, body = ""): void {
  const path = join(folder, "bin", name);
  writeFileSync(path, `#!/bin/bash\necho "${name} $*" >>"${folder}/calls"\n${body}\n`);
  chmodSync(path, 0o755);
}

export interface Ran {
  readonly status: number | null;
  readonly log: string;
  readonly calls: readonly string[];
  readonly outputs: string;
  readonly summary: string;
}

export function run(text: string, env: Readonly<Record<string, string>>, cwd = folder): Ran {
  const path = join(folder, "script.sh");
  writeFileSync(path, text);
  const at = (name: string): string => join(folder, name);
  const result = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", path], {
    cwd,
    encoding: "utf8",
    env: { PATH: `${folder}/bin:${process.env.PATH}`, HOME: folder, GITHUB_OUTPUT: at("outputs"), GITHUB_STEP_SUMMARY: at("summary"), RUNNER_TEMP: folder, ...env },
  });
  const read = (name: string): string => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : "");
  return { status: result.status, log: result.stdout + result.stderr, calls: read("calls").split("\n").filter((line) => line !== ""), outputs: read("outputs"), summary: read("summary") };
}
