/** Runs a script of a delivered workflow as bash does on a runner, with stand-ins for the programs that would reach a cloud. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { Stage } from "./stage";

interface Step {
  readonly name?: string;
  readonly run?: string;
}

/** The `run` of a step. @throws Error where there is no such step */
export function scriptOf(stage: Stage, file: string, job: string, step: string): string {
  const { jobs } = parse(stage.file(`.github/workflows/${file}`)) as { jobs: Record<string, { steps?: readonly Step[] }> };
  const text = jobs[job]?.steps?.find(({ name }) => name === step)?.run;
  if (text === undefined) throw new Error(`${file}: job ${job} has no step ${JSON.stringify(step)} with a script`);
  return text;
}

export interface Ran {
  readonly status: number;
  /** What the stand-ins were called with, a line each. */
  readonly calls: readonly string[];
  readonly log: string;
}

/** @param standIns bash of each program that is stood in for, by its name */
export function runScript(text: string, environment: Readonly<Record<string, string>>, standIns: Readonly<Record<string, string>>): Ran {
  const folder = mkdtempSync(join(tmpdir(), "gpu-cicd-script-"));
  try {
    const calls = join(folder, "calls");
    writeFileSync(calls, "");
    for (const [name, body] of Object.entries(standIns)) writeFileSync(join(folder, name), `#!/bin/bash\necho "${name} $*" >>'${calls}'\n${body}\n`, { mode: 0o700 });
    const ran = spawnSync("bash", ["-e", "-o", "pipefail", "-c", text], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: `${folder}:${process.env.PATH ?? ""}`, GITHUB_STEP_SUMMARY: join(folder, "summary"), GITHUB_OUTPUT: join(folder, "output"), ...environment },
    });
    if (ran.error !== undefined) throw ran.error;
    return { status: ran.status ?? -1, calls: readFileSync(calls, "utf8").split("\n").filter((line) => line !== ""), log: `${ran.stdout}${ran.stderr}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
