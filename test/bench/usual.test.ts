/** The usual variant of a program: it is the same program, with its SDKs imported by their roots and types that are checked. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import ts from "typescript";
import { parse } from "yaml";
import { textOf, TYPESCRIPT } from "../../bench/kit/child";
import { programSources, withRootImports, writeUsualProgram } from "../../bench/program/usual";
import { requirements } from "../../rehearsal/stage";

const PROJECT = join(__dirname, "..", "..");

/** Two roots are loaded whole, on a busy machine. */
jest.setTimeout(180_000);

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "usual-"));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): string {
  const project = join(scratch, "project");
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), content);
  }
  return project;
}

/** SDKs in little: a root that re-exports what its files hold, as the real ones do. */
const SDKS = {
  "node_modules/@pulumi/aws/package.json": '{ "name": "@pulumi/aws", "main": "index.js", "types": "index.d.ts" }',
  "node_modules/@pulumi/aws/index.d.ts": 'import * as ecr from "./ecr"; import * as types from "./types"; export { ecr, types }; export * from "./provider";',
  "node_modules/@pulumi/aws/index.js": 'exports.loaded = ["aws"]; exports.ecr = require("./ecr"); exports.Provider = require("./provider").Provider;',
  "node_modules/@pulumi/aws/provider.d.ts": "export declare class Provider { readonly region: string; constructor(region: string); }",
  "node_modules/@pulumi/aws/provider.js": "exports.Provider = class { constructor(region) { this.region = region; } };",
  "node_modules/@pulumi/aws/ecr/index.d.ts": 'export * from "./repository";',
  "node_modules/@pulumi/aws/ecr/index.js": 'exports.Repository = require("./repository").Repository;',
  "node_modules/@pulumi/aws/ecr/repository.d.ts": "export declare class Repository { readonly url: string; constructor(name: string); }",
  "node_modules/@pulumi/aws/ecr/repository.js": "exports.Repository = class { constructor(name) { this.url = `ecr/${name}`; } };",
  "node_modules/@pulumi/aws/types/index.d.ts": 'import * as input from "./input"; export { input };',
  "node_modules/@pulumi/aws/types/input.d.ts": "export interface Rule { readonly days: number }",
  "node_modules/@pulumi/azure-native/package.json": '{ "name": "@pulumi/azure-native", "main": "index.js", "types": "index.d.ts" }',
  "node_modules/@pulumi/azure-native/index.d.ts": 'import * as resources from "./resources"; export { resources };',
  "node_modules/@pulumi/azure-native/index.js": 'exports.resources = require("./resources");',
  "node_modules/@pulumi/azure-native/resources/index.d.ts": 'export { ResourceGroup } from "./resourceGroup";',
  "node_modules/@pulumi/azure-native/resources/index.js": 'exports.ResourceGroup = require("./resourceGroup").ResourceGroup;',
  "node_modules/@pulumi/azure-native/resources/resourceGroup.d.ts": "export declare class ResourceGroup { readonly id: number; }",
  "node_modules/@pulumi/azure-native/resources/resourceGroup.js": "exports.ResourceGroup = class { constructor() { this.id = 7; } };",
};

const PROGRAM = {
  "Pulumi.yaml": "name: toy\nmain: program.cjs\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: --require ./bin/start.cjs\nconfig:\n  toy:size: { type: integer }\n",
  "package.json": '{ "name": "toy" }',
  "tsconfig.json": '{ "compilerOptions": { "target": "es2022", "module": "node20", "lib": ["es2022"], "strict": true, "skipLibCheck": true, "isolatedModules": true, "noUnusedLocals": true, "types": ["jest"] }, "include": ["."] }',
  "index.ts": `/** A program. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ecr from "@pulumi/aws/ecr";
import { Provider as AwsProvider } from "@pulumi/aws/provider";
import { group, type Kept } from "./lib/group";

const kept: Kept = { days: 3 };
const images = (names: readonly string[]): ecr.Repository[] => names.map((name) => new ecr.Repository(name));
console.log(JSON.stringify([new AwsProvider("west").region, images(["a", "b"]), kept, group().id, readFileSync(join(__dirname, "lib", "data.txt"), "utf8")]));
`,
  "lib/group.ts": `import type { input } from "@pulumi/aws/types";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
export type Kept = input.Rule;
export function group(): ResourceGroup {
  return new ResourceGroup();
}
`,
  "lib/data.txt": "data",
  "lib/other.test.ts": "not part of the program",
  "elsewhere/unused.ts": "not part of the program",
};

function usualOf(project: string): string {
  const folder = join(scratch, "usual");
  writeUsualProgram(project, folder);
  return folder;
}

