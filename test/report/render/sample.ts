/** A report with something of everything that a report can hold. Texts of others go through `other`, so that a test can make them hostile. */
import { REPORT_FORMAT, type Counts, type PropertyChange, type Report, type ResourceRef } from "../../../report/preview/model";
import type { SentencePart, Statement } from "../../../report/preview/statement";
import { HIDDEN, UNKNOWN } from "../../../report/preview/value";

export type Other = (text: string) => string;

const COUNTS: Counts = { create: 1, update: 2, replace: 1, delete: 1, rename: 0, import: 0, forget: 0, same: 240 };

export function sampleReport(other: Other = (text) => text): Report {
  const statement = (kind: string, ...parts: readonly SentencePart[]): Statement => ({ kind, facts: {}, sentence: parts });
  const words = (text: string): SentencePart => ({ text });
  const value = (text: string): SentencePart => ({ value: other(text) });
  const resource = (name: string, type: string, title: string): ResourceRef => ({ urn: `urn:pulumi:prod::gpu-cicd::${type}::${name}`, type, title, name: other(name) });
  const ruleset = resource("protection-main", "github:index/repositoryRuleset:RepositoryRuleset", "ruleset");
  const pool = resource("runner-cluster-pool-gpu1", "azure-native:containerservice:AgentPool", "AKS node pool");
  const file = resource("workflows-pr.yaml", "github:index/repositoryFile:RepositoryFile", "file");
  const secret = resource("repository-main-images-HF_TOKEN", "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret", "environment secret");
  return {
    format: REPORT_FORMAT,
    provenance: {
      project: other("gpu-cicd"),
      stack: "prod",
      base: { name: other("origin/main"), commit: "0123456789abcdef0123456789abcdef01234567" },
      head: { name: other("infra/pool") },
      engine: { name: "pulumi", version: "3.259.0" },
      policyPacks: { [other("gpu-cicd")]: "0.1.0" },
      date: "2026-11-26T02:00:00Z",
      fingerprint: "6f".repeat(32),
    },
    headline: { verdict: "dangerous", summary: statement("summary", words("Removes the required check "), value("DCO"), words(" and replaces the pool "), value("gpu1"), words(".")), counts: COUNTS, complete: true, equalInMeaning: [] },
    dangers: [
      { ...statement("required-check-removed", words("The check "), value("DCO"), words(" is no longer required on "), value("main"), words(".")), id: "1", category: "protection", severity: "critical", resource: ruleset, property: "rules.requiredStatusChecks" },
      { ...statement("pool-replaced", words("Pool "), value("gpu1"), words(" is replaced: its jobs end.")), id: "2", category: "interruption", severity: "high", resource: pool },
      { ...statement("gpus-fewer", words("At most "), value("8"), words(" GPUs instead of "), value("16"), words(".")), id: "3", category: "interruption", severity: "medium" },
    ],
    system: {
      known: true,
      before: { name: "origin/main" },
      after: { name: "infra/pool" },
      summary: statement("system", words("2 things change for CI.")),
      topics: [
        { topic: "required-checks", title: "Required checks", changes: [{ ...statement("check-removed", words("The check "), value("DCO"), words(" goes.")), effect: "removed", subject: other("DCO") }] },
        { topic: "gpus", title: "GPUs", changes: [{ ...statement("gpus", words("Most GPUs: "), value("8"), words(", was "), value("16"), words(".")), effect: "changed", subject: "gpus", before: 16, after: 8 }] },
      ],
    },
    cost: {
      known: true,
      currency: "USD",
      pricesOf: "2026-11-09",
      before: { minimum: 4200, expected: 18300.4, maximum: 96000 },
      after: { minimum: 4200.2, expected: 15100, maximum: 67000 },
      lines: [{ item: other("pool gpu1: Standard_NC24ads_A100_v4"), before: { minimum: 0, expected: 9000, maximum: 42000 }, after: { minimum: 0, expected: 7000, maximum: 21000 } }, { item: "AKS control plane", after: { minimum: 73, expected: 73, maximum: 73 } }],
      summary: statement("cost", words("Expected to cost "), value("$3,200"), words(" less a month.")),
    },
    capacity: {
      loadOf: "2026-11-09",
      before: { waits: [{ runnerClass: other("tester-amd64-gpu"), p50: 40, p95: 400, p99: 3700, p95HalfWidth95: 20 }], gpuUse: 0.41, monthlyCost: 18300 },
      after: { waits: [{ runnerClass: other("tester-amd64-gpu"), p50: 45, p95: 1260, p99: 7300, p95HalfWidth95: 60 }], gpuUse: 0.62, monthlyCost: 15100 },
      statements: [statement("waits", words("Jobs on "), value("tester-amd64-gpu"), words(" wait longer."))],
      chart: '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><title>Waits</title></svg>',
    },
    policies: {
      known: true,
      passed: 49,
      violations: [{ policy: "required-checks-present", pack: "gpu-cicd", level: "mandatory", severity: "critical", resource: ruleset, message: other("found no DCO on main\nwanted every one of the five"), remediation: other("Add the check."), url: "https://docs.github.com/rulesets" }],
      summary: statement("policies", words("1 policy is violated.")),
    },
    resources: [
      {
        component: other("protection"),
        counts: { ...COUNTS, create: 0, update: 1, replace: 0, delete: 0 },
        resources: [{ resource: ruleset, operation: "update", summary: statement("update", words("Ruleset "), value("main"), words(" changes.")), protected: true, properties: rulesetProperties(other), unchangedInMeaning: ["bypassActors"] }],
      },
      {
        component: other("runner-cluster"),
        counts: { ...COUNTS, create: 0, update: 0, replace: 1, delete: 0 },
        resources: [
          {
            resource: pool,
            operation: "replace",
            summary: statement("replace", words("Pool "), value("gpu1"), words(" is replaced, as "), value("vmSize"), words(" cannot change in place.")),
            replacement: { deletesFirst: true, causes: ["vmSize"] },
            protected: false,
            properties: [{ kind: "value", path: "vmSize", replaces: true, before: other("Standard_NC24ads_A100_v4"), after: other("Standard_NC40ads_H100_v5") }],
            unchangedInMeaning: [],
          },
        ],
      },
      {
        component: "workflows",
        counts: { ...COUNTS, create: 0, update: 2, replace: 0, delete: 0 },
        resources: [
          { resource: file, operation: "update", summary: statement("update", words("File "), value(".github/workflows/pr.yaml"), words(" changes.")), protected: false, properties: [fileChange(other)], unchangedInMeaning: [] },
          { resource: secret, operation: "update", summary: statement("update", words("Secret "), value("HF_TOKEN"), words(" changes.")), protected: false, properties: [{ kind: "hidden", path: "value", replaces: false, change: "changed" }], unchangedInMeaning: [] },
        ],
      },
    ],
    drift: { known: true, dangers: [], resources: [{ component: "registries", counts: { ...COUNTS, create: 0, update: 1, replace: 0, delete: 0, same: 0 }, resources: [] }], summary: statement("drift", words("1 thing was changed behind the stack's back.")) },
    diagnostics: [{ severity: "warning", resource: pool, component: other("runner-cluster"), operation: "replace", message: other("the pool drains for\nten minutes") }],
  };
}

