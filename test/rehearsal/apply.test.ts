/**
 * The apply after a merge, by the real engine on a sandbox: it stops at a danger that no review showed, goes on with what was reviewed or asked
 * for, and after a killed engine or beside a working one it says what to do instead of going on.
 *
 * Not proved here: that GitHub starts one apply at a time, and that its environment asks the reviewers first. The rendered workflow says so, and
 * the tests of the workflows hold it to that.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { parseDocument, type Document } from "yaml";
import { apply, ApplyError } from "../../cli/commands/apply";
import { reportCheck } from "../../cli/github/checks";
import { jobRepository } from "../../cli/github/environment";
import { GITHUB_ACTIONS_APP_ID } from "../../pipeline/github-apps";
import { answer } from "../../cli/commands/report";
import type { Report } from "../../report/preview";
import { appToken } from "../sandbox/github/app-token";
import { LockedError } from "../../cli/apply/turn";
import { Clients } from "./clients";
import { LONG, Rehearsal, WRITES } from "./harness";

jest.setTimeout(2 * LONG);

const REPOSITORY = "ai-dynamo/gpu-cicd";
/** Where GitHub installed its own app; any number. */
const INSTALLATION = 1;

let rehearsal: Rehearsal;
let clients: Clients;
let variables: Record<string, string>;
beforeAll(async () => {
  rehearsal = await Rehearsal.prepare("dev");
  clients = await Clients.of(rehearsal);
  variables = await jobVariables();
  process.env["SANDBOX_DIR"] = rehearsal.directory;
}, LONG);
afterAll(async () => {
  delete process.env["SANDBOX_DIR"];
  await rehearsal?.stop();
}, LONG);

/** What the job of the workflow is told, with a token as a job has it: of the app GitHub Actions. */
async function jobVariables(): Promise<Record<string, string>> {
  const { GITHUB_SEED_URL: seed = "", GITHUB_API_URL: api = "", GITHUB_TOKEN_FILE: file = "" } = await rehearsal.environment();
  const authorization = `Bearer ${(await readFile(file, "utf8")).trim()}`;
  const [owner = "", name = ""] = REPOSITORY.split("/");
  const { body: there } = await clients.github("GET", `/repos/${REPOSITORY}`);
  const repository = { owner, name, ownerId: there.owner.id, repositoryId: there.id, defaultBranch: there.default_branch };
  const app = { id: GITHUB_ACTIONS_APP_ID, slug: "github-actions", installationId: INSTALLATION };
  const seeded = await fetch(seed, { method: "POST", headers: { authorization, "content-type": "application/json" }, body: JSON.stringify({ repository, apps: [app], teams: [] }) });
  if (!seeded.ok) throw new Error(await seeded.text());
  const response = await fetch(`${api}/app/installations/${INSTALLATION}/access_tokens`, { method: "POST", headers: { authorization: `Bearer ${appToken(GITHUB_ACTIONS_APP_ID)}` } });
  const { token } = (await response.json()) as { token: string };
  return { GITHUB_API_URL: api, GITHUB_REPOSITORY: REPOSITORY, GITHUB_TOKEN: token };
}

/** Brings the stack to what another config describes: the committed one is then the change. */
async function bringUp(change: (config: Document) => void): Promise<void> {
  const config = parseDocument(await readFile(rehearsal.configFile, "utf8"));
  change(config);
  await writeFile(rehearsal.configFile, config.toString());
  await rehearsal.succeed("up", "--yes", "--skip-preview");
}

/** A pull request on the infrastructure, and its last commit. */
async function pullRequest(branch: string): Promise<{ readonly number: number; readonly head: string }> {
  const { body: main } = await clients.github("GET", `/repos/${REPOSITORY}/git/ref/heads/main`);
  await clients.github("POST", `/repos/${REPOSITORY}/git/refs`, { ref: `refs/heads/${branch}`, sha: main.object.sha });
  await clients.github("PUT", `/repos/${REPOSITORY}/contents/${branch}.txt`, { message: branch, branch, content: Buffer.from(branch).toString("base64") });
  const { body } = await clients.github("POST", `/repos/${REPOSITORY}/pulls`, { title: branch, head: branch, base: "main" });
  return { number: body.number as number, head: body.head.sha as string };
}

/** Merges a pull request to which a report was shown; resolves with the commit on main. */
async function reviewed(branch: string, report: Report | undefined): Promise<string> {
  const { number, head } = await pullRequest(branch);
  if (report !== undefined) await reportCheck(await jobRepository(variables, () => undefined), report, head, undefined);
  const { status, body } = await clients.github("PUT", `/repos/${REPOSITORY}/pulls/${number}/merge`);
  expect(status).toBe(200);
  return body.sha as string;
}

const applied = (commit: string): Promise<string> => apply({ stack: "dev", cloud: "sandbox", base: "0".repeat(40) }, variables, () => undefined, () => [commit]);
const asked = (fingerprint: string): Promise<string> => apply({ stack: "dev", cloud: "sandbox", fingerprint }, variables, () => undefined);

/** How an apply was refused. */
async function refusal(attempt: Promise<string>): Promise<{ readonly code: number; readonly message: string }> {
  const outcome = await attempt.then((line) => new Error(`it was applied: ${line}`), (error: unknown) => error);
  if (!(outcome instanceof ApplyError || outcome instanceof LockedError)) throw outcome;
  return { code: outcome.code, message: outcome.message };
}