/** What the compiler says of a folder, as `tsc --noEmit` would. */
function typeErrors(folder: string): readonly string[] {
  const { config } = ts.readConfigFile(join(folder, "tsconfig.json"), (path) => readFileSync(path, "utf8")) as { config: object };
  // The types of Node are the real project's.
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, folder, { noEmit: true, typeRoots: [join(PROJECT, "node_modules", "@types")] });
  return ts.getPreEmitDiagnostics(ts.createProgram(fileNames, options)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

const run = (folder: string): Promise<string> => textOf(process.execPath, ["--import", TYPESCRIPT, join(folder, "index.ts")]);

describe("a small program", () => {
  test("imports its SDKs by their roots, once each, and keeps its names", () => {
    const folder = usualOf(write({ ...SDKS, ...PROGRAM }));
    expect(readFileSync(join(folder, "index.ts"), "utf8").split("\n").slice(0, 8)).toEqual([
      'import * as awsSdk from "@pulumi/aws";',
      "/** A program. */",
      'import { readFileSync } from "node:fs";',
      'import { join } from "node:path";',
      "import ecr = awsSdk.ecr;",
      "import AwsProvider = awsSdk.Provider;",
      'import { group, type Kept } from "./lib/group";',
      "",
    ]);
    expect(readFileSync(join(folder, "lib", "group.ts"), "utf8").split("\n").slice(0, 4)).toEqual([
      'import * as awsSdk from "@pulumi/aws";',
      'import * as azureNativeSdk from "@pulumi/azure-native";',
      "import input = awsSdk.types.input;",
      "import ResourceGroup = azureNativeSdk.resources.ResourceGroup;",
    ]);
  });

  test("holds what the program reads, and no module that is not its own", () => {
    const folder = usualOf(write({ ...SDKS, ...PROGRAM }));
    expect(readdirSync(folder, { recursive: true }).filter((path) => !String(path).startsWith("node_modules/")).sort()).toEqual(
      ["Pulumi.yaml", "index.ts", "lib", "lib/data.txt", "lib/group.ts", "node_modules", "package.json", "tsconfig.json"],
    );
    expect(parse(readFileSync(join(folder, "Pulumi.yaml"), "utf8"))).toEqual({ name: "toy", main: "index.ts", runtime: "nodejs", config: { "toy:size": { type: "integer" } } });
  });

  test("does what it did", async () => {
    const project = write({ ...SDKS, ...PROGRAM });
    const printed = await run(project);
    expect(printed).toContain('"data"');
    expect(await run(usualOf(project))).toBe(printed);
  });

  test("type-checks as it did, and a mistake is found as it was", () => {
    const project = write({ ...SDKS, ...PROGRAM });
    const folder = usualOf(project);
    expect(typeErrors(folder)).toEqual([]);
    writeFileSync(join(folder, "lib", "group.ts"), readFileSync(join(folder, "lib", "group.ts"), "utf8").replace("new ResourceGroup()", "new ResourceGroup().name"));
    expect(typeErrors(folder)).toEqual(["Property 'name' does not exist on type 'ResourceGroup'."]);
  });

  test.each([
    'export { Repository } from "@pulumi/aws/ecr";',
    'import ecr = require("@pulumi/aws/ecr");',
    'void import("@pulumi/aws/ecr");',
    'import "@pulumi/aws/ecr";',
    'import ecr, { Repository } from "@pulumi/aws/ecr";',
  ])("a form that is not known is refused, not left as it is: %s", (statement) => {
    const project = write(SDKS);
    expect(() => withRootImports(join(project, "index.ts"), statement)).toThrow(/index.ts: the import of @pulumi\/aws\/ecr is of a form that cannot be rewritten/);
  });
});

describe("the program of this project", () => {
  test("has no deep import left, in any module that it is made of", () => {
    const sources = programSources(join(PROJECT, "index.ts"));
    expect(sources).toEqual(expect.arrayContaining(["index.ts", "config.ts", "components/plan.ts", "pipeline/model.ts"].map((path) => join(PROJECT, path))));
    const folder = usualOf(PROJECT);
    for (const source of sources) {
      const text = readFileSync(join(folder, source.slice(PROJECT.length)), "utf8");
      expect(text).not.toMatch(/from "@pulumi\/(aws|azure-native|github|kubernetes)\//);
    }
  });

  test("registers the same resources with the same inputs", async () => {
    const folder = usualOf(PROJECT);
    symlinkSync(join(PROJECT, "Pulumi.prod.yaml"), join(folder, "Pulumi.prod.yaml"));
    const secrets = requirements(PROJECT, "prod").secrets.map(({ key }) => key);
    const registered = async (project: string): Promise<unknown> =>
      JSON.parse(await textOf(process.execPath, ["--import", TYPESCRIPT, join(PROJECT, "policy", "resources", "run-program.ts"), project, project, "prod", "up", ...secrets]));
    const ours = await registered(PROJECT);
    expect((ours as unknown[]).length).toBeGreaterThan(200);
    expect(await registered(folder)).toEqual(ours);
  });
});
