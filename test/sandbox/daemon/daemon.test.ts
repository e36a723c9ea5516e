/** The daemon of a sandbox with the toy cloud: its start, its faults, and that nothing outlives it. The four clouds are rehearsed elsewhere. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command as statusCommand } from "../../../cli/commands/sandbox/status";
import { endSandbox, rehearse } from "../../../sandbox/cli/rehearse";
import { policyEnvironment } from "../../../sandbox/daemon/policies";
import { withFileHeld } from "../../../sandbox/fileLock";
import { ensureSandbox, findSandbox, type SandboxClient } from "../../../sandbox/daemon/client";
import { environmentOf, processEnvironment, writeEnvironment } from "../../../sandbox/daemon/environment";
import { writeStackConfig } from "../../../sandbox/daemon/stack";
import { isAlive } from "../../../sandbox/provider/peer";

jest.setTimeout(120_000);

const CLOUDS = join(__dirname, "toyClouds.ts");
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
class Provider extends pulumi.ProviderResource { constructor(name, args) { super("toy", name, args); } }
class Thing extends pulumi.CustomResource { constructor(name, args, opts) { super("toy:index:Thing", name, args, opts); } }
const provider = new Provider("provider", { zone: "z1" });
let before = undefined;
const config = new pulumi.Config();
for (const name of ["a", "b", "c"]) before = new Thing(name, { name, region: config.get("region"), password: config.requireSecret("word") }, { provider, dependsOn: before });
`;

let directory: string;
beforeEach(() => (directory = join(mkdtempSync(join(tmpdir(), "daemon-")), "Sändbox@1+2=3~4_a.b")));
afterEach(async () => {
  await (await findSandbox(directory))?.stop();
  rmSync(join(directory, ".."), { recursive: true, force: true });
});

async function started(): Promise<SandboxClient> {
  return (await ensureSandbox(directory, { clouds: CLOUDS })).client;
}

/** Process ids of a sandbox: the daemon, its watchdog, its child and the child's own child. */
function processes(): { daemon: number; all: number[] } {
  const { pid, watchdog } = JSON.parse(readFileSync(join(directory, "control.json"), "utf8")) as { pid: number; watchdog: number };
  const shell = Number(readFileSync(join(directory, "pids", "sleeper"), "utf8"));
  const [sleep] = readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8").trim().split(" ").map(Number);
  return { daemon: pid, all: [pid, watchdog, shell, sleep!] };
}

async function allGone(pids: readonly number[]): Promise<boolean> {
  for (let left = 100; left > 0 && pids.some(isAlive); left -= 1) await new Promise((resolve) => setTimeout(resolve, 50));
  return !pids.some(isAlive);
}

test("it starts once, keeps its files to itself, and leaves nothing but logs behind", async () => {
  const client = await started();
  expect((await ensureSandbox(directory, { clouds: CLOUDS })).started).toBe(false);
  for (const file of ["control.json", "passphrase"]) expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  const { all } = processes();
  expect(all.map(isAlive)).toEqual([true, true, true, true]);
  await client.stop();
  expect(await allGone(all)).toBe(true);
  expect(readdirSync(directory).sort()).toEqual(["SANDBOX", "logs"]);
});

test("everything ends when the daemon is killed, and the next start clears what it left", async () => {
  await started();
  const { daemon, all } = processes();
  writeFileSync(join(directory, "state", "stale"), "");
  process.kill(daemon, "SIGKILL");
  expect(await allGone(all)).toBe(true);
  expect(await findSandbox(directory)).toBeUndefined();
  const again = await ensureSandbox(directory, { clouds: CLOUDS });
  expect(again.started).toBe(true);
  expect(existsSync(join(directory, "state", "stale"))).toBe(false);
});

test("a start that fails says why and leaves no process", async () => {
  const error = await ensureSandbox(directory, { clouds: join(__dirname, "failingClouds.ts") }).catch((caught: Error) => caught.message);
  expect(error).toMatch(/^the sandbox did not start:\n[^]*the toy cloud was told to fail beside process \d+/);
  expect(await allGone([Number(/beside process (\d+)/.exec(String(error))?.[1])])).toBe(true);
  expect(existsSync(join(directory, "control.json"))).toBe(false);
  expect(readdirSync(join(directory, "pids"))).toEqual([]);
});

