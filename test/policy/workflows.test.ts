import { stringify } from "yaml";
import type { Rule, Subject } from "../../policy/kit/rule";
import { actionsPinned } from "../../policy/rules/workflows/actions-pinned";
import { checkoutsWithoutCredentials } from "../../policy/rules/workflows/checkouts-without-credentials";
import { forkJobsUntrusted } from "../../policy/rules/workflows/fork-jobs-untrusted";
import { jobsBounded } from "../../policy/rules/workflows/jobs-bounded";
import { workflowLeastPermissions } from "../../policy/rules/workflows/workflow-least-permissions";
import { nightlySchedulePresent } from "../../policy/rules/workflows/nightly-schedule-present";
import { noUntrustedCheckout } from "../../policy/rules/workflows/no-untrusted-checkout";
import { scriptsWithoutExpressions } from "../../policy/rules/workflows/scripts-without-expressions";
import { secretsInEnvironments } from "../../policy/rules/workflows/secrets-in-environments";
import { workflowFilesParse } from "../../policy/rules/workflows/workflow-files-parse";
import { changed, judged, subject } from "./support";

const FILE = "github:index/repositoryFile:RepositoryFile";
const SHA = "0123456789abcdef0123456789abcdef01234567";

const file = (content: unknown, path = ".github/workflows/w.yml"): Subject =>
  subject(FILE, { file: path, repository: "r", content: typeof content === "string" ? content : stringify(content) }, { name: path });

/** A workflow that no rule about files objects to. */
const sound = {
  on: { pull_request: {} } as Record<string, unknown>,
  permissions: {},
  concurrency: { group: "g", "cancel-in-progress": true },
  jobs: {
    a: {
      "runs-on": "ubuntu-24.04",
      "timeout-minutes": 5,
      permissions: { contents: "read" },
      steps: [{ uses: `actions/checkout@${SHA}`, with: { "persist-credentials": false } }, { run: 'echo "$TITLE"', env: { TITLE: "${{ github.event.pull_request.title }}" } }],
    },
  },
};

const rules: readonly Rule[] = [
  workflowFilesParse,
  actionsPinned,
  workflowLeastPermissions,
  noUntrustedCheckout,
  scriptsWithoutExpressions,
  secretsInEnvironments,
  forkJobsUntrusted,
  jobsBounded,
  checkoutsWithoutCredentials,
];

test.each(rules.map((rule) => [rule.name, rule] as const))("%s passes a sound workflow and other files", (_, rule) => {
  expect(judged(rule, [file(sound), file("not: [yaml", "docs/readme.md")])).toEqual([]);
});

const of = (job: string): string => `content of .github/workflows/w.yml, job ${job}`;
const at = `${FILE} ".github/workflows/w.yml"`;

