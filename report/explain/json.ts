/** An explanation as one JSON object, for programs. */
import type { EventExplanation, ExplainedCheck, ExplainedDeployment, ExplainedImage, ExplainedJob, ExplainedTest, Explanation } from "./model";

/** `now`: the event itself runs it. `after-mirror`: a push to the pull request's mirror branch does, once a maintainer has asked for one. */
export interface When {
  readonly when: "now" | "after-mirror";
}

/** What is printed: what runs for the event and, for a pull request, for its mirror. Nothing that does not run is in it. */
export interface ExplanationJson {
  readonly checks: readonly ExplainedCheck[];
  readonly jobs: readonly (ExplainedJob & When)[];
  readonly images: readonly (ExplainedImage & When)[];
  readonly tests: readonly (ExplainedTest & When)[];
  readonly deployments: readonly (ExplainedDeployment & When)[];
}

/** The whole explanation as an object. */
export function explanationJson(explanation: Explanation): ExplanationJson {
  const { checks, afterMirror } = explanation;
  const both = <Item>(items: (event: EventExplanation) => readonly Item[]): (Item & When)[] => [
    ...items(explanation).map((item) => ({ ...item, when: "now" as const })),
    ...(afterMirror === undefined ? [] : items(afterMirror).map((item) => ({ ...item, when: "after-mirror" as const }))),
  ];
  return {
    checks,
    jobs: both(({ jobs }) => jobs),
    images: both(({ images }) => images),
    tests: both(({ tests }) => tests),
    deployments: both(({ deployments }) => deployments),
  };
}