test("two sandboxes run side by side", async () => {
  const other = join(directory, "..", "other");
  const [first, second] = await Promise.all([started(), ensureSandbox(other, { clouds: CLOUDS })]);
  const ports = await Promise.all([first, second.client].map(async (client) => (await client.call("GET /status")).attachment.providers["toy"]));
  expect(new Set(ports).size).toBe(2);
  await second.client.stop();
  expect((await first.call("GET /status")).pid).toBe(first.pid);
});

test("a directory that is no sandbox is left alone", async () => {
  mkdirSync(directory);
  writeFileSync(join(directory, "thesis.txt"), "mine");
  await expect(started()).rejects.toThrow(`${directory} holds something that is no sandbox; empty it or name another directory with SANDBOX_DIR`);
  expect(readFileSync(join(directory, "thesis.txt"), "utf8")).toBe("mine");
});

test("the control API wants its token, and names what is wrong with an order", async () => {
  const client = await started();
  const { port } = JSON.parse(readFileSync(join(directory, "control.json"), "utf8")) as { port: number };
  expect((await fetch(`http://127.0.0.1:${port}/status`, { headers: { authorization: "Bearer nonsense" } })).status).toBe(401);
  await expect(client.call("POST /faults", { status: 418 as 500 })).rejects.toThrow(/^POST \/faults of the sandbox: [^]*Invalid input/);
  await expect(client.call("POST /faults", { status: 500, at: "answer" })).rejects.toThrow("at and holdMs belong to kill-engine alone");
  expect(await client.call("GET /faults")).toEqual([]);
});

describe("on a bad day", () => {
  const status = () => statusCommand.run({ options: {} } as never, { environment: { SANDBOX_DIR: directory }, out: (text: string) => void said.push(text) } as never);
  let said: string[] = [];
  beforeEach(() => (said = []));

  test("a child that was killed is named by status, and the next command starts the sandbox anew", async () => {
    const client = await started();
    expect((await client.call("GET /status")).ended).toEqual([]);
    const { all } = processes();
    process.kill(-all[2]!, "SIGKILL");
    expect(await allGone(all.slice(2))).toBe(true);
    await status();
    expect(said.join("")).toMatch(/^process \d+[^]* {2}sleeper ended \(SIGKILL\) at 20\S+: what it served is gone; its log is logs\/sleeper\.log\nmake rehearse or make sandbox-up starts the sandbox anew\n$/);
    const again = await ensureSandbox(directory, { clouds: CLOUDS });
    expect(again).toMatchObject({ started: true, instead: expect.stringMatching(/^sleeper ended \(SIGKILL\) at /) as string });
    expect((await again.client.call("GET /status")).ended).toEqual([]);
    expect(again.client.pid).not.toBe(client.pid);
  });

  test("a daemon that was killed is named by status, and `sandbox down` clears what it left", async () => {
    const { pid } = await started();
    process.kill(pid, "SIGKILL");
    expect(await allGone([pid])).toBe(true);
    await expect(status()).rejects.toThrow(`the sandbox in ${directory} died (process ${pid}), and its clouds are gone with it; make rehearse or make sandbox-up starts another`);
    expect(await endSandbox(directory)).toBe(`the sandbox in ${directory} had died (process ${pid}); what it left is removed`);
    expect(readdirSync(directory).sort()).toEqual(["SANDBOX", "logs"]);
    expect(await endSandbox(directory)).toBe(`no sandbox runs in ${directory}`);
  });

  test("a daemon that was killed is replaced by the next command, which says so", async () => {
    const { pid } = await started();
    process.kill(pid, "SIGKILL");
    expect(await allGone([pid])).toBe(true);
    expect(await ensureSandbox(directory, { clouds: CLOUDS })).toMatchObject({ started: true, instead: `process ${pid}, which died` });
  });

  test.each(["it's", 'a"b', "a,b", "a b", "a#b", "a%20b", "a?b", "a:b", "a$b", "a\\b", "a;b", "a*b", "a\nb", "a`b"])("the path %j is refused before anything is made", async (name) => {
    const odd = join(directory, "..", name);
    await expect(ensureSandbox(odd, { clouds: CLOUDS })).rejects.toThrow(/^the sandbox's directory \(SANDBOX_DIR\) is ".*", with [^]+: the engine, its backend and make read these signs as something else/);
    expect(existsSync(odd)).toBe(false);
    const pack = { directory: odd, prepare: async () => ({}) };
    await expect(policyEnvironment(join(directory, "..", "policies.json"), pack, undefined)).rejects.toThrow("the policy pack's directory is ");
  });

  test("a second rehearsal is told who is at it, and touches nothing", async () => {
    mkdirSync(directory);
    const since = "2026-11-30T08:00:00.000Z";
    writeFileSync(join(directory, "rehearsal.lock"), JSON.stringify({ pid: process.pid, what: "rehearse stack prod in here", since }));
    const second = rehearse({ project: directory, directory, stack: "test", requirements: { secrets: [] }, clean: true, keep: false, clouds: CLOUDS });
    await expect(second).rejects.toThrow(`process ${process.pid} does this already: rehearse stack prod in here, since ${since}; wait until it has ended`);
    expect(readdirSync(directory)).toEqual(["rehearsal.lock"]);
  });

  test("of many that find a dead rehearsal's file one goes on", async () => {
    const file = join(directory, "..", "rehearsal.lock");
    writeFileSync(file, JSON.stringify({ pid: 2 ** 22 + 1, what: "long ago", since: "" }));
    let at = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (at += 1));
      await new Promise((resolve) => setTimeout(resolve, 200));
      at -= 1;
    };
    const ends = await Promise.allSettled([1, 2, 3, 4].map(() => withFileHeld(file, "now", work)));
    expect(ends.filter(({ status: end }) => end === "fulfilled")).toHaveLength(1);
    expect(most).toBe(1);
    expect(existsSync(file)).toBe(false);
  });
});

