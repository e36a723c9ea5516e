import fc from "fast-check";
import { judge, verdictSummary, type JobResults } from "../../workflows/judge";
import { slackMessage } from "../../workflows/slack";

const RESULTS = ["success", "failure", "cancelled", "skipped"] as const;

function needs(results: Readonly<Record<string, string>>): JobResults {
  return Object.fromEntries(Object.entries(results).map(([id, result]) => [id, { result, outputs: {} }]));
}

test("what the plan runs succeeded and the rest was skipped: passed", () => {
  expect(judge(needs({ plan: "success", core: "success", "vllm-amd64": "skipped" }), ["core"])).toMatchObject({ passed: true, problems: [] });
});

test("nothing selected and everything skipped: passed, as the plan said so", () => {
  expect(judge(needs({ plan: "success", core: "skipped" }), []).passed).toBe(true);
});

test.each([
  ["failure", "The plan runs it, and it failed."],
  ["cancelled", "The plan runs it, and it was cancelled."],
  ["skipped", "The plan runs it, and it was skipped."],
  ["something new", 'The plan runs it, and it has the result "something new".'],
])("a selected job with %s fails", (result, what) => {
  expect(judge(needs({ plan: "success", core: result }), ["core"]).problems).toEqual([{ job: "core", what }]);
});

test("a job that ran without the plan fails, even if it succeeded", () => {
  expect(judge(needs({ plan: "success", core: "success" }), []).problems).toEqual([{ job: "core", what: "The plan does not run it, but it succeeded." }]);
});

test.each(["failure", "cancelled", "skipped"])("a plan with %s fails whatever the jobs did", (result) => {
  const verdict = judge(needs({ plan: result, core: "skipped" }), undefined);
  expect(verdict.passed).toBe(false);
  expect(verdict.problems[0]?.job).toBe("plan");
});

test("no plan among the results, no list of jobs, a job that is not waited for: each fails", () => {
  expect(judge(needs({ core: "success" }), ["core"]).problems).toEqual([{ job: "plan", what: 'The plan has the result "missing", so nothing is known of what should have run.' }]);
  expect(judge(needs({ plan: "success" }), undefined).problems).toEqual([{ job: "plan", what: "The plan put out no list of jobs." }]);
  expect(judge(needs({ plan: "success" }), ["core"]).problems).toEqual([{ job: "core", what: "The plan runs it, but the verdict does not wait for it." }]);
});

test("passes exactly when every selected job succeeded and every other one was skipped", () => {
  const jobs = fc.uniqueArray(fc.stringMatching(/^[a-oq-z]{1,8}$/), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(
      jobs.chain((ids) => fc.tuple(fc.constant(ids), fc.subarray(ids), fc.array(fc.constantFrom(...RESULTS), { minLength: ids.length, maxLength: ids.length }))),
      ([ids, selected, results]) => {
        const given = Object.fromEntries(ids.map((id, index) => [id, results[index] ?? "skipped"]));
        const expected = ids.every((id) => given[id] === (selected.includes(id) ? "success" : "skipped"));
        expect(judge(needs({ plan: "success", ...given }), selected).passed).toBe(expected);
      },
    ),
  );
});

test("the summary names what failed first, and links the run", () => {
  const summary = verdictSummary(judge(needs({ plan: "success", core: "failure", "vllm-amd64": "skipped" }), ["core"]), "https://github.com/o/r/actions/runs/7");
  expect(summary.split("\n")).toEqual([
    "## Failed",
    "",
    "- **core**: The plan runs it, and it failed.",
    "",
    "Logs are in [the run's jobs](https://github.com/o/r/actions/runs/7).",
    "",
    "| Job | Plan | Result |",
    "| --- | --- | --- |",
    "| core | runs | failure |",
    "| vllm-amd64 | does not run | skipped |",
    "",
  ]);
});

test("the summary names what failed before what was skipped for it", () => {
  const verdict = judge(needs({ plan: "success", "operator-amd64": "skipped", "operator-checks": "failure" }), ["operator-amd64", "operator-checks"]);
  expect(verdict.problems.map(({ job }) => job)).toEqual(["operator-checks", "operator-amd64"]);
});

test("without a plan the summary claims to know of no job whether it should have run", () => {
  const summary = verdictSummary(judge(needs({ plan: "failure", core: "skipped" }), undefined), "https://github.com/o/r/actions/runs/7");
  expect(summary).toContain("| core | not known | skipped |");
});

describe("the message to Slack", () => {
  const run = { mode: "nightly", repository: "o/r", branch: "main", commit: "0123456789abcdef", runUrl: "https://x/1" } as const;

  test("a success is one line with a count; jobs that judge are not counted", () => {
    const results = needs({ plan: "success", core: "success", "deployments-vllm": "skipped", "ci-test-suite-status": "success" });
    expect(slackMessage({ ...run, needs: results, selected: ["core"] }, ["ci-test-suite-status"]).text).toBe(
      ":white_check_mark: *Nightly pipeline succeeded* on o/r main `0123456789`: 1 of 1 jobs passed, <https://x/1|the run>",
    );
  });

  test("a failure names the failed jobs", () => {
    const results = needs({ plan: "success", core: "failure", "deployments-vllm": "cancelled" });
    expect(slackMessage({ ...run, mode: "post-merge", branch: "release/<b>", needs: results, selected: ["core", "deployments-vllm"] }, []).text).toBe(
      ":x: *Post-merge pipeline failed* on o/r release/&lt;b&gt; `0123456789`, <https://x/1|the run>\n• `core`: The plan runs it, and it failed.\n• `deployments-vllm`: The plan runs it, and it was cancelled.",
    );
  });

  test("a plan that failed is said, without a mode", () => {
    expect(slackMessage({ ...run, mode: "", needs: needs({ plan: "failure" }), selected: undefined }, []).text).toContain(":x: *CI pipeline failed*");
  });
});
