/** Which Node.js runs the project, and how it is brought. No package is fetched here: a stand-in for npm hands out an archive that the test made. */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import fc from "fast-check";
import { satisfies, subset } from "semver";
import { admits } from "../../bin/node.cjs";
import pins from "../../bin/node.json";
import { devDependencies, engines } from "../../package.json";
import { NODE_VERSION } from "../../workflows/infrastructure";

const PROJECT = join(__dirname, "..", "..");
const OWN = process.versions.node;

describe("the versions that package.json admits", () => {
  const version = fc.tuple(fc.integer({ min: 18, max: 27 }), fc.integer({ min: 0, max: 25 }), fc.integer({ min: 0, max: 3 })).map((parts) => parts.join("."));
  const range = fc.array(fc.tuple(fc.constantFrom("^", ">="), version).map((parts) => parts.join("")), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(" || "));

  test("are read as npm reads them", () => {
    fc.assert(fc.property(range, version, (allowed, found) => admits(allowed, found) === satisfies(found, allowed)));
    expect(() => admits("~22.1.0", "22.1.0")).toThrow('package.json: engines.node has "~22.1.0"; allowed are ^1.2.3 and >=1.2.3');
  });

  test("are admitted by every package in the lock file, so that an install warns of none", () => {
    const { packages } = JSON.parse(readFileSync(join(PROJECT, "package-lock.json"), "utf8")) as { packages: Record<string, { engines?: { node?: string } }> };
    const asked = Object.entries(packages).map(([path, { engines: theirs }]) => [path, theirs?.node ?? "*"] as const);
    expect(asked.length).toBeGreaterThan(500);
    expect(asked.filter(([, theirs]) => !subset(engines.node, theirs))).toEqual([]);
  });

  test("begin with the one whose types are checked", () => {
    const least = /\d+\.\d+/.exec(engines.node)?.[0];
    expect(devDependencies["@types/node"]).toMatch(new RegExp(`^${least}\\.`));
  });

  test("hold the one that is pinned for each platform, and the workflows' own", () => {
    for (const { version: pinned, integrity } of Object.values(pins)) {
      expect(satisfies(pinned, engines.node)).toBe(true);
      expect(Buffer.from(integrity.replace(/^sha512-/, ""), "base64")).toHaveLength(64);
    }
    expect(NODE_VERSION).toBe(pins["linux-x64"].version.split(".")[0]);
  });
});

let root: string;
/** What the pinned package holds as its `node`. */
const PINNED_NODE = "#!/bin/sh\necho v99.0.0\n";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "node-"));
  for (const folder of ["project/bin", "path", "archive/package/bin"]) mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(join(PROJECT, "bin", "node.cjs"), join(root, "project", "bin", "node.cjs"));
  symlinkSync(process.execPath, join(root, "path", "node"));
  settings({ range: ">=99.0.0" });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function settings({ range, integrity = archive(), platform = `${process.platform}-${process.arch}` }: { range: string; integrity?: string; platform?: string }): void {
  writeFileSync(join(root, "project", "package.json"), JSON.stringify({ engines: { node: range } }));
  writeFileSync(join(root, "project", "bin", "node.json"), JSON.stringify({ [platform]: { package: "node-here", version: "99.0.0", integrity } }));
}

