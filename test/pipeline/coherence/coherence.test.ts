/** Every check: it is silent on a coherent stack, and finds exactly what is broken, in these words. */
import {
  coherence,
  infrastructureChecks,
  jobChecks,
  jobFindings,
  pipelineChecks,
  pipelineFindings,
  placementChecks,
  renderFindings,
  structuralFindings,
} from "../../../pipeline/coherence";
import type { Finding } from "../../../pipeline/model";
import { seedPipeline } from "../../../pipeline/seed";
import { coherent, infrastructure, jobs, pipeline } from "../fixtures";
import { runner, withDeploymentCluster, withFramework, withInfrastructure, withJob, type Broken } from "./breaking";
import { infrastructureCases } from "./cases/infrastructure";
import { jobCases } from "./cases/job";
import { coherentQueue, mergeQueueCases } from "./cases/merge-queue";
import { pipelineCases } from "./cases/pipeline";
import { settingsCases } from "./cases/settings";

const cases: readonly Broken[] = [...pipelineCases, ...settingsCases, ...infrastructureCases, ...jobCases, ...mergeQueueCases];

describe("coherence", () => {
  it("finds nothing in a coherent stack", () => {
    expect(coherence(coherent)).toEqual([]);
  });

  it("finds nothing in one with a merge queue", () => {
    expect(coherence({ ...coherent, ...coherentQueue })).toEqual([]);
  });

  it.each(cases)("%s: %#", (check, input, path, found, allowed) => {
    const findings = coherence({ ...coherent, ...input });
    expect(findings).toContainEqual<Finding>({ check, path, found, allowed });
  });

  it("has a test for every check, whose names are unique and whose sentences end", () => {
    const checks = [...pipelineChecks, ...infrastructureChecks, ...placementChecks, ...jobChecks];
    const names = checks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const covered = new Set([...cases.map(([name]) => name), "tag-format", "fork-pool-shared"]);
    expect(names.filter((name) => !covered.has(name))).toEqual([]);
    for (const { holds } of checks) expect(holds).toMatch(/^[A-Z].*\.$/);
  });

  it("refuses a tag that is too long for a registry", () => {
    const id = "v".repeat(120);
    const findings = coherence({ ...coherent, ...withFramework("vllm", { id }) });
    expect(findings).toContainEqual<Finding>({
      check: "tag-format",
      path: `tag "nightly-${id}-cuda13-arm64"`,
      found: "141 characters",
      allowed: "at most 128 characters, with 40 for {sha}: letters, digits, _ . -, the first a letter, digit or _",
    });
  });

  it("keeps nodes that run code from forks apart", () => {
    const shared = {
      ...coherent,
      ...runner("prod-tester-arm-v1", { trust: ["fork"], nodePool: "bldarm" }),
      ...withInfrastructure({ runners: { ...infrastructure.runners, cluster: "deployment-tests" } }),
    };
    expect(structuralFindings(shared).filter(({ check }) => check === "fork-pool-shared")).toEqual([
      {
        check: "fork-pool-shared",
        path: "pipeline.runnerClasses[5].nodePool",
        found: '"bldarm", where prod-builder-arm-v1 runs too',
        allowed: "a node pool for code from forks alone",
      },
      {
        check: "fork-pool-shared",
        path: "infrastructure.runners.cluster",
        found: '"deployment-tests"',
        allowed: "a cluster of its own, as prod-tester-arm-v1 runs code from forks",
      },
    ]);
  });

  it("takes a maintenance window right before and right after the nightly runs", () => {
    for (const window of [
      { dayOfWeek: "Sunday", startHour: 1, durationHours: 6 },
      { dayOfWeek: "Sunday", startHour: 13, durationHours: 4 },
    ] as const) {
      expect(structuralFindings({ ...coherent, ...withDeploymentCluster({ maintenance: window }) })).toEqual([]);
    }
  });

  it("knows that a called job starts after what its caller needs", () => {
    const tests = withJob("ci-test-suite.yml", "images / prod-tester-arm-v1", { needs: [] });
    const found = (input: typeof tests) => jobFindings({ ...coherent, ...input }).filter(({ check }) => check === "image-not-pushed");
    expect(found(tests)).toHaveLength(1);
    const after = [
      ...(tests.jobs ?? []),
      { ...jobs[0]!, workflow: "ci-test-suite.yml", id: "base", context: "base", pushes: ["vllm-amd64"] },
    ];
    expect(
      found({
        jobs: after.map((each) =>
          each.workflow === "ci-test-suite.yml" && each.id === "images" ? { ...each, needs: ["plan", "base"] } : each,
        ),
      }),
    ).toEqual([]);
  });

  it("asks config for the ids that the default pipeline leaves open", () => {
    expect(pipelineFindings({ pipeline: seedPipeline }).map(({ path }) => path)).toEqual([
      "pipeline.repository.ownerId",
      "pipeline.repository.repositoryId",
      "pipeline.mirrorBot.appId",
    ]);
  });

  it("treats every variable as missing when the stack provides none", () => {
    const missing = jobFindings({ pipeline, infrastructure, jobs }).filter(({ check }) => check === "variable-not-provided");
    expect(missing.length).toBe(jobs.filter((each) => each.variables.length > 0).length);
  });

  it("lists every finding in one text", () => {
    const findings = coherence({ ...coherent, ...withInfrastructure({ aws: { accountId: "1", region: "moon" } }) });
    expect(renderFindings(findings)).toBe(
      [
        "2 findings; nothing was changed.",
        "",
        "  infrastructure.aws.accountId (account-ids)",
        '    found:   "1"',
        "    allowed: twelve digits",
        "",
        "  infrastructure.aws.region (account-ids)",
        '    found:   "moon"',
        "    allowed: an AWS region, such as us-west-2",
      ].join("\n"),
    );
    expect(renderFindings([])).toBe("");
  });
});
