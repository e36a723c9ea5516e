/** The policy results of a report, for code scanning; test/cli/audit proves the log itself. */
import type { Log } from "sarif";
import { reportSarif } from "../../cli/sarif/report";
import { rules } from "../../policy/rules";
import { caseReport } from "../report/cases";

const run = (name: string) => (JSON.parse(reportSarif(caseReport(name))) as Log).runs[0]!;

test("each violation is a result at the stack's config file, of its rule and its severity", () => {
  const { results = [], tool, automationDetails } = run("required-check-removed");
  const { policies } = caseReport("required-check-removed");
  expect(policies.known && results.length === policies.violations.length && results.length > 0).toBe(true);
  expect(tool.driver.rules?.map(({ id }) => id)).toEqual(rules.map(({ name }) => name));
  expect(automationDetails?.id).toBe("gpu-cicd-policy/gpu-cicd/prod/");
  for (const { ruleId, ruleIndex, level, locations } of results) {
    expect(rules[ruleIndex!]?.name).toBe(ruleId);
    expect([level, locations?.[0]?.physicalLocation?.artifactLocation?.uri]).toEqual(["error", "Pulumi.prod.yaml"]);
  }
  expect(new Set(results.map(({ partialFingerprints }) => JSON.stringify(partialFingerprints))).size).toBe(results.length);
});

test("a stack without violations has no result and is judged whole; one whose preview failed is not", () => {
  for (const [name, complete] of [["nothing-changed", true], ["preview-failed", false]] as const) {
    const { results, invocations } = run(name);
    expect([results, invocations?.[0]?.executionSuccessful]).toEqual([[], complete]);
  }
});

test("a violation keeps its fingerprint when another value is found", () => {
  const report = caseReport("required-check-removed");
  const prints = (text: string): unknown => (JSON.parse(text) as Log).runs[0]!.results!.map(({ partialFingerprints }) => partialFingerprints);
  if (!report.policies.known) throw new Error("the case holds no policies");
  const violations = report.policies.violations.map((violation) => ({ ...violation, message: violation.message.replace(/: found .*; wanted/, ": found something else; wanted") }));
  expect(violations).not.toEqual(report.policies.violations);
  expect(prints(reportSarif({ ...report, policies: { ...report.policies, violations } }))).toEqual(prints(reportSarif(report)));
});
