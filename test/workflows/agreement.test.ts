/** The rendered files and what the rest of the stack provides say the same: checks, labels, secrets, variables, tags. */
import { reportedByJobs, workflowFileOf } from "../../pipeline/checks";
import { parse } from "yaml";
import { pipeline as given } from "../pipeline/fixtures";
import { jobFindings, type CoherenceInput } from "../../pipeline/coherence";
import { allImages } from "../../pipeline/images";
import type { Mode, Pipeline } from "../../pipeline/model";
import { jobFacts, renderFiles, secretsRead, variables } from "../../workflows/index";
import { actions } from "../../workflows/actions";
import { allJobs, contentOf, files, parsedWorkflows, pipeline, settings, withMirrorBot, workflows } from "./support";

const everywhere = allJobs({ ...workflows, ...parsedWorkflows(renderFiles(withMirrorBot, settings)) });
const steps = everywhere.flatMap(({ file, id, job }) => (job.steps ?? []).map((step) => ({ where: `${file} ${id} ${step.name}`, step })));

describe("facts of the jobs", () => {
  const facts = jobFacts(pipeline, settings);

  test("coherence finds nothing wrong with them", () => {
    const input = { pipeline: given, jobs: jobFacts(given, settings), variables: variables(given.environments) } as unknown as CoherenceInput;
    expect(jobFindings(input)).toEqual([]);
  });

  test("nor with those of the substitute for copy-pr-bot", () => {
    const pipeline = { ...withMirrorBot, repository: given.repository };
    const input = { pipeline, jobs: jobFacts(pipeline, settings), variables: variables(pipeline.environments) } as unknown as CoherenceInput;
    expect(jobFindings(input)).toEqual([]);
  });

  test("a test of an image pulls it, needs its build, and runs on its tester", () => {
    expect(facts.find(({ workflow, id }) => workflow === "ci-test-suite.yml" && id === "alpha-cuda13-amd64 / image / test (pairs)")).toEqual({
      workflow: "ci-test-suite.yml",
      id: "alpha-cuda13-amd64 / image / test (pairs)",
      context: "alpha-cuda13-amd64 / image / pairs",
      runsOn: ["bench-gpu-2-v3"],
      needs: ["alpha-cuda13-amd64 / image / build"],
      readsNeeds: ["alpha-cuda13-amd64 / image / build"],
      secrets: ["HF_TOKEN"],
      variables: [],
      environments: ["trunk-images", "stable-images"],
      trust: ["protected"],
      idToken: false,
      always: false,
      matrix: true,
      filtered: true,
      pushes: [],
      pulls: ["alpha-cuda13-amd64"],
    });
  });

  test.each([
    ["alpha", "alpha-amd64"],
    ["beta", "beta-amd64"],
    ["gamma", "gamma-cuda13-amd64"],
  ])("deployment tests of %s pull its deployed image and the operator's, and need nothing else", (framework, image) => {
    const deploy = facts.find(({ id }) => id === `deployments-${framework} / deploy`);
    expect(deploy?.pulls).toEqual([image, "manager-amd64"]);
    expect(deploy?.trust).toEqual(["protected"]);
    expect(facts.find(({ id }) => id === `deployments-${framework}`)?.needs).toEqual(["plan", "manager-amd64", image]);
  });

  test.each([
    ["test", { tests: [] }],
    ["mode", { modes: [] }],
  ])("without any deployment %s, what deploys still has a job that reads it", (_, off) => {
    const pipeline = { ...given, deployments: { ...given.deployments, ...off } };
    const input = { pipeline, jobs: jobFacts(pipeline, settings), variables: variables(given.environments) } as unknown as CoherenceInput;
    expect(jobFindings(input)).toEqual([]);
  });

  test("deployment tests take the image of the modes that deploy, where others build another", () => {
    const frameworks = given.frameworks.map((each) => (each.id === "alpha" ? { ...each, cuda: { ...each.cuda, nightly: ["13.1"] as const } } : each));
    const pipeline = { ...given, frameworks, deployments: { ...given.deployments, modes: ["nightly"] as const } };
    const jobs = jobFacts(pipeline, settings);
    expect(jobs.find(({ id }) => id === "deployments-alpha")?.needs).toEqual(["plan", "manager-amd64", "alpha-cuda13-amd64"]);
    expect(jobFindings({ pipeline, jobs, variables: variables(given.environments) } as unknown as CoherenceInput)).toEqual([]);
  });

  test("every image of every mode is pushed by a job of the mode's workflow", () => {
    const pushedBy = (workflow: string): string[] => [...new Set(facts.filter((fact) => fact.workflow === workflow).flatMap(({ pushes }) => pushes))];
    const built = (mode: Mode): string[] => allImages(pipeline, mode).map(({ id }) => id);
    expect(pushedBy("pr.yaml").sort()).toEqual(built("pull-request").sort());
    expect([...new Set([...pushedBy("ci-test-suite.yml"), ...pushedBy("pr.yaml")])].sort()).toEqual(built("post-merge").sort());
    expect(pushedBy("ci-test-suite.yml").sort()).toEqual(built("nightly").sort());
  });

  test("a job of a pull request itself holds no secret, no identity and no environment, and runs on hosted machines", () => {
    const direct = facts.filter(({ trust }) => trust.includes("fork"));
    expect(direct.map(({ workflow, id }) => `${workflow} ${id}`)).toEqual([
      "tidy.yml tidy",
      "licences.yml licences",
      "dynamo-status-check.yml plan",
      "dynamo-status-check.yml core",
      "dynamo-status-check.yml core-gate",
    ]);
    for (const fact of direct) expect(fact).toMatchObject({ runsOn: ["ubuntu-24.04"], secrets: [], variables: [], idToken: false });
    expect(direct.some(({ environment }) => environment !== undefined)).toBe(false);
  });
});

