/** A program that does nothing: what a preview of it takes, every preview takes. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";

/** Name of the project and of its stack. */
export const EMPTY = "empty";

/** Writes the program into a folder that is made for it. `node_modules` is the project's own, so that the SDK is the same. */
export function writeEmptyProgram(project: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "Pulumi.yaml"), stringify({ name: EMPTY, main: "index.js", runtime: { name: "nodejs", options: { typescript: false } } }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: EMPTY, version: "0.0.0", private: true }));
  writeFileSync(join(folder, "index.js"), '"use strict";\n');
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
}
