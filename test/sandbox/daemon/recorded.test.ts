/** What a checkpoint of Pulumi's file backend says of creates. That engines write it so is proved by killing them (daemon.test.ts). */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordedState } from "../../../sandbox/daemon/recorded";

let state: string;
beforeEach(() => (state = mkdtempSync(join(tmpdir(), "state-"))));
afterEach(() => rmSync(state, { recursive: true }));

function checkpoint(project: string, text: string): void {
  const directory = join(state, ".pulumi", "stacks", project);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "dev.json"), text);
  writeFileSync(join(directory, "dev.json.bak"), "an older one");
}

const latest = (deployment: object): string => JSON.stringify({ version: 3, checkpoint: { latest: deployment } });

test("a backend without stacks has recorded nothing", async () => {
  const recorded = await recordedState(state);
  expect([recorded.pending.size, recorded.has("u", "1")]).toEqual([0, false]);
});

test("what is there and what is being created, over all stacks", async () => {
  checkpoint("one", latest({ resources: [{ urn: "u", id: "1" }], pending_operations: [{ type: "creating", resource: { urn: "v" } }, { type: "updating", resource: { urn: "u" } }] }));
  checkpoint("two", latest({ resources: [{ urn: "component" }, { urn: "w", id: "2" }] }));
  const recorded = await recordedState(state);
  expect([...recorded.pending]).toEqual(["v"]);
  expect([recorded.has("u", "1"), recorded.has("w", "2"), recorded.has("u", "2"), recorded.has("v", "")]).toEqual([true, true, false, false]);
});

test("what was deleted and waits for its replacement is not there, though the replacement may have its id", async () => {
  checkpoint("one", latest({ resources: [{ urn: "u", id: "1", pendingReplacement: true }], pending_operations: [{ type: "creating", resource: { urn: "u" } }] }));
  const recorded = await recordedState(state);
  expect([recorded.pending.has("u"), recorded.has("u", "1")]).toEqual([true, false]);
});

test("a checkpoint that cannot be read is an error", async () => {
  checkpoint("one", '{"version":3,"che');
  await expect(recordedState(state)).rejects.toThrow(/^the state in .*dev\.json cannot be read: .*JSON/);
});
