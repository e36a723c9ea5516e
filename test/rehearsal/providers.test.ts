/** The small stack with the real provider plugins that can be had here, from nothing to nothing. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import sodium from "libsodium-wrappers";
import { judged } from "../../sandbox/fidelity";
import { planOf, Rehearsal, LONG } from "./harness";

jest.setTimeout(4 * LONG);

const CLUSTER = "update azure-native:containerservice:ManagedCluster deployment-tests-aks-cluster";

let rehearsal: Rehearsal;
let printed: string;
beforeAll(async () => {
  // Whether Helm installs the charts must not hang on what the user's cache has.
  process.env["GPU_CICD_CHARTS"] = join(tmpdir(), "no-charts");
  ({ rehearsal, printed } = await Rehearsal.rehearse("dev", "real"));
});
afterAll(async () => {
  delete process.env["GPU_CICD_CHARTS"];
  await rehearsal.stop();
});

async function github(method: string, path: string, body?: object): Promise<Response> {
  const { GITHUB_API_URL: url, GITHUB_TOKEN_FILE: file } = await rehearsal.environment();
  const token = (await rehearsal.command("cat", file!)).trim();
  const response = await fetch(`${url}/repos/ai-dynamo/dynamo-ci-dev${path}`, { method, headers: { authorization: `Bearer ${token}` }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}

/** Puts another value in the place of a secret. Times of GitHub are whole seconds, and the stack has been up for longer. */
async function replaceSecret(environment: string, name: string): Promise<void> {
  const { key, key_id } = (await (await github("GET", `/environments/${environment}/secrets/public-key`)).json()) as { key: string; key_id: string };
  await sodium.ready;
  const sealed = sodium.crypto_box_seal(sodium.from_string("another"), sodium.from_base64(key, sodium.base64_variants.ORIGINAL));
  await github("PUT", `/environments/${environment}/secrets/${name}`, { key_id, encrypted_value: sodium.to_base64(sealed, sodium.base64_variants.ORIGINAL) });
}

test("comes up under the real GitHub provider, and a second preview finds nothing to do", async () => {
  expect(printed).toMatch(/^sandbox: .*real providers: github \d+\.\d+\.\d+; the sandbox's own: /m);
  expect(printed).toMatch(/^again: no changes, /m);
  expect((await rehearsal.state()).filter(({ type }) => type.startsWith("github:")).length).toBeGreaterThan(50);
});

test("was judged, type by type, by whom docs/rehearsal.md says", async () => {
  expect((await rehearsal.judged()).types).toEqual(judged.types);
});

test("refuses an order of faults that no real provider would meet", async () => {
  await expect(rehearsal.order({ type: "github:index/repositoryFile:RepositoryFile", status: 500 })).rejects.toThrow("faults of github cannot be ordered: its provider is the real one");
});

test("a refresh finds the pools in the cluster's list and nothing else; the update after it is accepted, and leaves nothing to do", async () => {
  expect(planOf(await rehearsal.succeed("refresh", "--yes", "--skip-preview"))).toEqual([CLUSTER]);
  expect(planOf(await rehearsal.succeed("preview"))).toEqual([CLUSTER]);
  await rehearsal.succeed("up", "--yes", "--skip-preview");
  expect(planOf(await rehearsal.succeed("preview", "--refresh", "--expect-no-changes"))).toEqual([]);
});

test("what somebody changed by hand is found, but for a secret that was replaced, and repaired", async () => {
  const rulesets = (await (await github("GET", "/rulesets")).json()) as { id: number; name: string }[];
  await github("PUT", `/rulesets/${rulesets.find(({ name }) => name === "main")!.id}`, { enforcement: "disabled" });
  await github("DELETE", "/environments/main-images/variables/AWS_REGION");
  // The real provider does not notice (docs/operations.md).
  await replaceSecret("main-images", "HF_TOKEN");
  expect(planOf(await rehearsal.succeed("refresh", "--preview-only"))).toEqual([
    "delete github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable repository-main-images-AWS_REGION",
    "update github:index/repositoryRuleset:RepositoryRuleset protection-main",
  ]);
  await rehearsal.succeed("up", "--yes", "--skip-preview", "--refresh");
  expect(planOf(await rehearsal.succeed("preview", "--refresh", "--expect-no-changes"))).toEqual([]);
});

test("goes, and leaves nothing on GitHub but what was there before", async () => {
  await rehearsal.succeed("destroy", "--yes", "--skip-preview");
  expect(await rehearsal.state()).toEqual([]);
  expect(await (await github("GET", "/rulesets")).json()).toEqual([]);
  expect(await (await github("GET", "/environments")).json()).toMatchObject({ total_count: 0 });
});