/** As `refusal`, of an attempt that must leave everything as it is. */
async function harmlessRefusal(attempt: () => Promise<string>): Promise<{ readonly code: number; readonly message: string }> {
  const before = await rehearsal.everything();
  const refused = await refusal(attempt());
  expect(await rehearsal.everything()).toEqual(before);
  return refused;
}

describe("a change with a danger", () => {
  let report: Report;
  beforeAll(async () => {
    await bringUp((config) => config.setIn(["config", "gpu-cicd:registries", "acrName"], "aidynamocibefore"));
    report = await answer({ stack: "dev", cloud: "sandbox" });
  }, 2 * LONG);

  test("is one: the registry is replaced", () => {
    expect([report.headline.verdict, report.dangers.length > 0]).toEqual(["dangerous", true]);
  });

  test("is refused where no preview of it was reviewed, and says how to go on", async () => {
    const commit = await reviewed("unseen", undefined);
    const { code, message } = await harmlessRefusal(() => applied(commit));
    expect(code).toBe(4);
    expect(message).toMatch(/^The change has \d+ dangers?, and no preview of stack dev was reviewed for it\.\n {2}critical: /);
    expect(message).toContain(`  ${report.provenance.fingerprint}`);
    expect(message).toMatch(/\nNothing was applied\.$/);
  });

  test("is refused where the reviewed preview did not show it", async () => {
    const commit = await reviewed("stale", { ...report, dangers: [], provenance: { ...report.provenance, fingerprint: "0".repeat(64) } });
    const { code, message } = await harmlessRefusal(() => applied(commit));
    expect([code, message.split("\n")[0]]).toEqual([4, expect.stringMatching(/^The change has \d+ dangers? that the reviewed preview did not show\.$/)]);
  });

  test("is refused where another one was asked for", async () => {
    const { code, message } = await harmlessRefusal(() => asked("0123456789abcdef"));
    expect([code, message]).toEqual([4, `The change is another than the one that was asked for: its fingerprint is ${report.provenance.fingerprint}, and 0123456789abcdef was given. Nothing was applied.`]);
  });

  test("is applied where its preview was reviewed; then there is nothing left to apply", async () => {
    const commit = await reviewed("seen", report);
    expect(await applied(commit)).toMatch(/^dev: \d+ replaced/);
    expect(await applied(commit)).toBe("dev: nothing to apply");
  });
});

/** A lock as the engine writes it, of a process that lives: this one. Source: pulumi/pulumi, pkg/backend/diy/lock.go. Returns its file. */
async function lockOfThisProcess(): Promise<string> {
  const folder = join(rehearsal.client.layout.state, ".pulumi", "locks", "organization", "gpu-cicd", "dev");
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${randomUUID()}.json`);
  await writeFile(file, JSON.stringify({ pid: process.pid, username: userInfo().username, hostname: hostname(), timestamp: new Date().toISOString() }));
  return file;
}

describe("a change that is asked for by its fingerprint, whoever reviewed it", () => {
  const LEAF = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
  let urn: string;
  let fingerprint: string;
  beforeAll(async () => {
    urn = (await rehearsal.state()).find(({ type }) => type === LEAF)!.urn;
    await rehearsal.succeed("destroy", "--yes", "--skip-preview", "--target", urn);
    ({ fingerprint } = (await answer({ stack: "dev", cloud: "sandbox" })).provenance);
  }, LONG);

  test("is not applied beside an engine that holds the stack: it says how to lift a lock that was left", async () => {
    const lock = await lockOfThisProcess();
    const { code, message } = await harmlessRefusal(() => asked(fingerprint)).finally(() => rm(lock));
    expect(code).toBe(5);
    expect(message).toMatch(/^Stack dev is locked: another engine works on it, or one was killed and left its lock\.\n/);
    expect(message).toContain("  pulumi cancel --stack dev");
  });

  test("whose engine is killed in a create says what to do, and so does the next apply", async () => {
    await rehearsal.order({ type: LEAF, work: "create", at: "answer", operation: WRITES, status: "kill-engine" });
    const killed = await refusal(asked(fingerprint));
    await rehearsal.clearFaults();
    const next = await harmlessRefusal(() => asked(fingerprint));
    const told = `apply of stack dev was killed while an operation was on the way, and nobody saw the end:\n  creating ${urn}\n`;
    expect([killed.code, killed.message]).toEqual([5, expect.stringMatching(/^The apply of stack dev failed:\n/)]);
    expect(killed.message).toContain(`This ${told}What was done before is in the state. `);
    expect([next.code, next.message]).toEqual([5, expect.stringContaining(`An earlier ${told}Nothing was applied. `)]);
    for (const { message } of [killed, next]) expect(message).toContain("  pulumi refresh --stack dev --clear-pending-creates\n");
  });

  test("is applied once that was done, by the fingerprint of what is then left to do", async () => {
    await rehearsal.succeed("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
    // The refresh read everything. Azure answers with the pools that were made after a cluster, so the change is another one, which somebody has to ask for.
    const { fingerprint: left } = (await answer({ stack: "dev", cloud: "sandbox" })).provenance;
    expect(await asked(left.slice(0, 16))).toMatch(/^dev: 1 created/);
  });
});
