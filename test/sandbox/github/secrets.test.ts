import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import sodium from "libsodium-wrappers";
import { kinds } from "../../../sandbox/github/provider/kinds";
import type { GitHubClient } from "../../../sandbox/github/provider/client";
import { type Harness, harness, Managed, REPO, without } from "./harness";

const CANARY = "canary-7f3b1c-value";
const TYPES = [
  ["ActionsSecret", {}, "/actions/secrets", "dynamo:TOKEN"],
  ["ActionsEnvironmentSecret", { environment: "tests" }, "/environments/tests/secrets", "dynamo:tests:TOKEN"],
] as const;

let github: Harness;
let client: GitHubClient;

beforeEach(async () => {
  github = await harness();
  client = await github.provider.configure({ owner: "ai-dynamo" });
  await github.call("PUT", `${REPO}/environments/tests`, {});
});
afterEach(() => github.stop());

const secret = (type: string): Managed => new Managed(client, kinds.get(`github:index/a${type.slice(1)}:${type}`)!);

async function sealed(path: string, value: string): Promise<{ encrypted_value: string; key_id: string }> {
  await sodium.ready;
  const { body } = await github.call("GET", `${REPO}${path}/public-key`);
  const key = Buffer.from(String(body.key), "base64");
  return { encrypted_value: Buffer.from(sodium.crypto_box_seal(value, key)).toString("base64"), key_id: String(body.key_id) };
}

describe.each(TYPES)("%s", (type, scope, path, id) => {
  const inputs = { repository: "dynamo", ...scope, secretName: "TOKEN", value: CANARY };

  test("what was sealed is opened by the server and kept as a hash", async () => {
    const thing = await secret(type).create(inputs);
    expect(thing.id).toBe(id);
    const [repository] = github.server.store.state.repositories;
    const kept = type === "ActionsSecret" ? repository!.secrets : repository!.environments[0]!.secrets;
    expect(kept.map(({ name }) => name)).toEqual(["TOKEN"]);
    expect(kept[0]!.hash).toBe(createHash("sha256").update(kept[0]!.salt).update(CANARY).digest("hex"));
    expect(thing.outputs.updatedAt).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC$/);
    expect(thing.outputs.remoteUpdatedAt).toBe(thing.outputs.updatedAt);
  });

  test("the value is in no file, no answer and no log", async () => {
    const thing = await secret(type).create(inputs);
    await thing.update({ ...inputs, value: `${CANARY}-2` });
    const answers = await Promise.all([
      github.call("GET", REPO + path),
      github.call("GET", `${REPO}${path}/TOKEN`),
      github.call("GET", `${REPO}${path}/public-key`),
    ]);
    const files = readdirSync(github.directory).map((file) => readFileSync(join(github.directory, file), "utf8"));
    const seen = [...files, ...github.logs, ...answers.map(({ body }) => JSON.stringify(body))].join("\n");
    expect(seen).toContain("TOKEN");
    expect(seen).not.toContain(CANARY);
    expect(seen).not.toContain(Buffer.from(CANARY).toString("base64").slice(0, 16));
  });

  test("no difference as long as nobody else writes; a change of value is an update", async () => {
    const thing = await secret(type).create(inputs);
    expect(await thing.drift()).toEqual([]);
    expect(thing.diff({ ...inputs, value: "other" })).toEqual(["update value"]);
    await thing.update({ ...inputs, value: "other" });
    expect(await thing.drift()).toEqual([]);
  });

  test("a secret that somebody replaced shows by its time, stays shown after a refresh, and is written again", async () => {
    const thing = await secret(type).create(inputs);
    const replaced = await github.call("PUT", `${REPO}${path}/TOKEN`, await sealed(path, "somebody's"));
    expect(replaced.status).toBe(204);
    expect(await thing.drift()).toEqual(["update value"]);
    await thing.refresh();
    expect(thing.outputs.remoteUpdatedAt).not.toBe(thing.outputs.updatedAt);
    expect(thing.diff(inputs)).toEqual(["update value"]);
    await thing.refresh();
    expect(thing.diff(inputs)).toEqual(["update value"]);
    await thing.update(inputs);
    expect(thing.diff(inputs)).toEqual([]);
    expect(await thing.drift()).toEqual([]);
  });

  test("a secret that somebody deleted is gone", async () => {
    const thing = await secret(type).create(inputs);
    await github.call("DELETE", `${REPO}${path}/TOKEN`);
    expect(await thing.drift()).toBeUndefined();
    await thing.remove();
  });

  test("an import finds everything but the value", async () => {
    await secret(type).create(inputs);
    const rest = without(inputs, "value");
    expect((await secret(type).import(id))?.inputs).toEqual(rest);
  });

  test("names and scopes replace", async () => {
    const thing = await secret(type).create(inputs);
    expect(thing.diff({ ...inputs, secretName: "OTHER" })).toEqual(["update secretName !"]);
  });

  test("a value that is encrypted already is sent as it is", async () => {
    const { encrypted_value, key_id } = await sealed(path, CANARY);
    const rest = without(inputs, "value");
    const thing = await secret(type).create({ ...rest, valueEncrypted: encrypted_value, keyId: key_id });
    expect(thing.outputs.keyId).toBe(key_id);
    expect(await thing.drift()).toEqual([]);
  });

  test.each([
    ["another key's id", async () => ({ ...(await sealed(path, "v")), key_id: "1" })],
    [
      "something that was not sealed for the key",
      async () => ({ ...(await sealed(path, "v")), encrypted_value: Buffer.alloc(60, 7).toString("base64") }),
    ],
    ["a value of more than 48 KB", async () => sealed(path, "x".repeat(48 * 1024 + 1))],
  ])("%s is refused with 422", async (_name, body) => {
    const answer = await github.call("PUT", `${REPO}${path}/TOKEN`, await body());
    expect(answer.status).toBe(422);
    expect((await github.call("GET", `${REPO}${path}/TOKEN`)).status).toBe(404);
  });
});
