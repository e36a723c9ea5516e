/** What each recorded preview is shown as; test/cli/generate/fresh.test.ts holds the golden reports themselves. */
import { COMMENT_LIMIT, toMarkdown } from "../../report/render";
import { plainSentence } from "../../report/preview";
import { caseNames, caseReport, MANY } from "./cases";

jest.setTimeout(60_000);

/** What a reviewer takes from each at the first glance. */
test("each case has the verdict that it is recorded for", () => {
  const verdicts = Object.fromEntries(caseNames.map((name) => [name, caseReport(name).headline.verdict]));
  expect(verdicts).toEqual({
    "aks-upgraded": "dangerous",
    "create-all": "careful",
    "cuda-moved": "dangerous",
    drifted: "unchanged",
    "filter-widened": "dangerous",
    "framework-added": "dangerous",
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
  const comments = new Map(caseNames.map((name) => [name, toMarkdown(caseReport(name))]));
  for (const comment of comments.values()) expect(comment.length).toBeLessThanOrEqual(COMMENT_LIMIT);
  const { headline, dangers } = caseReport(MANY);
  const comment = comments.get(MANY);
  expect(dangers.length).toBeGreaterThan(500);
  expect(comment).toContain(`> \`${dangers.length}\` dangers; ${plainSentence(headline.summary.sentence).split("; ")[1]}`);
  expect(comment).toContain("### Dangers");
  expect(comment).toContain("### Index");
  expect(comment).toContain("This comment is shortened.");
});
