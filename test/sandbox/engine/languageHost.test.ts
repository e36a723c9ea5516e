/**
 * The language host behind the real engine: programs, configuration, secrets, errors and policy packs, with the toy cloud as provider.
 * Not proved here: what a full installation's own language host does.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provideEngine } from "../../../sandbox/daemon/executables";
import { splitArguments } from "../../../sandbox/engine/options";
import { startProviderServer, type ProviderServer } from "../../../sandbox/provider/server";
import { toolPath } from "../../../sandbox/tools";
import { ToyCloud, toyProvider } from "../provider/toyCloud";

jest.setTimeout(120_000);

const SECRET = "canary-of-the-language-host";
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
class Provider extends pulumi.ProviderResource { constructor(name, args) { super("toy", name, args); } }
class Thing extends pulumi.CustomResource { constructor(name, args, opts) { super("toy:index:Thing", name, { serial: undefined, token: undefined, ...args }, opts); } }
const config = new pulumi.Config();
if (config.get("fail")) throw new pulumi.RunError("the program was told to fail");
const provider = new Provider("provider", { zone: config.require("zone") });
const first = new Thing("first", { name: "first", password: config.requireSecret("password"), size: config.requireNumber("size") }, { provider });
const second = new Thing("second", { name: "second", tags: { of: first.serial } }, { provider });
exports.serial = second.serial;
exports.token = first.token;
exports.dryRun = pulumi.runtime.isDryRun();
`;
const PACK = `
const { PolicyPack } = require("@pulumi/policy");
const pulumi = require("@pulumi/pulumi");
new PolicyPack("toy", { policies: [{
  name: "small", description: "Things are small.", enforcementLevel: "mandatory",
  validateResource: (args, report) => {
    // The pack's own configuration of the stack comes from its environment.
    const most = Number(new pulumi.Config("toy").require("most"));
    if (args.type === "toy:index:Thing" && args.props.size > most) report(args.name + " has size " + args.props.size + " in stack " + pulumi.getStack());
  },
}, {
  name: "shrunk", description: "Things shrink.", enforcementLevel: LEVEL,
  remediateResource: (args) => args.type === "toy:index:Thing" ? { ...args.props, size: 3 } : undefined,
}] });
`;
/** The pack with its second policy at a level. */
const packAt = (level: string): string => PACK.replace("LEVEL", JSON.stringify(level));

let root: string;
let cloud: ToyCloud;
let server: ProviderServer;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "engine-"));
  for (const directory of ["bin", "state", "project", "pack"]) mkdirSync(join(root, directory));
  await provideEngine(join(root, "bin"), await toolPath("pulumi"));
  symlinkSync(join(__dirname, "../../../node_modules"), join(root, "node_modules"));
  write("project/Pulumi.yaml", `name: toy\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n    nodeargs: --require ${join(__dirname, "../../../bin/start.cjs")}\n`);
  write("project/package.json", '{"name":"toy","version":"1.0.0"}');
  write("project/index.js", PROGRAM);
  write("pack/PulumiPolicy.yaml", "runtime: nodejs\nmain: index.js\n");
  write("pack/package.json", '{"name":"pack","version":"0.0.1"}');
  write("pack/index.js", packAt("advisory"));
  cloud = new ToyCloud();
  server = await startProviderServer(toyProvider(cloud));
  await succeeds("stack", "init", "test");
  for (const [key, value] of Object.entries({ zone: "z1", size: "2", most: "5" })) await succeeds("config", "set", key, value);
  await succeeds("config", "set", "--secret", "password", SECRET);
});

