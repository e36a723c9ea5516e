/** What the infrastructure repository's jobs tell GitHub, from reports in files to comments, checks and issues, against the sandbox's GitHub. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reviewsOf } from "../../../cli/github/checks";
import { jobRepository } from "../../../cli/github/environment";
import { GITHUB_ACTIONS_APP_ID } from "../../../pipeline/github-apps";
import { show } from "../../../cli/commands/show";
import { NotLookedError, tellDrift } from "../../../cli/commands/tell-drift";
import type { Report } from "../../../report/preview/model";
import { reviewOf } from "../../../report/review";
import { failedReport, sampleReport } from "../../report/render/sample";
import { appToken } from "../../sandbox/github/app-token";
import { harness, REPO, SEED, type Harness } from "../../sandbox/github/harness";
import { call } from "../kit/call";

jest.setTimeout(60_000);

let github: Harness;
let reports: string;
let token: string;
beforeEach(async () => {
  github = await harness({ seed: { ...SEED, apps: [...SEED.apps, { id: GITHUB_ACTIONS_APP_ID, slug: "github-actions", installationId: 1 }] } });
  reports = mkdtempSync(join(tmpdir(), "reports-"));
  token = await jobToken();
});
afterEach(async () => {
  await github.stop();
  rmSync(reports, { recursive: true });
});

/** A token as a job has it: of the app GitHub Actions. */
async function jobToken(): Promise<string> {
  const { body } = await github.call("POST", "/app/installations/1/access_tokens", {}, appToken(GITHUB_ACTIONS_APP_ID));
  return body.token as string;
}

async function pullRequest(): Promise<{ readonly number: number; readonly head: string }> {
  const { body: main } = await github.call("GET", `${REPO}/git/ref/heads/main`);
  await github.call("POST", `${REPO}/git/refs`, { ref: "refs/heads/change", sha: main.object.sha });
  await github.call("PUT", `${REPO}/contents/a.txt`, { message: "a", branch: "change", content: Buffer.from("a").toString("base64") });
  const { body } = await github.call("POST", `${REPO}/pulls`, { title: "Change", head: "change", base: "main" });
  return { number: body.number as number, head: body.head.sha as string };
}

function write(stack: string, report: Report | string): void {
  const folder = join(reports, `report-${stack}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${stack}.json`), typeof report === "string" ? report : JSON.stringify({ ...report, provenance: { ...report.provenance, stack } }));
}

const variables = (more: Record<string, string> = {}): Record<string, string> => ({
  GITHUB_API_URL: github.server.url,
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_REPOSITORY: "ai-dynamo/dynamo",
  GITHUB_RUN_ID: "77",
  GITHUB_TOKEN: token,
  ...more,
});

const BOTH = JSON.stringify([{ stack: "dev" }, { stack: "prod" }]);

/** Shows a pull request the reports of some stacks. */
const shown = (pull: { readonly number: number; readonly head: string }, stacks = BOTH): Promise<readonly string[]> =>
  show({ stacks, reports, pullRequest: String(pull.number), commit: pull.head }, variables(), () => undefined);

const drift = (stacks = BOTH): Promise<readonly string[]> => tellDrift({ stacks, reports }, variables(), () => undefined);

async function checks(head: string): Promise<readonly [string, string, string][]> {
  const { body } = await github.call("GET", `${REPO}/commits/${head}/check-runs`);
  return (body.check_runs as { name: string; conclusion: string; output: { title: string } }[]).map(({ name, conclusion, output }): [string, string, string] => [name, conclusion, output.title]).sort();
}

