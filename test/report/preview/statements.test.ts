/**
 * Every other kind of statement: headline, failure, policies, drift, cost, waits and resources. Each is seen in two reports that differ in one datum,
 * and its sentence differs with it, or it is not said. Dangers and the system's own terms have tests of their own beside this one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { plainSentence, readPreview, type Report, type ReportInput } from "../../../report/preview";
import type { Statement } from "../../../report/preview/statement";
import { recordedCase } from "../cases";
import { comparison, sideWith, type Edit } from "./system.support";
import { eventsOf, linesOf, reportOf, urnOf, type MadeStep } from "./support";

jest.setTimeout(60_000);

const PREVIEW = join(__dirname, "..", "..", "..", "report", "preview");
const ECR = "aws:ecr/repository:Repository";
const SECRET = "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret";

/** Statements anywhere in a report, but dangers and what the comparison of two configs says of each topic. */
function statementsIn(report: Report): Statement[] {
  const { system } = report;
  return found({ ...report, dangers: [], system: system.known ? system.summary : system.why });
}

function found(value: unknown): Statement[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "kind" in value && "facts" in value && "sentence" in value ? [value as Statement] : [];
  return [...own, ...Object.values(value).flatMap(found)];
}

const steps = (...made: MadeStep[]): Report => reportOf(eventsOf(made));
const create = (name: string, type = ECR): MadeStep => ({ op: "create", type, name, new: { name } });
const same = (name: string): MadeStep => ({ op: "same", type: ECR, name, old: { name }, new: { name } });
const update = (...properties: string[]): MadeStep => ({ op: "update", type: ECR, name: "a", old: { name: "a" }, new: { name: "a", ...Object.fromEntries(properties.map((property) => [property, "x"])) } });
const remove = (name: string, more: Partial<MadeStep> = {}): MadeStep => ({ op: "delete", type: ECR, name, old: { name }, ...more });
const replace = (cause: string): MadeStep => ({ op: "replace", type: ECR, name: "a", old: { name: "a", [cause]: "x" }, new: { name: "a", [cause]: "y" }, keys: [cause], detailedDiff: { [cause]: { diffKind: "update-replace" } } });
const rename = (to: string): MadeStep[] => [{ op: "create", type: ECR, name: to, new: { name: "r" } }, { op: "delete", type: ECR, name: "a", old: { name: "r" } }];

const violation = (level: string): object => ({ policyEvent: { policyName: "acr-closed", policyPackName: "gpu-cicd", policyPackVersion: "0.1.0", enforcementLevel: level, message: "not closed" } });
const judged = (...passed: string[]): object => ({ policyAnalyzeStackSummaryEvent: { policyPackName: "gpu-cicd", passed, failed: [] } });
const policies = (...events: object[]): Report => reportOf(eventsOf([], events));

const STACK = { resourcePreEvent: { metadata: { op: "same", urn: "urn:pulumi:prod::gpu-cicd::pulumi:pulumi:Stack::gpu-cicd-prod", type: "pulumi:pulumi:Stack" } } };
const error = (message: string, urn?: string): object => ({ diagnosticEvent: { ...(urn === undefined ? {} : { urn }), message, severity: "error" } });
/** A preview that did not come to its end, with some resources reached before it. */
const failing = (reached: readonly string[], ...events: object[]): Report => reportOf([STACK, ...eventsOf(reached.map((name) => create(name))).slice(2, -2), ...events, { summaryEvent: { result: "failed" } }]);
const CONFIG_ERROR = "The stack's config has 1 thing wrong; no resource was touched.\n  gpu-cicd:x";

/** The recorded refresh, without what drifted, or with it several times. */
function drift(times: number): Report {
  const events = recordedCase("drifted").refresh!.map((event) => JSON.stringify(event));
  const copies = (event: string): string[] => Array.from({ length: times }, (_, index) => (index === 0 ? event : event.replaceAll("::protection-main", `::protection-main-${index}`)));
  const lines = events.flatMap((event) => (event.includes("RepositoryRuleset::protection-main\"") ? copies(event) : [event]));
  return reportOf(eventsOf([]), { refresh: readPreview(lines.join("\n")) });
}
const failedRefresh = (message: string): Report => reportOf(eventsOf([]), { refresh: readPreview(linesOf([STACK, error(message), { summaryEvent: { result: "failed" } }])) });

