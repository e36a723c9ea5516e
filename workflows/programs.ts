/**
 * The programs that run on GitHub's machines, as they are delivered. `make` bundles them from `workflows/runtime`; rendering only reads them,
 * so that an update of the stack needs no bundler.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROGRAMS, type Program } from "./steps";

/** Source of each program. */
export const programs: Readonly<Record<Program, string>> = Object.fromEntries(PROGRAMS.map((program) => [program, read(program)])) as Record<Program, string>;

function read(program: Program): string {
  return readFileSync(join(__dirname, "generated", `${program}.mjs`), "utf8");
}