describe("with the engine", () => {
  let project: string;
  let environment: NodeJS.ProcessEnv;
  let client: SandboxClient;

  beforeEach(async () => {
    client = await started();
    project = join(directory, "..", "project");
    mkdirSync(project);
    symlinkSync(join(__dirname, "../../../node_modules"), join(project, "node_modules"));
    writeFileSync(join(project, "Pulumi.yaml"), "name: toy\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n");
    writeFileSync(join(project, "package.json"), '{"name":"toy","version":"1.0.0"}');
    writeFileSync(join(project, "index.js"), PROGRAM);
    await writeStackConfig(client.layout, project, "test", [{ key: "toy:word" }, { key: "toy:key", format: "private-key" }]);
    const variables = environmentOf(client.layout, (await client.call("GET /status")).attachment, "test");
    await writeEnvironment(client.layout, variables);
    environment = processEnvironment(client.layout, variables);
    await pulumi(["stack", "init", "test"], directory);
    await pulumi(["stack", "select", "test"]);
  });

  function pulumi(args: readonly string[], cwd = project): Promise<{ code: number | null; output: string }> {
    const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], { cwd, env: environment });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
    return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
  }

  test("KEEP=0 ends the sandbox when the rehearsal fails, too", async () => {
    writeFileSync(join(project, "index.js"), "throw new Error('this program fails');");
    await expect(rehearse({ project, directory, stack: "test", requirements: { secrets: [] }, clean: false, keep: false, clouds: CLOUDS })).rejects.toThrow("this program fails");
    expect(await findSandbox(directory)).toBeUndefined();
    expect(isAlive(client.pid)).toBe(false);
    expect(readdirSync(directory).sort()).toEqual(["SANDBOX", "logs"]);
  });

  const up = (): Promise<{ code: number | null; output: string }> => pulumi(["up", "--yes", "--skip-preview"]);
  const things = async (): Promise<string[]> => (await client.call("GET /inventory"))[0]!.entries.map(({ name, detail }) => `${name} ${detail}`);
  const ALL = ["z1/a size 1, revision 1", "z1/b size 1, revision 1", "z1/c size 1, revision 1"];

  test.each([500, 409, 429] as const)("a %i is a clear error, and a second update completes", async (status) => {
    const order = { type: "toy:index:Thing", cloud: "toy", operation: "^create ", status, skip: 1 };
    await client.call("POST /faults", order);
    const failed = await up();
    expect(failed.code).not.toBe(0);
    expect(failed.output).toMatch(new RegExp(`create b: ${status} [A-Za-z]+: an? [a-z ]+ that was ordered for this rehearsal`));
    const [fault] = await client.call("GET /faults");
    expect(fault?.hits).toEqual([{ cloud: "toy", operation: "create b", type: "toy:index:Thing", urn: "urn:pulumi:test::toy::toy:index:Thing::b" }]);
    expect(await up()).toMatchObject({ code: 0 });
    expect(await things()).toEqual(ALL);
  });

  test.each(["call", "answer"] as const)("an engine that is killed at the %s of a create leaves nothing that a second update would make twice", async (at) => {
    await client.call("POST /faults", { operation: "^create b", status: "kill-engine", at });
    expect((await up()).code).toBeNull();
    expect((await client.call("GET /faults"))[0]?.hits).toHaveLength(1);
    expect(await up()).toMatchObject({ code: 0 });
    expect(await things()).toEqual(ALL);
    expect(await pulumi(["preview", "--expect-no-changes"])).toMatchObject({ code: 0 });
  });

  // The state still names what the replacement took the place of, under the same id.
  test.each(["call", "answer"] as const)("an engine that is killed at the %s of a replacement's create leaves nothing in the way of the next", async (at) => {
    expect(await up()).toMatchObject({ code: 0 });
    await pulumi(["config", "set", "region", "west"]);
    await client.call("POST /faults", { operation: "^create b", status: "kill-engine", at });
    expect((await up()).code).toBeNull();
    expect((await client.call("GET /faults"))[0]?.hits).toHaveLength(1);
    expect(await up()).toMatchObject({ code: 0 });
    expect(await things()).toEqual(ALL);
    expect(await pulumi(["preview", "--expect-no-changes"])).toMatchObject({ code: 0 });
  });

  test("what is undone for a killed engine meets no order of its own", async () => {
    for (const status of ["kill-engine", 500, "kill-engine"] as const) await client.call("POST /faults", { type: "toy:index:Thing", status });
    expect((await up()).code).toBeNull();
    expect((await up()).output).toContain("500 InternalServerError");
    expect((await up()).code).toBeNull();
    expect(await up()).toMatchObject({ code: 0 });
    expect(await things()).toEqual(ALL);
    expect((await client.call("GET /faults")).map(({ hits }) => hits.map(({ operation }) => operation))).toEqual([["create a"], ["create a"], ["create a"]]);
  });

  test("secrets of the stack can be read with the sandbox's passphrase and stand nowhere in the clear", async () => {
    const shown = JSON.parse((await pulumi(["config", "--show-secrets", "--json"])).output) as Record<string, { value: string; secret: boolean }>;
    expect(shown["toy:word"]).toEqual({ value: expect.stringMatching(/^canary-[0-9a-f]{32}$/) as string, secret: true, objectValue: undefined });
    expect(shown["toy:key"]?.value).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    expect(await up()).toMatchObject({ code: 0 });
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.parentPath.endsWith("/bin"));
    for (const file of files) expect(readFileSync(join(file.parentPath, file.name), "utf8")).not.toContain(shown["toy:word"]!.value);
  });

  test("a second look at the stack's configuration keeps the secrets it has", async () => {
    const file = join(directory, "Pulumi.test.yaml");
    const before = readFileSync(file, "utf8");
    await writeStackConfig(client.layout, project, "test", [{ key: "toy:word" }, { key: "toy:key", format: "private-key" }]);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  test("a shell that reads the sandbox's env sees the same variables", async () => {
    const child = spawn("/bin/sh", ["-c", '. "$1" && printf "%s\n%s\n%s\n" "$TOY_QUOTE" "$PULUMI_OPTION_CONFIG_FILE" "$PATH"', "sh", join(directory, "env")], { env: { PATH: "/usr/bin" } });
    let output = "";
    child.stdout.on("data", (text: Buffer) => (output += text.toString()));
    await new Promise((resolve) => child.once("close", resolve));
    expect(output).toBe(`it's\n${join(directory, "Pulumi.test.yaml")}\n${join(directory, "bin")}:/usr/bin\n`);
  });
});
