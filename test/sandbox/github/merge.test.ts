import fc from "fast-check";
import { mergeable, type MergeRequest, type Reported } from "../../../sandbox/github/merge";
import type { CheckConclusion } from "../../../sandbox/github/server/state-checks";

const ACTIONS = 15368;
const nothing: Reported = { checkRuns: [], statuses: [] };
const run = (conclusion: CheckConclusion | null, id = 1, appId = ACTIONS, name = "gate") => ({
  id,
  name,
  appId,
  status: conclusion === null ? ("in_progress" as const) : ("completed" as const),
  conclusion,
});
const status = (state: "success" | "failure" | "pending" | "error", id = 1, appId: number | null = null, context = "gate") => ({
  id,
  context,
  state,
  appId,
});

const required = (integration_id?: number, strict = false, context = "gate") => ({
  name: "main",
  rules: [
    {
      type: "required_status_checks",
      parameters: {
        strict_required_status_checks_policy: strict,
        required_status_checks: [{ context, ...(integration_id !== undefined && { integration_id }) }],
      },
    },
  ],
});

const request = (given: Partial<MergeRequest>): MergeRequest => ({
  rulesets: [required(ACTIONS)],
  head: nothing,
  upToDate: true,
  reviews: [],
  author: "author",
  method: "squash",
  deployedTo: [],
  ...given,
});

const reasons = (given: Partial<MergeRequest>): readonly string[] => mergeable(request(given)).missing.map(({ reason }) => reason);

describe("required checks", () => {
  test.each<[string, Partial<MergeRequest>, readonly string[]]>([
    ["workflow skipped by path filter: nothing reported", {}, ["expected: not reported"]],
    ["job skipped by its if: skipped", { head: { checkRuns: [run("skipped")], statuses: [] } }, []],
    ["success", { head: { checkRuns: [run("success")], statuses: [] } }, []],
    ["neutral", { head: { checkRuns: [run("neutral")], statuses: [] } }, []],
    ["failure", { head: { checkRuns: [run("failure")], statuses: [] } }, ["the check run concluded failure"]],
    ["cancelled", { head: { checkRuns: [run("cancelled")], statuses: [] } }, ["the check run concluded cancelled"]],
    ["timed out", { head: { checkRuns: [run("timed_out")], statuses: [] } }, ["the check run concluded timed_out"]],
    ["action required", { head: { checkRuns: [run("action_required")], statuses: [] } }, ["the check run concluded action_required"]],
    ["stale", { head: { checkRuns: [run("stale")], statuses: [] } }, ["the check run concluded stale"]],
    ["in progress", { head: { checkRuns: [run(null)], statuses: [] } }, ["the check run is in_progress"]],
    ["the latest run decides: good after bad", { head: { checkRuns: [run("failure", 1), run("success", 2)], statuses: [] } }, []],
    [
      "the latest run decides: bad after good",
      { head: { checkRuns: [run("failure", 2), run("success", 1)], statuses: [] } },
      ["the check run concluded failure"],
    ],
    [
      "an unexpanded matrix template is another name",
      { head: { checkRuns: [run("skipped", 1, ACTIONS, "gate (${{ matrix.os }})")], statuses: [] } },
      ["expected: not reported"],
    ],
    [
      "another app, where one is pinned",
      { head: { checkRuns: [run("success", 1, 77)], statuses: [] } },
      ["expected: reported, but not by app 15368"],
    ],
    [
      "a hand-posted status, where an app is pinned",
      { head: { checkRuns: [], statuses: [status("success")] } },
      ["expected: reported, but not by app 15368"],
    ],
    ["a hand-posted status, where none is pinned", { rulesets: [required()], head: { checkRuns: [], statuses: [status("success")] } }, []],
    ["a pending status", { rulesets: [required()], head: { checkRuns: [], statuses: [status("pending")] } }, ["the status is pending"]],
    [
      "a check and a status of one name are both required",
      { rulesets: [required()], head: { checkRuns: [run("success")], statuses: [status("failure")] } },
      ["the status is failure"],
    ],
    [
      "strict, and the head is behind",
      { rulesets: [required(ACTIONS, true)], head: { checkRuns: [run("success")], statuses: [] }, upToDate: false },
      ["the head branch is not up to date with the base branch"],
    ],
    ["not strict, and the head is behind", { head: { checkRuns: [run("success")], statuses: [] }, upToDate: false }, []],
    [
      "the test merge commit decides where it has reports",
      { head: { checkRuns: [run("success")], statuses: [] }, testMerge: { checkRuns: [run("failure")], statuses: [] } },
      ["the check run concluded failure"],
    ],
    ["a test merge commit without reports does not", { head: { checkRuns: [run("success")], statuses: [] }, testMerge: nothing }, []],
    [
      "rulesets aggregate",
      { rulesets: [required(), required(1861, false, "DCO")], head: { checkRuns: [run("success")], statuses: [] } },
      ["expected: not reported"],
    ],
    ["one finding of two rulesets is one finding", { rulesets: [required(), required()] }, ["expected: not reported"]],
    ["no ruleset, no condition", { rulesets: [] }, []],
  ])("%s", (_name, given, expected) => {
    expect(reasons(given)).toEqual(expected);
    expect(mergeable(request(given)).allowed).toBe(expected.length === 0);
  });

  test("a finding names rule and context", () => {
    expect(mergeable(request({})).missing).toEqual([{ rule: "required_status_checks", context: "gate", reason: "expected: not reported" }]);
  });

  test("reports of other names never change the verdict", () => {
    const other = fc.record({
      id: fc.nat(),
      name: fc.string().filter((name) => name !== "gate"),
      appId: fc.constant(ACTIONS),
      status: fc.constant("completed" as const),
      conclusion: fc.constantFrom<CheckConclusion>("success", "failure", "skipped"),
    });
    fc.assert(
      fc.property(fc.array(other), fc.constantFrom<CheckConclusion>("success", "failure", "cancelled"), (others, conclusion) => {
        const alone = mergeable(request({ head: { checkRuns: [run(conclusion)], statuses: [] } }));
        expect(mergeable(request({ head: { checkRuns: [...others, run(conclusion)], statuses: [] } }))).toEqual(alone);
      }),
    );
  });

  test("another ruleset never allows what was not allowed", () => {
    const heads = fc.constantFrom<Reported>(
      nothing,
      { checkRuns: [run("success")], statuses: [] },
      { checkRuns: [run("failure")], statuses: [] },
    );
    const sets = fc.array(fc.constantFrom(required(), required(ACTIONS, true), required(1861), required(undefined, false, "x")), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(heads, sets, sets, fc.boolean(), (head, some, more, upToDate) => {
        if (!mergeable(request({ rulesets: some, head, upToDate })).allowed)
          expect(mergeable(request({ rulesets: [...some, ...more], head, upToDate })).allowed).toBe(false);
      }),
    );
  });
});