/** Rule, path in the sound workflow, value there, and the message's end. */
test.each<[Rule, string, unknown, string]>([
  [actionsPinned, "jobs.a.steps.0.uses", "actions/checkout@v5", `${of("a")}: found actions/checkout@v5; wanted a full commit SHA, or a digest for a container.`],
  [actionsPinned, "jobs.a.steps.0.uses", `actions/checkout@${SHA.slice(1)}`, `${of("a")}: found actions/checkout@${SHA.slice(1)}; wanted a full commit SHA, or a digest for a container.`],
  [actionsPinned, "jobs.a.steps.0.uses", "docker://alpine:3", `${of("a")}: found docker://alpine:3; wanted a full commit SHA, or a digest for a container.`],
  [actionsPinned, "jobs.a.uses", "o/r/.github/workflows/x.yml@main", `${of("a")}: found o/r/.github/workflows/x.yml@main; wanted a full commit SHA, or a digest for a container.`],
  [workflowLeastPermissions, "permissions", undefined, "content of .github/workflows/w.yml: found top-level permissions nothing; wanted {}."],
  [workflowLeastPermissions, "permissions", { contents: "read" }, 'content of .github/workflows/w.yml: found top-level permissions {"contents":"read"}; wanted {}.'],
  [workflowLeastPermissions, "jobs.a.permissions", undefined, `${of("a")}: found permissions nothing; wanted a mapping of scopes.`],
  [workflowLeastPermissions, "jobs.a.permissions", "write-all", `${of("a")}: found permissions "write-all"; wanted a mapping of scopes.`],
  [workflowLeastPermissions, "jobs.a.permissions", { contents: "write", "id-token": "write" }, `${of("a")}: found write access to contents; wanted write access to id-token, attestations and artifact-metadata at most.`],
  [noUntrustedCheckout, "jobs.a.steps.0.with.allow-unsafe-pr-checkout", true, `${of("a")}: found allow-unsafe-pr-checkout; wanted a checkout without it.`],
  [scriptsWithoutExpressions, "jobs.a.steps.1.run", 'echo "${{ github.head_ref }}"', `${of("a")}: found \${{ github.head_ref }}; wanted an environment variable.`],
  [scriptsWithoutExpressions, "jobs.a.steps.0.with.script", "${{ github.sha }}", `${of("a")}: found \${{ github.sha }}; wanted an environment variable.`],
  [secretsInEnvironments, "jobs.a.secrets", "inherit", `${of("a")}: found secrets: inherit; wanted no secret, as the called workflow names its environment.`],
  [secretsInEnvironments, "jobs.a.steps.1.env.TITLE", "${{ secrets.HF_TOKEN }}", `${of("a")}: found HF_TOKEN without an environment; wanted the environment that holds them.`],
  [secretsInEnvironments, "jobs.a.steps.1.env.TITLE", "${{ secrets['HF_TOKEN'] }}", `${of("a")}: found HF_TOKEN without an environment; wanted the environment that holds them.`],
  [secretsInEnvironments, "jobs.a.steps.1.env.TITLE", "${{ toJSON(secrets) }}", `${of("a")}: found all secrets without an environment; wanted the environment that holds them.`],
  [forkJobsUntrusted, "jobs.a.runs-on", "prod-builder-amd-v1", `${of("a")}: found runner prod-builder-amd-v1; wanted nothing, on ubuntu-24.04 and ubuntu-24.04-arm.`],
  [forkJobsUntrusted, "jobs.a.permissions.id-token", "write", `${of("a")}: found id-token: write; wanted nothing, on ubuntu-24.04 and ubuntu-24.04-arm.`],
  [forkJobsUntrusted, "jobs.a.environment", "main-images", `${of("a")}: found an environment; wanted nothing, on ubuntu-24.04 and ubuntu-24.04-arm.`],
  [forkJobsUntrusted, "jobs.a.env", { T: "${{ secrets.T }}" }, `${of("a")}: found secret T; wanted nothing, on ubuntu-24.04 and ubuntu-24.04-arm.`],
  [jobsBounded, "jobs.a.timeout-minutes", undefined, `${of("a")}: found timeout-minutes nothing; wanted 360 or less.`],
  [jobsBounded, "jobs.a.timeout-minutes", 361, `${of("a")}: found timeout-minutes 361; wanted 360 or less.`],
  [jobsBounded, "concurrency", undefined, "content of .github/workflows/w.yml: found concurrency nothing; wanted a concurrency group."],
  [checkoutsWithoutCredentials, "jobs.a.steps.0.with", undefined, `${of("a")}: found persist-credentials nothing; wanted false.`],
  [checkoutsWithoutCredentials, "jobs.a.steps.0.with.persist-credentials", true, `${of("a")}: found persist-credentials true; wanted false.`],
])("%p: %s %p", (rule, path, value, message) => {
  expect(judged(rule, [file(changed(sound, path, value))])).toEqual([`${at}: ${message}`]);
});

test("a file without triggers or jobs is no workflow", () => {
  const nothing = [`${at}: content: found .github/workflows/w.yml without triggers; wanted a YAML mapping with \`on\`.`, `${at}: content: found .github/workflows/w.yml without jobs; wanted a YAML mapping with \`jobs\`.`];
  expect(judged(workflowFilesParse, [file("on: [unfinished")])).toEqual(nothing);
  expect(judged(workflowFilesParse, [file("- a list")])).toEqual(nothing);
  expect(judged(workflowFilesParse, [file(changed(sound, "jobs", {}))])).toEqual(nothing.slice(1));
});

test("local actions and digests are pinned; a job's timeout may come from the plan", () => {
  const more = changed(sound, "jobs.b", { uses: "./.github/workflows/x.yml", permissions: {} });
  expect(judged(actionsPinned, [file(more)])).toEqual([]);
  expect(judged(jobsBounded, [file(changed(more, "jobs.a.timeout-minutes", "${{ inputs.minutes }}"))])).toEqual([]);
  expect(judged(actionsPinned, [file(changed(sound, "jobs.a.steps.0.uses", `docker://alpine@sha256:${"0".repeat(64)}`))])).toEqual([]);
});

