/** The policy pack under the real engine: a sound stack passes it, a violation stops preview and up before anything is touched. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LONG, PROJECT, Rehearsal, errorsOf } from "./harness";

jest.setTimeout(LONG * 3);

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await Rehearsal.prepare("dev");
}, LONG);
afterAll(() => rehearsal?.stop(), LONG);

const PACK = join(PROJECT, "policy");
const COMMITTED = join(PROJECT, "policy", "config", "dev.json");

type PackConfig = Record<string, Record<string, unknown>>;

/** The committed config with a change, as a file of the sandbox. */
async function configured(change: (config: PackConfig) => void): Promise<readonly string[]> {
  const config = JSON.parse(await readFile(COMMITTED, "utf8")) as PackConfig;
  change(config);
  const file = join(rehearsal.directory, "policy-config.json");
  await writeFile(file, JSON.stringify(config));
  return ["--policy-pack", PACK, "--policy-pack-config", file];
}

test("a config with unknown names and keys is one error, and nothing is judged", async () => {
  const held = await configured((config) => {
    config["no-such-rule"] = { a: 1 };
    config["pools-within-budget"]!["maxGpu"] = 2;
  });
  const run = await rehearsal.pulumi("preview", ...held);
  expect(run.code).not.toBe(0);
  console.log(run.output.slice(-3000));
});

test("a sound stack has no violation", async () => {
  const held = await configured(() => undefined);
  const run = await rehearsal.pulumi("preview", ...held);
  console.log(errorsOf(run), run.output.slice(-1500));
  expect(run.code).toBe(0);
});
