/**
 * An engine that is killed by SIGKILL in the middle of an update. For every resource type of a small stack it dies while a create of that type is on
 * its way to the cloud, and again when the cloud has made the resource and the engine does not know; for some types also in an update
 * and in a delete. Each time the next run goes on from there, nothing is lost from the state, and nothing is made twice.
 *
 * Not proved here: what real providers leave behind. Ours undo a create that no engine recorded (docs/rehearsal.md).
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseDocument } from "yaml";
import { cloudLines, clusterObjects, stateLines, stateObjects } from "./holdings";
import { LONG, Rehearsal, WRITES, diagnosticsOf, errorsOf, planOf, type Run } from "./harness";
import { expectNothingLeft } from "./settled";

// Some thirty runs of the engine.
jest.setTimeout(1_800_000);

let rehearsal: Rehearsal;
let before: readonly string[];
beforeAll(async () => {
  rehearsal = await Rehearsal.prepare("dev");
  before = await cloudLines(rehearsal);
}, LONG);
afterAll(() => rehearsal?.stop(), LONG);

const KILLED = 137;
/** As many calls as the stack allows are to be on their way when the engine dies. */
const UP = ["up", "--yes", "--skip-preview", "--parallel", "64"];
const DESTROY = ["destroy", "--yes", "--skip-preview", "--parallel", "64"];
/** A death waits this long for another call to come to be held. A busy machine makes more runs of it, nothing else. */
const HOLD_MS = 700;
/** More deaths than this would mean that one does not get further. */
const MOST_DEATHS = 60;

interface Death {
  readonly type: string;
  readonly work: "create" | "update" | "delete";
  readonly at: "call" | "answer";
}

/** Runs a command until every death has been met, one of the engine's lives for as many as are due at once. Resolves with the run that ends well. */
async function through(deaths: readonly Death[], command: readonly string[]): Promise<Run> {
  let left = deaths;
  for (let lives = 0; lives < MOST_DEATHS; lives += 1) {
    await rehearsal.clearFaults();
    const orders = await Promise.all(left.map((death) => rehearsal.order({ ...death, operation: WRITES, status: "kill-engine", holdMs: HOLD_MS })));
    const run = await rehearsal.pulumi(...command);
    const met = new Set((await rehearsal.faults()).filter(({ hits }) => hits.length > 0).map(({ id }) => id));
    left = left.filter((_, i) => !met.has(orders[i]!.id));
    if (met.size === 0) return ended(run, left);
    expect([run.code, errorsOf(run)]).toEqual([KILLED, expect.not.stringContaining("error:")]);
  }
  throw new Error(`not met after ${MOST_DEATHS} deaths: ${JSON.stringify(left)}`);
}

/** A run in which nobody died is the last one, and must have nothing left to meet. */
function ended(run: Run, left: readonly Death[]): Run {
  if (run.code !== 0) throw new Error(errorsOf(run));
  expect(left).toEqual([]);
  return run;
}

function deathsOf(types: readonly string[], work: Death["work"], moments: readonly Death["at"][]): readonly Death[] {
  return types.flatMap((type) => moments.map((at) => ({ type, work, at })));
}

/** The state and the clouds name the same resources, each once. */
async function expectAgreement(): Promise<void> {
  const state = await rehearsal.state();
  expect(new Set(state.map(({ urn }) => urn)).size).toBe(state.length);
  expect(state.filter(({ initErrors, delete: deleting }) => (initErrors?.length ?? 0) > 0 || deleting === true)).toEqual([]);
  expect(await cloudLines(rehearsal)).toEqual([...before, ...stateLines(state)].sort());
  expect(await clusterObjects(rehearsal, "dynamo-dev", state)).toEqual(stateObjects(state));
}

async function pendingOperations(): Promise<readonly unknown[]> {
  const { deployment } = JSON.parse(await rehearsal.text("stack", "export")) as { deployment: { pending_operations?: readonly unknown[] } };
  return deployment.pending_operations ?? [];
}

test("killed in a create of every type, before and after the cloud made it", async () => {
  const { steps } = await rehearsal.succeed("preview");
  const resources = steps.filter(({ type }) => !type.startsWith("pulumi:") && !type.startsWith("gpu-cicd:"));
  const types = [...new Set(resources.map(({ type }) => type))].sort();
  expect(types.length).toBeGreaterThan(30);
  const run = await through(deathsOf(types, "create", ["call", "answer"]), UP);
  // What a person is told who does not know that the sandbox cleaned up.
  expect(diagnosticsOf(run).join("\n")).toContain("interrupted while creating");
  expect((await rehearsal.state()).map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2)).sort()).toEqual(resources.map(({ name }) => name).sort());
  await expectAgreement();
  await expectNothingLeft(rehearsal);
  expect(await pendingOperations()).not.toEqual([]);
  expect(planOf(await rehearsal.succeed("refresh", "--yes", "--skip-preview", "--clear-pending-creates"))).toEqual([]);
  expect(await pendingOperations()).toEqual([]);
});

test("killed when the cloud has made an update or a replacement", async () => {
  const changed = parseDocument(await readFile(rehearsal.configFile, "utf8"));
  changed.setIn(["config", "gpu-cicd:runnerClasses", "builder-amd64", "maxRunners"], 1);
  changed.setIn(["config", "gpu-cicd:registries", "retention", "cacheDays"], 8);
  changed.setIn(["config", "gpu-cicd:github", "requiredReviews"], 2);
  await writeFile(rehearsal.configFile, changed.toString());
  const types = [
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "github:index/repositoryFile:RepositoryFile",
    "github:index/repositoryRuleset:RepositoryRuleset",
    "kubernetes:core/v1:ResourceQuota",
    "kubernetes:helm.sh/v3:Release",
  ];
  // The provider cannot change a lifecycle policy in place.
  const replaced = ["aws:ecr/lifecyclePolicy:LifecyclePolicy"];
  await through([...deathsOf(types, "update", ["answer"]), ...deathsOf(replaced, "create", ["answer"])], UP);
  await expectAgreement();
  await expectNothingLeft(rehearsal);
});

test("killed when the cloud has done a delete", async () => {
  const types = [
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "azure-native:containerservice:ManagedCluster",
    "github:index/repositoryFile:RepositoryFile",
    "github:index/repositoryRuleset:RepositoryRuleset",
    "kubernetes:helm.sh/v3:Release",
  ];
  await through(deathsOf(types, "delete", ["answer"]), DESTROY);
  expect(await rehearsal.state()).toEqual([]);
  expect(await cloudLines(rehearsal)).toEqual(before);
});
