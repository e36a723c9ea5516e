/** Jest's snapshots: what a test registers or prints, which only the test itself can compute. They are written last, by running their tests. */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT } from "../kit/project";

/** Tests that have snapshots, from the project's root. */
export function testsWithSnapshots(project = PROJECT): string[] {
  const files = readdirSync(join(project, "test"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts.snap"));
  return files.map((file) => join("test", dirname(dirname(file)), file.slice(dirname(file).length + 1, -".snap".length)));
}

/** Writes them anew. Resolves with false where a test fails for another reason. */
export function updateSnapshots(tests: readonly string[]): Promise<boolean> {
  const jest = spawn(join(PROJECT, "node_modules", ".bin", "jest"), ["--update-snapshot", "--runTestsByPath", ...tests], { cwd: PROJECT, stdio: ["ignore", "ignore", "inherit"] });
  return new Promise((resolve, reject) => jest.once("error", reject).once("close", (code) => resolve(code === 0)));
}