describe("required checks", () => {
  const required = reportedByJobs(pipeline).map((check) => ({ context: check.context, workflow: workflowFileOf(check) }));

  test.each(required)("$context is one job without a matrix of $workflow, and of no other file", ({ context, workflow }) => {
    const reporting = allJobs().filter(({ id, job }) => (job.name ?? id) === context);
    expect(reporting.map(({ file }) => file)).toEqual([workflow]);
    expect(reporting[0]?.job.strategy).toBeUndefined();
  });

  test.each(["core-gate", "images-gate", "ci-test-suite-status"])("%s always runs and needs every other job that gates", (name) => {
    const { file, job } = allJobs().find(({ id }) => id === name) ?? { file: "", job: {} };
    expect(job.if).toBe("always()");
    const others = Object.keys(workflows[file]?.jobs ?? {}).filter((id) => id !== name && id !== "notify");
    expect(job.needs).toEqual(others);
  });

  test("the workflows that report on pull requests have no filter that could leave them out", () => {
    for (const { workflow } of required) {
      const on = workflows[workflow]?.on ?? {};
      expect(JSON.stringify(on)).not.toMatch(/paths|branches-ignore/);
      expect(Object.keys(on)).toEqual([workflow === "pr.yaml" ? "push" : "pull_request"]);
    }
    expect(workflows["pr.yaml"]?.on.push).toEqual({ branches: ["trunk", "pull-request/[0-9]+"] });
  });
});

test("the suite starts on the default branch, on release branches, when the schedule says, and by hand", () => {
  expect(workflows["ci-test-suite.yml"]?.on).toEqual({
    push: { branches: ["trunk", "stable/*"] },
    schedule: [{ cron: "30 2 * * *", timezone: "Europe/Berlin" }],
    workflow_dispatch: {},
  });
});

test("labels are the scale sets' or GitHub's, and actionlint is told the scale sets'", () => {
  const labels = pipeline.runnerClasses.map(({ label }) => label);
  const used = new Set(jobFacts(pipeline, settings).flatMap(({ runsOn }) => runsOn));
  expect([...used].sort()).toEqual([...labels].sort());
  const scaleSets = labels.filter((label) => label !== "ubuntu-24.04").sort();
  expect(parse(contentOf(".github/actionlint.yaml"))).toEqual({ "self-hosted-runner": { labels: scaleSets } });
});

