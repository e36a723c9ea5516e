import type { GateEvent } from "../../../workflows/gate/event";
import { readWorkflow } from "../../../workflows/gate/read";
import { runWorkflow } from "../../../workflows/gate/run";
import { tokenOf, type Token } from "../../../workflows/gate/token";

const repository = { owner: "o", name: "r", ownerId: 11, repositoryId: 22 };
const push = (branch: string): GateEvent => ({ name: "push", sha: "s", actor: "a", ref: `refs/heads/${branch}`, files: [] });
const pull = (fork: boolean): GateEvent => ({ name: "pull_request", action: "opened", sha: "s", actor: "a", number: 7, base: "main", head: "t", fork, draft: false, files: [] });

/** The token of the only job of a workflow. */
async function token(job: string, event: GateEvent, form: "legacy" | "immutable" = "legacy", top = ""): Promise<Token> {
  const workflow = await readWorkflow(".github/workflows/w.yml", `on: [push, pull_request]\n${top}\njobs: { a: { runs-on: x, ${job}, steps: [{ run: 'true' }] } }`);
  const run = runWorkflow(workflow, event, new Map(), () => ({ outcome: "success" }), { repository: "o/r" }).ran[0]!;
  return tokenOf(run, workflow, event, repository, { main: ["main", "release/*"], mirror: ["pull-request/*"] }, form, "aws");
}

const asks = "permissions: { id-token: write }";
const subject = (found: Token): string => (found.granted ? found.claims["sub"]! : found.why);

test.each<[string, GateEvent, "legacy" | "immutable", string]>([
  [asks, push("main"), "legacy", "repo:o/r:ref:refs/heads/main"],
  [asks, push("main"), "immutable", "repo:o@11/r@22:ref:refs/heads/main"],
  [asks, pull(false), "legacy", "repo:o/r:pull_request"],
  [asks, pull(true), "legacy", "a fork's pull request gets a read-only token"],
  [`environment: main, ${asks}`, push("main"), "legacy", "repo:o/r:environment:main"],
  [`environment: main, ${asks}`, push("release/1.0"), "immutable", "repo:o@11/r@22:environment:main"],
  [`environment: main, ${asks}`, push("pull-request/7"), "legacy", "environment main does not admit refs/heads/pull-request/7"],
  [`environment: { name: mirror }, ${asks}`, push("pull-request/7"), "legacy", "repo:o/r:environment:mirror"],
  [`environment: main, ${asks}`, pull(false), "legacy", "environment main does not admit refs/pull/7/merge"],
  [`environment: "a:b", ${asks}`, push("main"), "legacy", "repo:o/r:environment:a%3Ab"],
  ["permissions: { contents: read }", push("main"), "legacy", "the job has no id-token: write"],
])("%s", async (job, event, form, expected) => {
  expect(subject(await token(job, event, form))).toBe(expected);
});

test("permissions of the workflow count where the job sets none", async () => {
  expect((await token("timeout-minutes: 1", push("main"), "legacy", "permissions: { id-token: write }")).granted).toBe(true);
  expect((await token("permissions: {}", push("main"), "legacy", "permissions: { id-token: write }")).granted).toBe(false);
});

test("the claims that AWS can test are there", async () => {
  const found = await token(`environment: main, ${asks}`, push("main"));
  expect(found).toMatchObject({ claims: { aud: "sts.amazonaws.com", repository_id: "22", repository_owner_id: "11", environment: "main", ref: "refs/heads/main", job_workflow_ref: "o/r/.github/workflows/w.yml@refs/heads/main" } });
});
