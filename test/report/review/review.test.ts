import fc from "fast-check";
import type { Danger, Report } from "../../../report/preview/model";
import { objection, readReview, reviewOf, reviewText } from "../../../report/review";
import { sampleReport } from "../render/sample";

const COMMIT = "a".repeat(40);

function reported(verdict: Report["headline"]["verdict"], dangers: readonly string[], fingerprint = dangers.join()): Report {
  const sample = sampleReport();
  return {
    ...sample,
    headline: { ...sample.headline, verdict },
    provenance: { ...sample.provenance, fingerprint },
    dangers: dangers.map((id): Danger => ({ ...sample.dangers[0]!, id })),
  };
}

const reviewed = (...dangers: string[]) => reviewOf(reported("dangerous", dangers, "reviewed"), COMMIT);

describe("an apply", () => {
  test.each<[string, Report, Parameters<typeof objection>[1], ReturnType<typeof objection> extends infer O ? (O extends { kind: infer K } ? K : never) | undefined : never, readonly string[]]>([
    ["of the very change that was reviewed", reported("dangerous", ["a", "b"]), [reviewed("a", "b")], undefined, []],
    ["of fewer dangers than were shown", reported("dangerous", ["a"]), [reviewed("a", "b")], undefined, []],
    ["of dangers that two reviews showed together", reported("dangerous", ["a", "b"]), [reviewed("a"), reviewed("b")], undefined, []],
    ["of a danger that was not shown", reported("dangerous", ["a", "c"]), [reviewed("a", "b")], "grown", ["c"]],
    ["of a danger without any review", reported("careful", ["a"]), [], "never-reviewed", ["a"]],
    ["of a danger that another stack's review showed", reported("careful", ["a"]), [{ ...reviewed("a"), stack: "dev" }], "never-reviewed", ["a"]],
    ["of no danger without any review", reported("harmless", []), [], undefined, []],
    ["of the same change by its fingerprint", reported("dangerous", ["a"], "same"), [{ ...reviewed(), fingerprint: "same" }], undefined, []],
    ["of a change that policies refuse", reported("refused", []), [reviewed()], "blocked", []],
    ["of a preview that failed", reported("failed", [], "same"), [{ ...reviewed(), fingerprint: "same" }], "blocked", []],
  ])("%s", (_, now, reviews, kind, dangers) => {
    const found = objection(now, reviews);
    expect([found?.kind, found?.dangers.map(({ id }) => id) ?? []]).toEqual([kind, dangers]);
  });

  test("goes through exactly when every danger was shown", () => {
    const ids = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 5 });
    fc.assert(
      fc.property(ids, fc.array(ids, { maxLength: 3 }), (now, reviews) => {
        const shown = new Set(reviews.flat());
        expect(objection(reported("dangerous", now, "now"), reviews.map((dangers) => reviewed(...dangers))) === undefined).toBe(now.every((id) => shown.has(id)));
      }),
    );
  });
});

describe("the text of a check run", () => {
  test("gives back the review that was put in, whatever its ids hold", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), (dangers) => {
        const review = { ...reviewed(), dangers };
        expect(readReview(reviewText(review))).toEqual(review);
        expect(readReview(`### Before\n\n${reviewText(review)}\nafter`)).toEqual(review);
      }),
    );
  });

  test.each([undefined, null, "", "no review", '{"format":"gpu-cicd/review/1"}', '{"format":"gpu-cicd/review/1","stack":', '{"format":"gpu-cicd/review/2","stack":"prod"}', '{"format":"gpu-cicd/review/1","stack":"prod","commit":"c","verdict":"harmless","fingerprint":"f","dangers":[1]}'])(
    "%j holds none",
    (text) => {
      expect(readReview(text)).toBeUndefined();
    },
  );
});