test("a workflow that is only called needs no group; one with a group by name has one", () => {
  expect(judged(jobsBounded, [file(changed(changed(sound, "on", { workflow_call: {} }), "concurrency", undefined))])).toEqual([]);
  expect(judged(jobsBounded, [file(changed(sound, "concurrency", "g"))])).toEqual([]);
});

test("a privileged event makes every chosen checkout suspect", () => {
  const target = changed(sound, "on", { pull_request_target: {} });
  expect(judged(noUntrustedCheckout, [file(target)])).toEqual([]);
  expect(judged(noUntrustedCheckout, [file(changed(target, "jobs.a.steps.0.with.ref", "x"))])).toEqual([
    `${at}: ${of("a")}: found checkout with ref on pull_request_target; wanted the default branch's own commit.`,
  ]);
  expect(judged(noUntrustedCheckout, [file(changed(changed(sound, "on", "issue_comment"), "jobs.a.steps.0.with.repository", "x"))])).toEqual([
    `${at}: ${of("a")}: found checkout with repository on issue_comment; wanted the default branch's own commit.`,
  ]);
});

test("secrets of an environment are fine, the run's own token too", () => {
  const named = changed(changed(sound, "jobs.a.environment", "e"), "jobs.a.steps.1.env.TITLE", "${{ secrets.X }}");
  expect(judged(secretsInEnvironments, [file(named)])).toEqual([]);
  expect(judged(secretsInEnvironments, [file(changed(sound, "jobs.a.steps.1.env.TITLE", "${{ secrets.GITHUB_TOKEN }}"))])).toEqual([]);
});

test("a secret handed to a workflow of the same repository is read there, to another's it is read here", () => {
  const handed = { permissions: {}, secrets: { T: "${{ secrets.T }}" } };
  expect(judged(secretsInEnvironments, [file(changed(sound, "jobs.b", { ...handed, uses: "./.github/workflows/c.yml" }))])).toEqual([]);
  expect(judged(secretsInEnvironments, [file(changed(sound, "jobs.b", { ...handed, uses: `o/r/.github/workflows/c.yml@${SHA}` }))])).toEqual([
    `${at}: ${of("b")}: found T without an environment; wanted the environment that holds them.`,
  ]);
});

test("what a pull request's workflow calls is reached as well, once", () => {
  const caller = changed(sound, "jobs", { a: { uses: "./.github/workflows/c.yml" }, b: { uses: "./.github/workflows/c.yml" }, c: { uses: "./.github/workflows/gone.yml" } });
  const called = changed(changed(sound, "on", { workflow_call: {} }), "jobs.a.runs-on", ["self-hosted"]);
  expect(judged(forkJobsUntrusted, [file(caller), file(called, ".github/workflows/c.yml")])).toEqual([
    `${FILE} ".github/workflows/c.yml": content of .github/workflows/c.yml, job a: found runner self-hosted; wanted nothing, on ubuntu-24.04 and ubuntu-24.04-arm.`,
  ]);
});

describe("nightly-schedule-present", () => {
  const path = ".github/workflows/ci-test-suite.yml";
  const nightly = (schedule: unknown): Subject => file({ ...sound, on: { schedule } }, path);
  const wanted = "wanted 0 0 * * * in America/Los_Angeles.";

  test("passes with cron and zone", () => {
    expect(judged(nightlySchedulePresent, [nightly([{ cron: "5 5 * * *" }, { cron: "0 0 * * *", timezone: "America/Los_Angeles" }])])).toEqual([]);
  });

  test.each([
    [[{ cron: "0 0 * * *" }], '[{"cron":"0 0 * * *"}]'],
    [[{ cron: "0 1 * * *", timezone: "America/Los_Angeles" }], '[{"cron":"0 1 * * *","timezone":"America/Los_Angeles"}]'],
    [undefined, "nothing"],
  ])("%p", (schedule, found) => {
    expect(judged(nightlySchedulePresent, [nightly(schedule)])).toEqual([`${FILE} "${path}": schedule of ${path}: found ${found}; ${wanted}`]);
  });

  test("the file is missing", () => {
    expect(judged(nightlySchedulePresent, [file(sound)])).toEqual([`the stack: schedule of ${path}: found no such file; ${wanted}`]);
  });
});
