/** What each recorded preview is shown as. After a change that is meant: npx tsx test/report/update-goldens.ts */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { COMMENT_LIMIT, toMarkdown } from "../../report/render";
import { plainSentence } from "../../report/preview";
import { caseNames, caseReport, MANY } from "./cases";
import { GOLDEN_REPORTS, goldenFiles } from "./goldens";

jest.setTimeout(60_000);

const all = new Map(caseNames.map((name) => [name, goldenFiles(name)] as const));

describe.each([...all])("%s", (_, files) => {
  test.each(Object.entries(files))("%s is as committed", (file, text) => {
    expect(text).toBe(readFileSync(join(GOLDEN_REPORTS, file), "utf8"));
  });
});

test("no golden is left of a case that is no longer there", () => {
  expect(readdirSync(GOLDEN_REPORTS).sort()).toEqual([...all.values()].flatMap((files) => Object.keys(files)).sort());
});

/** What a reviewer takes from each at the first glance. */
test("each case has the verdict that it is recorded for", () => {
  const verdicts = Object.fromEntries(caseNames.map((name) => [name, caseReport(name).headline.verdict]));
  expect(verdicts).toEqual({
    "aks-upgraded": "dangerous",
    "create-all": "careful",
    "cuda-moved": "harmless",
    drifted: "unchanged",
    "filter-widened": "harmless",
    "framework-added": "harmless",
    "gpu-maximum-lowered": "dangerous",
    "nothing-changed": "unchanged",
    "preview-failed": "failed",
    "protected-registry-replaced": "failed",
    "registry-replaced": "dangerous",
    "required-check-removed": "refused",
    "secret-rotated": "dangerous",
    [MANY]: "dangerous",
  });
});

test("every comment fits into a pull request, the largest with its head, its dangers and an index", () => {
  for (const name of caseNames) expect(toMarkdown(caseReport(name)).length).toBeLessThanOrEqual(COMMENT_LIMIT);
  const { headline, dangers } = caseReport(MANY);
  const comment = toMarkdown(caseReport(MANY));
  expect(dangers.length).toBeGreaterThan(500);
  expect(comment).toContain(`> \`${dangers.length}\` dangers; ${plainSentence(headline.summary.sentence).split("; ")[1]}`);
  expect(comment).toContain("### Dangers");
  expect(comment).toContain("### Index");
  expect(comment).toContain("This comment is shortened.");
});
