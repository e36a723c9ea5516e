/** The arrows between folders: they are what docs/architecture.md says, every folder has its line, and the rules refuse every other arrow and circles. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import allowed from "../../layers.json";

const PROJECT = join(__dirname, "..", "..");
const layers = new Map<string, readonly string[]>(Object.entries(allowed));

interface Report {
  readonly summary: { readonly violations: readonly { readonly from: string; readonly to: string; readonly rule: { readonly name: string } }[] };
}

/** What the rules refuse in a tree of some files. */
function refused(files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), "layers-"));
  try {
    for (const name of [".dependency-cruiser.cjs", "layers.json", "tsconfig.json"]) copyFileSync(join(PROJECT, name), join(folder, name));
    symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const { stdout, stderr } = spawnSync(join(PROJECT, "node_modules/.bin/depcruise"), ["--output-type", "json", ...Object.keys(files)], { cwd: folder, encoding: "utf8", maxBuffer: 1e8 });
    if (stdout === "") throw new Error(stderr);
    return (JSON.parse(stdout) as Report).summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`).sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("docs/architecture.md shows them", () => {
  const rows = [...readFileSync(join(PROJECT, "docs/architecture.md"), "utf8").matchAll(/^\| `(\w+)\/`[^|]* \|.*\| ([^|]*) \|$/gm)].filter(([, folder]) => layers.has(folder!));
  const shown = rows.map(([, folder, cell]) => [folder, cell === "nothing of this project" ? [] : cell!.split(", ").map((each) => each.replaceAll("`", "").replace(/\/$/, ""))]);
  expect(Object.fromEntries(shown)).toEqual(allowed);
});

test("every folder that holds code has a line", () => {
  const tracked = execFileSync("git", ["ls-files", "*.ts", "*.cjs", "*.mjs", "*.js"], { cwd: PROJECT, encoding: "utf8" }).split("\n");
  expect([...new Set(tracked.filter((path) => path.includes("/")).map((path) => path.split("/")[0]!))].sort()).toEqual([...layers.keys()].sort());
});

test("every arrow between two folders that the table does not have is refused, and every other one is not", () => {
  const folders = [...layers.keys()];
  const pairs = folders.flatMap((from) => folders.filter((to) => to !== from).map((to) => [from, to] as const));
  const files = Object.fromEntries([
    ...folders.map((folder) => [`${folder}/leaf.ts`, "export const leaf = 1;\n"]),
    ...pairs.map(([from, to]) => [`${from}/to-${to}.ts`, `import { leaf } from "../${to}/leaf";\n\nexport const taken = leaf;\n`]),
  ]) as Record<string, string>;
  const expected = pairs.filter(([from, to]) => !layers.get(from)!.includes(to)).map(([from, to]) => `${from}-imports: ${from}/to-${to}.ts -> ${to}/leaf.ts`);
  expect(expected.length).toBeGreaterThan(100);
  expect(refused(files)).toEqual(expected.sort());
}, 120_000);

test("types, loading at run time, require, the root files, unknown folders and names that lead nowhere are no way round, and circles are refused", () => {
  expect(
    refused({
      "index.ts": "export const stack = 1;\n",
      "cli/stack.ts": "export interface Stack { name: string }\nexport const stack = 1;\n",
      "pipeline/type.ts": 'import { type Stack } from "../cli/stack";\n\nexport type Its = Stack;\n',
      "pipeline/later.ts": 'export const later = () => import("../cli/stack.ts");\n',
      "policy/required.cjs": 'module.exports = require("../cli/stack.ts");\n',
      "components/root.ts": 'export { stack } from "../index";\n',
      "novel/a.ts": 'export { stack } from "../cli/stack";\n',
      "report/lost.ts": 'export { stack } from "./nowhere";\n',
      "fit/one.ts": 'import { two } from "./two";\n\nexport const one = () => two;\n',
      "fit/two.ts": 'import { one } from "./one";\n\nexport const two = () => one;\n',
    }),
  ).toEqual([
    "components-imports: components/root.ts -> index.ts",
    "every-folder-has-its-line: novel/a.ts -> cli/stack.ts",
    "no-circle: fit/one.ts -> fit/two.ts",
    "not-found: report/lost.ts -> ./nowhere",
    "pipeline-imports: pipeline/later.ts -> cli/stack.ts",
    "pipeline-imports: pipeline/type.ts -> cli/stack.ts",
    "policy-imports: policy/required.cjs -> cli/stack.ts",
  ]);
}, 120_000);