afterAll(async () => {
  await server.stop();
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  writeFileSync(join(root, path), text);
}

function pulumi(...args: string[]): Promise<{ code: number | null; output: string }> {
  const env = {
    ...process.env,
    PATH: `${join(root, "bin")}:${process.env["PATH"]}`,
    PULUMI_HOME: join(root, "home"),
    PULUMI_BACKEND_URL: `file://${join(root, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_DEBUG_PROVIDERS: `toy:${server.port}`,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  const child = spawn(join(root, "bin", "pulumi"), [...args, "--non-interactive", "--color", "never"], { cwd: join(root, "project"), env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
}

async function succeeds(...args: string[]): Promise<string> {
  const { code, output } = await pulumi(...args);
  if (code !== 0) throw new Error(`pulumi ${args.join(" ")}: ${code}\n${output}`);
  return output;
}

test("a program comes up, finds nothing left to do, and goes down; its secret is nowhere in the clear", async () => {
  const preview = await succeeds("preview", "--diff");
  expect(preview).not.toContain("warning");
  expect(preview).toContain("+ 4 to create");
  expect(cloud.things.size).toBe(0);
  await succeeds("up", "--yes", "--skip-preview");
  expect(Object.fromEntries([...cloud.things].map(([id, { inputs }]) => [id, inputs]))).toEqual({
    "z1/first": { name: "first", password: SECRET, size: 2 },
    "z1/second": { name: "second", size: 1, tags: { of: "s-z1/first" } },
  });
  await succeeds("preview", "--expect-no-changes");
  const written = readdirSync(join(root, "state"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(written.length).toBeGreaterThan(0);
  for (const entry of written) expect(readFileSync(join(entry.parentPath, entry.name), "utf8")).not.toContain(SECRET);

  expect(cloud.calls).toEqual(["create first", "created first", "create second", "created second"]);
  cloud.things.get("z1/first")!.inputs.size = 9;
  expect(await succeeds("refresh", "--preview-only", "--diff")).toMatch(/~ toy:index:Thing: \(update\)\s+\[id=z1\/first\][^~]*~ size: 2 => 9\s+Resources:\s+~ 1 to update\s+3 unchanged/);
  await succeeds("up", "--refresh", "--yes", "--skip-preview");
  expect(cloud.things.get("z1/first")?.inputs.size).toBe(2);
  await succeeds("destroy", "--yes", "--skip-preview");
  expect(cloud.things.size).toBe(0);
});

test("a program's own error reaches the user once and fails the run", async () => {
  const { code, output } = await pulumi("preview", "--config", "fail=yes");
  // The engine keeps what --config sets.
  await succeeds("config", "rm", "fail");
  expect(code).not.toBe(0);
  expect(output.split("Diagnostics:")[1]?.match(/the program was told to fail/g)).toHaveLength(1);
  expect(output).not.toContain("exited with non-zero exit code");
});

test("a policy pack sees the resources and the configuration of the stack, and stops what breaks it", async () => {
  const pack = ["--policy-pack", join(root, "pack")];
  const held = await pulumi("preview", ...pack);
  expect(held).toMatchObject({ code: 0 });
  const { code, output } = await pulumi("preview", ...pack, "--config", "size=7");
  expect(code).not.toBe(0);
  expect(output).toContain("first has size 7 in stack test");
});

test("a policy pack remediates where a policy or the pack's config says so, and not where neither does", async () => {
  const sizeOf = async (...more: string[]): Promise<string | undefined> => {
    const { code, output } = await pulumi("preview", "--diff", "--policy-pack", join(root, "pack"), "--config", "size=2", ...more);
    if (code !== 0) throw new Error(output);
    return /name *: "first"[\s\S]*?size *: (\d)/.exec(output)?.[1];
  };
  expect(await sizeOf()).toBe("2");
  write("raised.json", '{ "shrunk": "remediate" }');
  expect(await sizeOf("--policy-pack-config", join(root, "raised.json"))).toBe("3");
  write("pack/index.js", packAt("remediate"));
  expect(await sizeOf()).toBe("3");
});

test("arguments for Node are split as a shell splits them", () => {
  expect(splitArguments(`--a  "b c" --d='e f'g`)).toEqual(["--a", "b c", "--d=e fg"]);
});