describe("a pull request is shown", () => {
  test("a comment and a check for each stack; a stack without a report fails its check", async () => {
    const { number, head } = await pullRequest();
    write("prod", sampleReport());
    const told = await shown({ number, head });
    expect(told[0]).toBe("dev: its job ended before it wrote a report");
    expect(told[1]).toMatch(/^prod: dangerous, comment created, http/);
    const { body } = await github.call("GET", `${REPO}/issues/${number}/comments`);
    expect(body).toHaveLength(1);
    expect(body[0].body).toMatch(/^<!-- gpu-cicd\/report prod -->\n## `prod`: dangerous change\n/);
    expect(await checks(head)).toEqual([
      ["infrastructure preview (dev)", "failure", "No report"],
      ["infrastructure preview (prod)", "neutral", "Removes the required check DCO and replaces the pool gpu1."],
    ]);
  });

  test.each([
    ["not JSON", "{"],
    ["another form", JSON.stringify({ format: "gpu-cicd/report/9" })],
    ["another stack's", JSON.stringify({ ...sampleReport(), provenance: { ...sampleReport().provenance, stack: "prod" } })],
  ])("a report that is %s fails its check", async (_, text) => {
    const { number, head } = await pullRequest();
    write("dev", text);
    await shown({ number, head }, '[{"stack":"dev"}]');
    expect(await checks(head)).toEqual([["infrastructure preview (dev)", "failure", "No report"]]);
  });

  test("a failed preview fails its check and still says what it found", async () => {
    const { number, head } = await pullRequest();
    write("dev", failedReport());
    await shown({ number, head }, '[{"stack":"dev"}]');
    expect((await checks(head)).map(([name, conclusion]) => [name, conclusion])).toEqual([["infrastructure preview (dev)", "failure"]]);
    const { body } = await github.call("GET", `${REPO}/issues/${number}/comments`);
    expect(body[0].body).toContain("agentPoolName: found GPU-1");
  });

  test("nothing where an option or a variable is wrong, and every wrong option is named", async () => {
    const { code, err } = await call(["show", "--stacks=[]", `--reports=${reports}`, "--pull-request=x", "--commit=main"]);
    expect(code).toBe(1);
    expect(err).toMatch(/--pull-request is "x".*\n--commit is "main"/);
    await expect(show({ stacks: BOTH, reports, pullRequest: "1", commit: "a".repeat(40) }, variables({ GITHUB_TOKEN: "" }), () => undefined)).rejects.toThrow("GITHUB_TOKEN is");
  });
});

describe("an apply is told", () => {
  const after = async (number: number): Promise<string> => (await github.call("PUT", `${REPO}/pulls/${number}/merge`, { merge_method: "squash" })).body.sha as string;

  test("the review of the merged pull request's last commit", async () => {
    const { number, head } = await pullRequest();
    write("prod", sampleReport());
    await shown({ number, head }, '[{"stack":"prod"}]');
    const merged = await after(number);
    const repository = await jobRepository(variables(), () => undefined);
    expect(await reviewsOf(repository, "prod", [merged], GITHUB_ACTIONS_APP_ID)).toEqual([reviewOf(sampleReport(), head)]);
    expect(await reviewsOf(repository, "dev", [merged], GITHUB_ACTIONS_APP_ID)).toEqual([]);
  });

  test("no review that another app reported, or that speaks of another commit", async () => {
    const { number, head } = await pullRequest();
    write("prod", sampleReport());
    const { body: main } = await github.call("GET", `${REPO}/git/ref/heads/main`);
    // Reviewed before the last push: the check is on another commit.
    await shown({ number, head: main.object.sha }, '[{"stack":"prod"}]');
    const merged = await after(number);
    const repository = await jobRepository(variables(), () => undefined);
    expect(await reviewsOf(repository, "prod", [merged], GITHUB_ACTIONS_APP_ID)).toEqual([]);
    expect(await reviewsOf(repository, "prod", [merged, head], 78)).toEqual([]);
  });

  test("nothing of a commit that no pull request brought", async () => {
    const { body } = await github.call("PUT", `${REPO}/contents/b.txt`, { message: "b", branch: "main", content: Buffer.from("b").toString("base64") });
    expect(await reviewsOf(await jobRepository(variables(), () => undefined), "prod", [body.commit.sha], GITHUB_ACTIONS_APP_ID)).toEqual([]);
  });
});

describe("drift", () => {
  const clean = (): Report => ({ ...sampleReport(), drift: { known: true, dangers: [], resources: [], summary: { kind: "no-drift", facts: {}, sentence: [{ text: "Nothing drifted." }] } } });
  const issues = async (): Promise<readonly { title: string; body: string; state: string }[]> => (await github.call("GET", `${REPO}/issues?state=all`)).body;

  test("opens one issue a stack, and closes it when it is gone", async () => {
    write("dev", clean());
    write("prod", sampleReport());
    expect(await drift()).toEqual(["dev: no drift", expect.stringMatching(/^prod: issue opened, http/)]);
    expect((await issues()).map(({ title, body, state }) => [title, body.split("\n").slice(0, 2), state])).toEqual([["Drift in prod", ["<!-- gpu-cicd/drift prod -->", "## `prod`: drift"], "open"]]);
    write("prod", clean());
    expect((await drift())[1]).toMatch(/^prod: issue closed/);
    expect((await issues()).map(({ state }) => state)).toEqual(["closed"]);
  });

  test("that could not be looked for fails the run, leaves the stack's issue alone and tells the others", async () => {
    write("dev", failedReport());
    write("prod", sampleReport());
    await drift().catch(() => undefined);
    const told = drift();
    await expect(told).rejects.toThrow(NotLookedError);
    await expect(told).rejects.toThrow(/prod: issue unchanged.*\ndev: No refresh was asked for\./);
    expect(await issues()).toHaveLength(1);
  });
});