const pool = (field: string, value: unknown): Edit => [["runners", "cluster", "nodePools", "gone", field], value];
const cost = (...edits: Edit[]): Report => comparison(sideWith(), sideWith(...edits));
const costAlone = (...edits: Edit[]): Report => reportOf(eventsOf([]), { after: sideWith(...edits) });
function unpriced(size: string): Report {
  const side = sideWith();
  const { runners } = side.infrastructure;
  if (typeof runners.cluster === "string") throw new Error("the stack's runners have no cluster of their own");
  const nodePools = runners.cluster.nodePools.map((each) => (each.name === "gone" ? { ...each, vmSize: size } : each));
  return reportOf(eventsOf([]), { after: { ...side, infrastructure: { ...side.infrastructure, runners: { ...runners, cluster: { ...runners.cluster, nodePools } } } } });
}

type Comparison = NonNullable<ReportInput["capacity"]>["comparison"];
const recorded = recordedCase("gpu-maximum-lowered").capacity!;
const waits = (change: (comparison: Comparison) => Comparison): Report => reportOf(eventsOf([]), { capacity: { comparison: change(recorded) } });
const asItIs = (comparison: Comparison): Comparison => comparison;
const verdicts = (verdict: "none") => (comparison: Comparison): Comparison => ({ ...comparison, differences: comparison.differences.map((each) => ({ ...each, verdict })) });
const weeks = (replications: number) => (comparison: Comparison): Comparison => ({ ...comparison, replications });
const alone = ({ after, replications, loadOf, loadSource, seed }: Comparison): Comparison => ({ after, replications, loadOf, loadSource, seed, differences: [] });
/** Minutes of the 95th percentile of every class. */
const slower = (comparison: Comparison): Comparison => ({
  ...comparison,
  after: { ...comparison.after, classes: comparison.after.classes.map((each) => (each.waits === undefined ? each : { ...each, waits: { ...each.waits, p95: { ...each.waits.p95, mean: each.waits.p95.mean * 3 } } })) },
});
const unserved = (jobs: number) => (comparison: Comparison): Comparison => ({ ...comparison, after: { ...comparison.after, classes: comparison.after.classes.map((each) => ({ ...each, unserved: { ...each.unserved, mean: jobs } })) } });

const nothing = steps();
const digest = (...urns: string[]): Report => reportOf(eventsOf([]), { preview: readPreview(JSON.stringify({ steps: urns.map((name) => ({ op: "create", urn: urnOf(ECR, name), newState: { urn: urnOf(ECR, name), type: ECR, custom: true, inputs: { name } } })), changeSummary: { create: urns.length } })) });