test("the secrets read are the pipeline's", () => {
  const names = (of: Pipeline): string[] => [...new Set(jobFacts(of, settings).flatMap(({ secrets }) => secrets))].sort();
  expect(names(pipeline)).toEqual(pipeline.secrets.map(({ name }) => name).sort());
  expect(secretsRead(pipeline).sort()).toEqual(names(pipeline));
  expect(secretsRead(withMirrorBot).sort()).toEqual(names(withMirrorBot));
});

test("each environment holds exactly the variables that its jobs read", () => {
  const facts = jobFacts(pipeline, settings);
  for (const { name } of pipeline.environments) {
    const read = new Set(facts.filter(({ environment, environments = [] }) => environment === name || environments.includes(name)).flatMap((fact) => fact.variables));
    expect([name, variables(pipeline.environments).filter(({ environment }) => environment === name).map((each) => each.name).sort()]).toEqual([name, [...read].sort()]);
  }
});

describe("hygiene", () => {
  test("no script holds an expression", () => {
    const scripts = steps.filter(({ step }) => step.run !== undefined);
    expect(scripts.length).toBeGreaterThan(30);
    expect(scripts.filter(({ step }) => step.run?.includes("${{")).map(({ where }) => where)).toEqual([]);
  });

  test("every action is pinned to a full commit, is listed, and tells its version", () => {
    const listed = new Map(Object.values(actions).map(({ repository, commit, version }) => [`${repository}@${commit}`, version]));
    const used = steps.flatMap(({ step }) => (step.uses === undefined ? [] : [step.uses]));
    expect([...new Set(used)].filter((uses) => !listed.has(uses))).toEqual([]);
    expect([...listed.keys()].filter((action) => !used.includes(action))).toEqual([]);
    for (const action of listed.keys()) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    const lines = files.flatMap(({ content }) => content.match(/^ +uses: [^.\n].*$/gm) ?? []);
    for (const line of lines) expect(line).toMatch(new RegExp(`@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+$`));
  });

  test("no checkout leaves a token behind", () => {
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
    expect(checkouts.length).toBeGreaterThan(10);
    for (const { step } of checkouts) expect(step.with).toMatchObject({ "persist-credentials": false });
  });

  test("workflows grant nothing, and every job says what it may do and for how long", () => {
    for (const [file, workflow] of Object.entries(workflows)) expect([file, workflow.permissions, workflow.defaults]).toEqual([file, {}, { run: { shell: "bash" } }]);
    for (const { file, id, job } of everywhere) {
      expect([file, id, job.permissions]).toEqual([file, id, expect.any(Object)]);
      if (job.uses === undefined) expect([file, id, job["timeout-minutes"]]).toEqual([file, id, expect.anything()]);
    }
  });

  test("only jobs of an environment ask for an identity", () => {
    const asking = everywhere.filter(({ job }) => job.uses === undefined && job.permissions?.["id-token"] === "write");
    expect(asking.length).toBeGreaterThan(3);
    expect(asking.filter(({ job }) => job.environment === undefined)).toEqual([]);
  });

  test("a newer push cancels a pull request's run, and no run of a protected branch", () => {
    expect(workflows["pr.yaml"]?.concurrency).toEqual({
      group: "${{ github.workflow }}-${{ github.ref == 'refs/heads/trunk' && github.run_id || github.ref }}",
      "cancel-in-progress": "${{ !(github.ref == 'refs/heads/trunk') }}",
    });
    expect(workflows["ci-test-suite.yml"]?.concurrency).toEqual({ group: "${{ github.workflow }}-${{ github.run_id }}", "cancel-in-progress": false });
    expect(workflows["tidy.yml"]?.concurrency).toEqual({ group: "${{ github.workflow }}-${{ github.event.pull_request.number }}", "cancel-in-progress": true });
  });
});