describe("the other rules of a merge", () => {
  const pullRequest = (parameters: object) => ({
    name: "main",
    rules: [{ type: "pull_request", parameters: { required_approving_review_count: 1, ...parameters } }],
  });
  const review = (login: string, state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED") => ({
    author: { id: 1, login, type: "User" as const },
    state,
  });

  test.each<[string, Partial<MergeRequest>, readonly string[]]>([
    ["no review", {}, ["0 of 1 required approving reviews"]],
    ["an approval", { reviews: [review("a", "APPROVED")] }, []],
    ["the author's own", { reviews: [review("author", "APPROVED")] }, ["0 of 1 required approving reviews"]],
    ["a comment does not withdraw an approval", { reviews: [review("a", "APPROVED"), review("a", "COMMENTED")] }, []],
    [
      "a request for changes does",
      { reviews: [review("a", "APPROVED"), review("a", "CHANGES_REQUESTED")] },
      ["0 of 1 required approving reviews", "changes were requested"],
    ],
    [
      "two approvals of one person are one",
      { rulesets: [pullRequest({ required_approving_review_count: 2 })], reviews: [review("a", "APPROVED"), review("a", "APPROVED")] },
      ["1 of 2 required approving reviews"],
    ],
    [
      "a method that is not allowed",
      { rulesets: [pullRequest({ required_approving_review_count: 0, allowed_merge_methods: ["merge"] })] },
      ["merge method squash is not allowed (allowed: merge)"],
    ],
    [
      "linear history and a merge commit",
      { rulesets: [{ name: "m", rules: [{ type: "required_linear_history" }] }], method: "merge" },
      ["merge commits are not allowed"],
    ],
    ["linear history and a squash", { rulesets: [{ name: "m", rules: [{ type: "required_linear_history" }] }] }, []],
    [
      "a deployment that is missing",
      {
        rulesets: [{ name: "m", rules: [{ type: "required_deployments", parameters: { required_deployment_environments: ["a", "b"] } }] }],
        deployedTo: ["a"],
      },
      ["not deployed to b"],
    ],
    ["a merge queue", { rulesets: [{ name: "m", rules: [{ type: "merge_queue" }] }] }, ["changes must be made through the merge queue"]],
    ["rules of pushes", { rulesets: [{ name: "m", rules: [{ type: "non_fast_forward" }, { type: "deletion" }] }] }, []],
  ])("%s", (_name, given, expected) => {
    expect(reasons({ rulesets: [pullRequest({})], ...given })).toEqual(expected);
  });
});