/** By kind: a report that says it, and one that says it otherwise or, where the datum is what makes the statement, not at all. */
const PAIRS: Readonly<Record<string, readonly [Report, Report]>> = {
  "headline-unchanged": [steps(same("a")), steps(same("a"), same("b"))],
  "headline-harmless": [steps(create("a")), steps(create("a"), create("b"))],
  "headline-careful": [steps(create("a", SECRET)), steps(create("a", SECRET), create("b", SECRET))],
  "headline-dangerous": [steps(remove("a")), steps(remove("a"), remove("b"))],
  "headline-refused": [policies(violation("mandatory")), reportOf(eventsOf([create("a")], [violation("mandatory")]))],
  "headline-failed": [failing([], error("boom")), failing(["a"], error("boom"))],
  "failed-config": [failing([], error(CONFIG_ERROR)), failing([], error("boom"))],
  "failed-policy": [failing(["a"], violation("mandatory")), failing(["a"], violation("mandatory"), { policyEvent: { policyName: "other", policyPackName: "gpu-cicd", enforcementLevel: "mandatory", message: "m" } })],
  "failed-resource": [failing(["a"], error("no such thing", urnOf(ECR, "a"))), failing(["a"], error("no such thing", urnOf(ECR, "b")))],
  "failed-program": [failing([], error("boom")), failing(["a"], error("boom"))],
  "failed-engine": [failing([]), failing(["a"])],
  "policies-passed": [policies(judged("one", "two")), policies(judged("one", "two", "three"))],
  "policies-incomplete": [failing([], judged("one")), failing([], judged("one", "two"))],
  "policies-advise": [policies(violation("advisory"), judged("one")), policies(violation("advisory"), judged("one", "two"))],
  "policies-refuse": [policies(violation("mandatory"), judged("one")), policies(violation("mandatory"), violation("advisory"), judged("one"))],
  "policies-not-run": [nothing, policies(judged("one"))],
  "policies-not-reached": [failing([], error("boom")), failing([], error("boom"), judged("one"))],
  "policies-not-in-digest": [digest("a"), policies(judged("one"))],
  "drift-found": [drift(1), drift(2)],
  "drift-none": [drift(0), drift(1)],
  "drift-not-sought": [nothing, drift(0)],
  "drift-not-found-out": [failedRefresh("no credentials"), failedRefresh("no network")],
  "cost-changed": [cost(pool("maxCount", 12)), cost(pool("maxCount", 9))],
  "cost-unchanged": [cost(), comparison(sideWith(pool("maxCount", 12)), sideWith(pool("maxCount", 12)))],
  cost: [costAlone(), costAlone(pool("maxCount", 12))],
  "cost-no-config": [nothing, costAlone()],
  "cost-unknown-price": [unpriced("Standard_Unpriced_v9"), unpriced("Standard_Unpriced_v8")],
  "waits-longer": [waits(asItIs), waits(slower)],
  "waits-shorter": [waits(asItIs), waits(slower)],
  "capacity-changed": [waits(asItIs), waits(weeks(8))],
  "capacity-unchanged": [waits(verdicts("none")), waits((comparison) => verdicts("none")(weeks(8)(comparison)))],
  capacity: [waits(alone), waits((comparison) => alone(weeks(8)(comparison)))],
  "jobs-unserved": [waits(unserved(3)), waits(unserved(4))],
  "resource-created": [steps(create("a")), steps(create("b"))],
  "resource-deleted": [steps(remove("a")), steps(remove("b"))],
  "resource-updated": [steps(update("imageTagMutability")), steps(update("forceDelete"))],
  "resource-replaced": [steps(replace("name")), steps(replace("encryptionConfigurations"))],
  "resource-renamed": [steps(...rename("b")), steps(...rename("c"))],
  "resource-forgotten": [steps(remove("a", { retainOnDelete: true })), steps(remove("b", { retainOnDelete: true }))],
  "resource-imported": [steps({ ...create("a"), op: "import" }), steps({ ...create("b"), op: "import" })],
  "system-changed": [cost(pool("maxCount", 12)), cost(pool("maxCount", 12), [["github", "requiredReviews"], 3])],
  "system-unchanged": [cost(), cost(pool("maxCount", 12))],
  "system-no-base": [costAlone(), cost()],
  "system-unreadable": [reportOf(eventsOf([]), { before: { error: "one" }, after: sideWith() }), reportOf(eventsOf([]), { before: { error: "two" }, after: sideWith() })],
};

test.each(Object.entries(PAIRS))("%s follows its datum", (kind, [one, other]) => {
  const said = (report: Report): string[] => statementsIn(report).filter((statement) => statement.kind === kind).map(({ sentence }) => plainSentence(sentence));
  expect(said(one)).not.toEqual([]);
  expect(said(other)).not.toEqual(said(one));
});

/** Kinds as the sources write them. What is named so and is no statement: parts of values, of texts and of the comparison's topics. */
test("every kind that the sources know has its pair", () => {
  const sources = ["", "resources"].flatMap((folder) => readdirSync(join(PREVIEW, folder)).filter((name) => name.endsWith(".ts")).map((name) => join(PREVIEW, folder, name)));
  const texts = [...sources, join(PREVIEW, "system", "index.ts")].map((file) => readFileSync(file, "utf8"));
  const literal = texts.flatMap((text) => [...text.matchAll(/kind: (?:[^"`{}]*\? )?"([a-z-]+)"(?: : "([a-z-]+)")?[^{}]*?facts/gs)].flatMap(([, one, other]) => [one!, ...(other === undefined ? [] : [other])]));
  const kinds = new Set([...literal, "headline-careful", "headline-dangerous"]);
  expect(kinds.size).toBeGreaterThan(35);
  expect([...kinds].filter((kind) => !(kind in PAIRS)).sort()).toEqual([]);
});

test("every value of a sentence is a fact of its statement, or counted from them", () => {
  for (const [report] of Object.values(PAIRS)) {
    for (const { facts, sentence } of statementsIn(report)) {
      const known = JSON.stringify(facts);
      for (const part of sentence) if ("value" in part) for (const value of part.value.replace(/\.\.\.$/, "").split(", ")) expect(known).toContain(JSON.stringify(value).slice(1, -1));
    }
  }
});