/** The same, of a preview that failed. */
export function failedReport(other: Other = (text) => text): Report {
  const sample = sampleReport(other);
  const pool = sample.resources[1]!.resources[0]!.resource;
  return {
    ...sample,
    headline: { ...sample.headline, verdict: "failed", complete: false },
    failure: {
      stage: "resource",
      summary: { kind: "failed", facts: {}, sentence: [{ text: "The provider refused " }, { value: other("gpu1") }, { text: "." }] },
      errors: [{ severity: "error", resource: pool, operation: "create", message: other("agentPoolName: found GPU-1\nallowed: lower case") }],
      reached: { counts: sample.headline.counts, resources: [{ resource: pool, operation: "create" }] },
      unreached: [pool],
    },
    system: { known: false, why: { kind: "no-base", facts: {}, sentence: [{ text: "No base was given." }] } },
    cost: { known: false, why: { kind: "no-prices", facts: {}, sentence: [{ text: "No price of " }, { value: other("Standard_X") }, { text: "." }] } },
    policies: { known: false, why: { kind: "not-judged", facts: {}, sentence: [{ text: "The preview failed before." }] } },
    drift: { known: false, why: { kind: "not-asked", facts: {}, sentence: [{ text: "No refresh was asked for." }] } },
  };
}

function rulesetProperties(other: Other): PropertyChange[] {
  return [
    { kind: "set", path: "rules.requiredStatusChecks.requiredChecks", replaces: false, added: [{ context: other("new"), integrationId: 15368 }], removed: [{ context: other("DCO") }], changed: [{ kind: "value", path: "requiredChecks[pre-commit].integrationId", replaces: false, before: 1, after: 15368 }], kept: 4 },
    { kind: "document", path: "policy", replaces: false, language: "json", changes: [{ kind: "value", path: "Statement[0].Effect", replaces: false, before: other("Allow"), after: "Deny" }] },
    { kind: "text", path: "values", replaces: false, language: "yaml", hunks: [], addedLines: 1, removedLines: 1, structure: [{ kind: "value", path: "maxRunners", replaces: false, before: 4, after: 2 }] },
    { kind: "value", path: "tags", replaces: false, before: { owner: other("a".repeat(80)), team: "b", note: "c" }, after: { "~~odd": HIDDEN, id: UNKNOWN } },
    { kind: "value", path: "etag", replaces: true, before: other("one"), after: UNKNOWN },
    { kind: "value", path: "gone", replaces: true, before: other("x") },
    ...(["added", "removed", "exposed", "sealed"] as const).map((change): PropertyChange => ({ kind: "hidden", path: `secret-${change}`, replaces: false, change })),
  ];
}

function fileChange(other: Other): PropertyChange {
  return {
    kind: "text",
    path: "content",
    replaces: false,
    file: other(".github/workflows/pr.yaml"),
    language: "yaml",
    hunks: [{ oldStart: 3, oldLines: 2, newStart: 3, newLines: 2, lines: [{ kind: "context", text: other("jobs:") }, { kind: "removed", text: other("  a: 1") }, { kind: "added", text: other("  a: 2") }] }],
    addedLines: 1,
    removedLines: 1,
  };
}
