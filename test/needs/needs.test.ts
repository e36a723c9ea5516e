/** Which tests are pure, and that pure tests start no process and no server. */
import * as childProcess from "node:child_process";
import { readdirSync } from "node:fs";
import { createServer, connect } from "node:net";
import { join } from "node:path";
import needs from "../needs.json";

const PROJECT = join(__dirname, "..", "..");
const files = readdirSync(join(PROJECT, "test"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts")).map((file) => `test/${file}`);

test("every entry of test/needs.json is of a test that is there, and is one alone", () => {
  const starts = Object.keys(needs);
  expect(starts.filter((start) => !files.some((file) => file.startsWith(start)))).toEqual([]);
  expect(starts.filter((start) => starts.some((other) => other !== start && start.startsWith(other)))).toEqual([]);
});

describe("a pure test, as this one is", () => {
  const refused = /^test\/needs\/needs\.test\.ts (starts a process|listens|connects) \(\w+\), and is no test that may: add it to test\/needs\.json/;
  const violations = (): string[] => (globalThis as unknown as Record<symbol, string[]>)[Symbol.for("gpu-cicd.violations")]!;

  test.each([
    ["spawn", () => childProcess.spawn("true")],
    ["spawnSync", () => childProcess.spawnSync("true")],
    ["execFile", () => childProcess.execFile("true")],
    ["execFileSync", () => childProcess.execFileSync("true")],
    ["fork", () => childProcess.fork("true")],
    ["listen", () => createServer().listen(0)],
    ["connect", () => connect(1)],
  ])("fails where it uses %s, even where the refusal is caught", (_, use) => {
    expect(use).toThrow(refused);
    expect(violations().splice(0)).toEqual([expect.stringMatching(refused)]);
  });
});
