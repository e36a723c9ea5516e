/** How the stack's program runs as a bundle. What the engine does with it is proved by the rehearsals. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROJECT = join(__dirname, "..", "..");

let project: string;
beforeEach(() => {
  // A project of its own: a bundle is kept beside the packages.
  project = mkdtempSync(join(tmpdir(), "bundle-"));
  for (const path of ["bin", "package.json"]) cpSync(join(PROJECT, path), join(project, path), { recursive: true });
  mkdirSync(join(project, "node_modules"));
  for (const name of ["@pulumi", "@grpc", "esbuild", "yaml"]) symlinkSync(join(PROJECT, "node_modules", name), join(project, "node_modules", name));
  writeFileSync(join(project, "node_modules", ".package-lock.json"), "{}");
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(join(project, name, ".."), { recursive: true });
  writeFileSync(join(project, name), text);
}

/** Runs index.ts, or what shows an error of it as the SDK's runner does. Tells at last whether a compiler was loaded. */
function run(): { output: string; compiled: boolean } {
  const script = `
    const { inspect } = require("node:util");
    process.on("unhandledRejection", (error) => console.log(inspect(error, { colors: true })));
    const { bundled, load } = require("./bin/bundle.cjs");
    const { showInSources } = require("./bin/errors.cjs");
    void (async () => {
      const bundle = await bundled(require("node:path").resolve("index.ts"));
      showInSources(bundle.file, bundle.map);
      load(bundle);
    })();
    process.on("exit", () => console.log(Object.keys(require.cache).some((file) => /esbuild.lib/.test(file))));`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--require", "./bin/start.cjs", "--eval", script], { cwd: project, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  const [, output = "", compiled] = /^([\s\S]*?)(true|false)\n$/.exec(stdout) ?? [];
  return { output, compiled: compiled === "true" };
}

const kept = (): string => join(project, "node_modules", ".cache", "gpu-cicd");

test("a program is bundled once, with its packages, and runs again without a compiler", () => {
  write("lib/inner.ts", `import { parse } from "yaml";\nexport const inner = parse("a: value") as { a: string };`);
  write("index.ts", `import { inner } from "./lib/inner";\ninterface Wide { readonly a: string }\nconst wide: Wide = inner;\nconsole.log(wide.a);`);
  expect(run()).toEqual({ output: "value\n", compiled: true });
  // The packages are in the bundle.
  rmSync(join(project, "node_modules", "yaml"));
  expect(run()).toEqual({ output: "value\n", compiled: false });
});

test("a changed source, a file that comes before another one and another set of packages are noticed", () => {
  write("lib/inner/index.ts", `export const inner = "folder";`);
  write("index.ts", `import { inner } from "./lib/inner";\nconsole.log(inner);`);
  run();
  write("lib/inner/index.ts", `export const inner = "changed";`);
  expect(run()).toEqual({ output: "changed\n", compiled: true });
  write("lib/inner.ts", `export const inner = "file";`);
  expect(run()).toEqual({ output: "file\n", compiled: true });
  expect(run().compiled).toBe(false);
  writeFileSync(join(project, "node_modules", ".package-lock.json"), '{ "packages": {} }');
  expect(run()).toEqual({ output: "file\n", compiled: true });
});

test("what was kept in part, or is gone, is made again", () => {
  write("index.ts", `import { parse } from "yaml";\nconsole.log(parse("1") as number);`);
  run();
  for (const file of readdirSync(kept()).filter((name) => name !== "compiled")) {
    const whole = readFileSync(join(kept(), file));
    if (!file.startsWith("packages.") && !file.endsWith(".map")) {
      writeFileSync(join(kept(), file), whole.subarray(0, -3));
      expect(run()).toEqual({ output: "1\n", compiled: true });
    }
    rmSync(join(kept(), file));
    expect(run()).toEqual({ output: "1\n", compiled: true });
    expect(readFileSync(join(kept(), file)).equals(whole)).toBe(true);
  }
});

test("a checkout in which nothing can be kept runs all the same", () => {
  write("index.ts", `import { parse } from "yaml";\nconsole.log(parse("1") as number);`);
  // A file where the folder should be stops also those whom permissions do not.
  writeFileSync(join(project, "node_modules", ".cache"), "");
  expect(run()).toEqual({ output: "1\n", compiled: true });
});

test("a module finds the files beside it", () => {
  write("lib/data.txt", "data");
  write("lib/read.ts", `import { readFileSync } from "node:fs";\nimport { join } from "node:path";\nexport const data = readFileSync(join(__dirname, "data.txt"), "utf8");`);
  write("index.ts", `import { data } from "./lib/read";\nconsole.log(data, __dirname);`);
  expect(run().output).toBe(`data ${project}\n`);
});

test("an error is shown with positions in the sources and its cause, without colours", () => {
  write("lib/thrower.ts", `interface Wide {\n  readonly a: string;\n}\n\nexport function thrower(wide: Wide): never {\n  throw new Error(wide.a, { cause: new TypeError("the cause") });\n}\n`);
  write("index.ts", `import { thrower } from "./lib/thrower";\n\ninterface None {}\n\nthrower({ a: "shown" });\n`);
  const { output } = run();
  const frames = [...output.matchAll(/\((\/\S+):(\d+):(\d+)\)/g)].map(([, file, line]) => [file, Number(line)]);
  expect(frames.slice(0, 2)).toEqual([[join(project, "lib/thrower.ts"), 6], [join(project, "index.ts"), 5]]);
  expect(output).toMatch(/^Error: shown\n/);
  expect(output).toContain("[cause]: TypeError: the cause");
  expect(output).not.toContain("\u001b");
});

test("a source that cannot be read as TypeScript is an error with its place", () => {
  write("index.ts", "const a = ;\n");
  expect(run().output).toMatch(/index\.ts:1:10: ERROR: Unexpected ";"/);
});

test("a Node.js that package.json does not admit is refused, with what to do", () => {
  write("package.json", '{ "engines": { "node": ">=99.0.0" } }');
  write("index.ts", "");
  expect(run).toThrow(`Node.js >=99.0.0 is needed, found ${process.versions.node}. Run: export PATH="$(node ${join(project, "bin/node.cjs")}):$PATH"`);
});

describe("the SDK in a bundle", () => {
  /** Names that the first has and the second has not, in a process without Jest's modules. */
  const missing = (whole: string, part: string): string[] =>
    JSON.parse(spawnSync(process.execPath, ["--eval", `const [a, b] = [require("${whole}"), require("${part}")]; console.log(JSON.stringify(Object.keys(a).filter((name) => !(name in b)).sort()))`], { cwd: PROJECT, encoding: "utf8" }).stdout) as string[];

  test("lacks of the root what no program of a stack uses", () => {
    expect(missing("@pulumi/pulumi", "./bin/sdk/index.cjs")).toEqual(["automation", "dynamic", "provider"]);
  });

  test("lacks of the runtime what turns functions into text, and mocks", () => {
    expect(missing("@pulumi/pulumi/runtime", "./bin/sdk/runtime.cjs")).toEqual(["computeCodePaths", "serializeFunction", "serializeFunctionAsync", "setMocks"]);
  });

  test("loads no compiler", () => {
    const { stdout } = spawnSync(process.execPath, ["--eval", `require("./bin/sdk/index.cjs"); console.log(Object.keys(require.cache).filter((file) => /typescript|automation/.test(file)).length)`], { cwd: PROJECT, encoding: "utf8" });
    expect(stdout).toBe("0\n");
  });
});
