/** The cache of built tools, its locks, and what is said when a toolchain is missing. No tool is built here. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withFileLock } from "../../../sandbox/fileLock";
import { cacheDirectory, cacheRoot } from "../../../sandbox/tools/cache";
import { pinnedVersion, TOOL_NAMES } from "../../../sandbox/tools/catalog";
import { ensureTools } from "../../../sandbox/tools";

let root: string;
let before: NodeJS.ProcessEnv;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "cache-"));
  before = { ...process.env };
});
afterEach(() => {
  process.env = before;
  rmSync(root, { recursive: true, force: true });
});

test("every tool has a pinned version and a place of its own, named by it", () => {
  process.env["XDG_CACHE_HOME"] = root;
  const places = TOOL_NAMES.map((name) => cacheDirectory(name));
  expect(new Set(places).size).toBe(TOOL_NAMES.length);
  for (const [i, name] of TOOL_NAMES.entries()) expect(places[i]).toMatch(new RegExp(`^${root}/gpu-cicd/tools/${name}/${pinnedVersion(name).replaceAll(".", "\\.")}-${process.platform}-${process.arch}-[0-9a-f]{8}$`));
});

test("the cache is under XDG_CACHE_HOME, or .cache of the home directory", () => {
  expect(cacheRoot({ XDG_CACHE_HOME: "/x" })).toBe("/x/gpu-cicd");
  expect(cacheRoot({})).toMatch(/\/\.cache\/gpu-cicd$/);
});

test.each([
  ["etcd", "Go is not installed. Go 1.25.0 or newer is needed to build etcd; get it from https://go.dev/dl/, or put a fitting etcd on the PATH"],
  ["moto_server", "Python 3.11 or newer with venv and pip is needed to install moto_server, none found; get it from https://www.python.org/downloads/ or the system's packages (python3, python3-venv)"],
] as const)("a missing toolchain for %s is named, with the version wanted and how to get it", async (name, message) => {
  process.env["XDG_CACHE_HOME"] = root;
  process.env["PATH"] = join(root, "empty");
  await expect(ensureTools([name])).rejects.toThrow(message);
  // Nothing is left that a later run could take for a tool or a lock.
  expect(existsSync(join(root, "gpu-cicd"))).toBe(false);
});

test("no Go and no Python: both are said before anything is built, Go once for all that it builds", async () => {
  process.env["XDG_CACHE_HOME"] = root;
  process.env["PATH"] = join(root, "empty");
  const error = (await ensureTools(["moto_server", "etcd", "act"]).catch((thrown: unknown) => thrown)) as Error;
  expect(error.message.split("\n")).toEqual([
    expect.stringMatching(/^Go is not installed\. Go \d+\.\d+\.\d+ or newer is needed to build etcd, act;/),
    expect.stringMatching(/^Python 3\.11 or newer with venv and pip is needed to install moto_server, none found;/),
  ]);
  expect(existsSync(join(root, "gpu-cicd"))).toBe(false);
});

describe("a file lock", () => {
  test("lets one in at a time", async () => {
    const order: string[] = [];
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} in`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      order.push(`${name} out`);
    };
    const waits: number[] = [];
    const lock = join(root, "lock");
    await Promise.all([withFileLock(lock, (holder) => waits.push(holder), work("a")), withFileLock(lock, (holder) => waits.push(holder), work("b"))]);
    expect(order).toHaveLength(4);
    expect(order[0]!.replace(" in", " out")).toBe(order[1]);
    expect(waits).toContain(process.pid);
    expect(existsSync(lock)).toBe(false);
  });

  test("is taken over from a dead owner", async () => {
    const dead = spawn(process.execPath, ["-e", ""]);
    await once(dead, "exit");
    writeFileSync(join(root, "lock"), String(dead.pid));
    expect(await withFileLock(join(root, "lock"), () => undefined, async () => "worked")).toBe("worked");
  });

  test("is given back when the work fails", async () => {
    await expect(withFileLock(join(root, "lock"), () => undefined, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(existsSync(join(root, "lock"))).toBe(false);
  });
});
