/** Every check: it is silent on a coherent stack, and finds exactly what is broken, in these words. */
import {
  coherence,
  infrastructureChecks,
  jobChecks,
  jobFindings,
  pipelineChecks,
  placementChecks,
  renderFindings,
  structuralFindings,
} from "../../../pipeline/coherence";
import type { Finding } from "../../../pipeline/model";
import { configFields } from "../../../pipeline/schema/walk";
import { coherent, infrastructure, jobs, pipeline } from "../fixtures";
import { runner, withDeploymentCluster, withFramework, withInfrastructure, withJob, withPipeline, type Broken } from "./breaking";
import { buildCases } from "./cases/builds";
import { firstContactCases, goodLabels, goodZones } from "./cases/first-contact";
import { infrastructureCases } from "./cases/infrastructure";
import { jobCases } from "./cases/job";
import { coherentQueue, mergeQueueCases } from "./cases/merge-queue";
import { pipelineCases } from "./cases/pipeline";
import { requiredCheckCases } from "./cases/required-checks";
import { settingsCases } from "./cases/settings";
import { coherentVerdicts, verdictAppCases } from "./cases/verdict-app";
import { testContractCases } from "./cases/test-contract";

const cases: readonly Broken[] = [...pipelineCases, ...buildCases, ...requiredCheckCases, ...settingsCases, ...infrastructureCases, ...jobCases, ...mergeQueueCases, ...testContractCases, ...firstContactCases, ...verdictAppCases];

describe("coherence", () => {
  it("finds nothing in a coherent stack", () => {
    expect(coherence(coherent)).toEqual([]);
  });

  it("finds nothing in one with a merge queue", () => {
    expect(coherence({ ...coherent, ...coherentQueue })).toEqual([]);
  });

  it("finds nothing in one with an app of its own for required checks", () => {
    expect(coherence({ ...coherent, ...coherentVerdicts })).toEqual([]);
  });

  it.each(cases)("%s: %#", (check, input, path, found, allowed) => {
    const findings = coherence({ ...coherent, ...input });
    expect(findings).toContainEqual<Finding>(expect.objectContaining({ check, path, found, allowed }));
  });

  it.each(cases)("%s leads to a config key: %#", (_, input) => {
    const elsewhere = coherence({ ...coherent, ...input }).filter(({ path }) => !/^(pipeline|infrastructure)\./.test(path));
    expect(elsewhere.filter(({ about }) => about === undefined || !(about in configFields))).toEqual([]);
  });

  it("has a test for every check, whose names are unique and whose sentences end", () => {
    const checks = [...pipelineChecks, ...infrastructureChecks, ...placementChecks, ...jobChecks];
    const names = checks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const covered = new Set([...cases.map(([name]) => name), "tag-format", "fork-pool-shared"]);
    expect(names.filter((name) => !covered.has(name))).toEqual([]);
    for (const { holds } of checks) expect(holds).toMatch(/^[A-Z].*\.$/);
  });

  it.each(goodZones)("takes %s for a time zone", (timezone) => {
    expect(coherence({ ...coherent, ...withPipeline({ schedule: { ...pipeline.schedule, timezone } }) }).filter(({ check }) => check === "schedule")).toEqual([]);
  });

  it.each(goodLabels)("takes %s for a label of one's own", (label) => {
    const given = pipeline.runnerClasses.find(({ kind }) => kind === "scale-set")!;
    expect(coherence({ ...coherent, ...runner(given.label, { label }) }).filter(({ check }) => check === "runner-label-taken")).toEqual([]);
  });

  it("says nothing of a version that has more than ninety days of support left", () => {
    expect(coherence({ ...coherent, ...withDeploymentCluster({ kubernetesVersion: "1.35" }), today: "2026-12-30" })).toEqual([]);
  });

  it("refuses a tag that is too long for a registry", () => {
    const id = "v".repeat(120);
    const findings = coherence({ ...coherent, ...withFramework("alpha", { id }) });
    expect(findings).toContainEqual<Finding>({
      check: "tag-format",
      about: "tagPrefixes",
      path: `tag "night-${id}-cuda13-arm64"`,
      found: "139 characters",
      allowed: "at most 128 characters, with 40 for {sha}: letters, digits, _ . -, the first a letter, digit or _",
    });
  });

  it("keeps nodes that run code from forks apart", () => {
    const shared = {
      ...coherent,
      ...runner("bench-arm-v3", { trust: ["fork"], nodePool: "farm" }),
      ...withInfrastructure({ runners: { ...infrastructure.runners, cluster: "deployment-tests" } }),
    };
    expect(structuralFindings(shared).filter(({ check }) => check === "fork-pool-shared")).toEqual([
      {
        check: "fork-pool-shared",
        path: "pipeline.runnerClasses[5].nodePool",
        found: '"farm", where forge-arm-v3 runs too',
        allowed: "a node pool only for code from forks",
      },
      {
        check: "fork-pool-shared",
        path: "infrastructure.runners.cluster",
        found: '"deployment-tests"',
        allowed: "a cluster of its own, as bench-arm-v3 runs code from forks",
      },
    ]);
  });

  it("takes a maintenance window right before and right after the nightly runs", () => {
    for (const window of [
      { dayOfWeek: "Saturday", startHour: 20, durationHours: 4 },
      { dayOfWeek: "Sunday", startHour: 7, durationHours: 4 },
    ] as const) {
      expect(structuralFindings({ ...coherent, ...withDeploymentCluster({ maintenance: window }) })).toEqual([]);
    }
  });

  it("knows that a called job starts after what its caller needs", () => {
    const tests = withJob("ci-test-suite.yml", "images / bench-arm-v3", { needs: [] });
    const found = (input: typeof tests) => jobFindings({ ...coherent, ...input }).filter(({ check }) => check === "image-not-pushed");
    expect(found(tests)).toHaveLength(1);
    const after = [
      ...(tests.jobs ?? []),
      { ...jobs[0]!, workflow: "ci-test-suite.yml", id: "base", context: "base", pushes: ["alpha-amd64"] },
    ];
    expect(
      found({
        jobs: after.map((each) =>
          each.workflow === "ci-test-suite.yml" && each.id === "images" ? { ...each, needs: ["plan", "base"] } : each,
        ),
      }),
    ).toEqual([]);
  });

  it("treats every variable as missing when the stack provides none", () => {
    const missing = jobFindings({ pipeline, infrastructure, jobs }).filter(({ check }) => check === "variable-not-provided");
    // One that picks its environment by the ref misses the variable in each of them.
    const environments = jobs.filter((each) => each.variables.length > 0).flatMap((each) => each.environment ?? each.environments ?? []);
    expect(missing.length).toBe(environments.length);
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
