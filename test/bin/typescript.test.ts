/** How Node runs the project's commands. The stack's program is bundled (bundle.test.ts). */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";


let project: string;
beforeEach(() => {
  // A project of its own: the loader keeps what it made beside itself.
  project = mkdtempSync(join(tmpdir(), "typescript-"));
  cpSync(join(__dirname, "..", "..", "bin"), join(project, "bin"), { recursive: true });
  mkdirSync(join(project, "node_modules"));
  symlinkSync(join(__dirname, "..", "..", "node_modules", "esbuild"), join(project, "node_modules", "esbuild"));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(name: string, text: string): void {
  writeFileSync(join(project, name), text);
}

/** Runs a file of the project. */
function run(name: string, ...nodeArguments: string[]): string {
  const script = `require("./${name}");`;
  const { stdout, stderr, status } = spawnSync(process.execPath, [...nodeArguments, "--require", "./bin/typescript.cjs", "--eval", script], { cwd: project, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const kept = (name: string): string => join(project, "node_modules", ".cache", "gpu-cicd", "stripped", `${name}.js`);
/** Prints whether a compiler was loaded. */
const COMPILED = `console.log(Object.keys(require.cache).some((file) => /esbuild.lib/.test(file)));`;

test("what was stripped is kept, and read again without a compiler", () => {
  write("index.ts", `interface Wide { readonly a: string }\nconst wide: Wide = { a: "value" };\nconsole.log(wide.a);\n${COMPILED}`);
  expect(run("index.ts")).toBe("value\ntrue\n");
  expect(run("index.ts")).toBe("value\nfalse\n");
});

test("TypeScript and modules of the new format can be imported while the program runs", () => {
  write("inner.ts", `export const inner: string = "inner";`);
  write("index.ts", `void (async () => console.log((await import("./inner")).inner, typeof (await import("./esm.mjs")).default))();`);
  write("esm.mjs", `export default function named() {}`);
  expect(run("index.ts")).toBe("inner function\n");
});

test("a changed source is stripped anew", () => {
  write("index.ts", `console.log("one" as string);\n${COMPILED}`);
  run("index.ts");
  write("index.ts", `console.log("two" as string);\n${COMPILED}`);
  expect(run("index.ts")).toBe("two\ntrue\n");
});

test("what was kept in part, or of another source, is not taken", () => {
  write("index.ts", `console.log("one" as string);\n${COMPILED}`);
  run("index.ts");
  const whole = readFileSync(kept("index.ts"), "utf8");
  for (const broken of [whole.slice(0, -2), whole.replace(/\/\/ [0-9a-f]{64}\n$/, `// ${"0".repeat(64)}\n`), ""]) {
    expect(broken).not.toBe(whole);
    writeFileSync(kept("index.ts"), broken);
    expect(run("index.ts")).toBe("one\ntrue\n");
    expect(readFileSync(kept("index.ts"), "utf8")).toBe(whole);
  }
});

test("files of one name in several folders are kept apart, and files outside the project are not kept", () => {
  mkdirSync(join(project, "a"));
  write("a/index.ts", `export const a: string = "inner";`);
  write("index.ts", `import { a } from "./a/index";\nconsole.log(a);\n${COMPILED}`);
  const outside = mkdtempSync(join(tmpdir(), "typescript-outside-"));
  writeFileSync(join(outside, "index.ts"), `console.log("outside" as string);\n${COMPILED}`);
  write("both.ts", `import "./index";\nimport ${JSON.stringify(join(outside, "index.ts"))};`);
  run("both.ts");
  expect(run("both.ts")).toBe("inner\nfalse\noutside\ntrue\n");
  rmSync(outside, { recursive: true });
});

test("a checkout in which nothing can be kept runs all the same", () => {
  write("index.ts", `console.log("value" as string);`);
  // A file where the folder should be stops also those whom permissions do not.
  writeFileSync(join(project, "node_modules", ".cache"), "");
  expect(run("index.ts")).toBe("value\n");
});

const THROWS = `interface Wide {
  readonly a: string;
}

function thrower(wide: Wide): never {
  throw new Error(wide.a);
}

import { inspect } from "node:util";
try {
  thrower({ a: "shown" });
} catch (error) {
  console.log(inspect(error, {}));
  console.log((error as Error).stack);
}
`;

test.each([[[]], [["--enable-source-maps"]]])("an error is shown with positions in the source (%j)", (nodeArguments) => {
  write("index.ts", THROWS);
  const shown = run("index.ts", ...nodeArguments);
  const frames = [...shown.matchAll(/index\.ts:(\d+):(\d+)/g)].map(([, line]) => Number(line));
  expect(frames.slice(0, 2)).toEqual([6, 11]);
});