/** Makes the package's archive, and the npm that hands it out and counts. Returns the archive's integrity. */
function archive(node = PINNED_NODE): string {
  const file = join(root, "archive.tgz");
  writeFileSync(join(root, "archive", "package", "bin", "node"), node, { mode: 0o755 });
  writeFileSync(join(root, "archive", "package", "LICENSE"), "");
  spawnSync("tar", ["-czf", file, "-C", join(root, "archive"), "package"]);
  npm(`echo "$*" >> ${join(root, "calls")}\nfor last in "$@"; do :; done\ncp ${file} "$last/node-here-99.0.0.tgz"`);
  return `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
}

function npm(script: string): void {
  writeFileSync(join(root, "path", "npm"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(root, "path", "npm"), 0o755);
}

const environment = (): NodeJS.ProcessEnv => ({ PATH: [join(root, "path"), process.env["PATH"]].join(delimiter), XDG_CACHE_HOME: join(root, "cache") });
const calls = (): number => (existsSync(join(root, "calls")) ? readFileSync(join(root, "calls"), "utf8").trim().split("\n").length : 0);
const cached = (): string[] => (existsSync(join(root, "cache")) ? readdirSync(join(root, "cache", "gpu-cicd", "node")) : []);

function tell(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(root, "project", "bin", "node.cjs"), ...args], { encoding: "utf8", env: environment() });
}

test("a Node.js that will do is taken as it is, and nothing is brought", () => {
  settings({ range: `>=${OWN}` });
  expect(tell()).toEqual(expect.objectContaining({ status: 0, stdout: `${join(process.execPath, "..")}\n`, stderr: "" }));
  expect(tell("--expected")).toEqual(expect.objectContaining({ status: 0, stdout: "" }));
  expect(calls()).toBe(0);
});

test("an older one's place takes the pinned one, brought once and then kept without npm", () => {
  const expected = tell("--expected").stdout;
  expect(calls()).toBe(0);
  const first = tell();
  expect(first).toMatchObject({ status: 0, stdout: expected });
  expect(first.stderr).toContain(`: the one on PATH is ${OWN}`);
  expect(readFileSync(join(expected.trim(), "node"), "utf8")).toBe(PINNED_NODE);
  npm("exit 1");
  expect(tell()).toMatchObject({ status: 0, stdout: expected, stderr: "" });
  expect(calls()).toBe(1);
  expect(cached()).toHaveLength(1);
});

test("several processes may bring it at once", async () => {
  const codes = await Promise.all(
    [1, 2, 3].map(() => new Promise((resolve) => spawn(process.execPath, [join(root, "project", "bin", "node.cjs")], { env: environment() }).once("close", resolve))),
  );
  expect(codes).toEqual([0, 0, 0]);
  expect(cached()).toHaveLength(1);
});

describe("what cannot be brought is one error that says what to do, and leaves nothing", () => {
  afterEach(() => expect(cached()).toEqual([]));

  test("without a network", () => {
    npm(`echo "npm error code EAI_AGAIN" >&2; echo "npm error A complete log of this run" >&2; exit 1`);
    expect(tell()).toMatchObject({ status: 1, stdout: "" });
    expect(tell().stderr).toContain(
      `Node.js >=99.0.0 is needed, found ${OWN}. npm could not bring node-here@99.0.0: code EAI_AGAIN.\nRun this again with a network. Or: Install one from https://nodejs.org/ and put it first on PATH.\n`,
    );
  });

  test("with another archive than the pinned one", () => {
    settings({ range: ">=99.0.0", integrity: "sha512-AAAA" });
    const { status, stderr } = tell();
    expect(status).toBe(1);
    expect(stderr).toMatch(/node-here@99\.0\.0 is not what bin\/node\.json pins, and was not kept\.\n {2}found: {3}sha512-\S{88}\n {2}allowed: sha512-AAAA\n$/);
  });

  test("with one that does not run here", () => {
    settings({ range: ">=99.0.0", integrity: archive("#!/bin/sh\necho 'libc is too old' >&2; exit 1\n") });
    const { status, stderr } = tell();
    expect(status).toBe(1);
    expect(stderr).toContain(`Node.js >=99.0.0 is needed, found ${OWN}. That of node-here@99.0.0 does not run here: libc is too old. Install one from https://nodejs.org/ and put it first on PATH.\n`);
  });

  test("on a platform for which there is none", () => {
    settings({ range: ">=99.0.0", platform: "plan9-mips" });
    const { status, stderr } = tell();
    expect(status).toBe(1);
    expect(stderr).toBe(`Node.js >=99.0.0 is needed, found ${OWN}. No package has one for ${process.platform} on ${process.arch}. Install one from https://nodejs.org/ and put it first on PATH.\n`);
    // make then asks for it, and shows this.
    expect(tell("--expected").stdout.trim()).toBe(join(root, "cache", "gpu-cicd", "node", "none"));
  });
});
