/** What a policy says of several resources in the same words is one violation, with every resource named. */
import { toMarkdown } from "../../../report/render";
import { eventsOf, reportOf, urnOf } from "./support";

const TYPE = "aws:ecr/repository:Repository";

const event = (name: string, found: string, more: object = {}): object => ({
  policyEvent: {
    policyName: "resources-tagged",
    policyPackName: "gpu-cicd",
    enforcementLevel: "mandatory",
    resourceUrn: urnOf(TYPE, name),
    message: `Tags.\n${TYPE} "${name}": tags: found ${found}; wanted owner. Add it.`,
    ...more,
  },
});

function told(...events: object[]): string[] {
  const { policies } = reportOf(eventsOf([], events));
  return policies.known
    ? policies.violations.map(({ resource, also = [] }) => [resource, ...also].map((one) => one?.name ?? "stack").join(", "))
    : [];
}

test("the same words of several resources are one violation", () => {
  expect(told(event("a", "no owner"), event("b", "no owner"), event("c", "no owner"))).toEqual(["a, b, c"]);
});

test("other words, another policy and another level are others", () => {
  expect(told(event("a", "no owner"), event("b", "no stack"))).toEqual(["a", "b"]);
  expect(told(event("a", "no owner"), event("b", "no owner", { policyName: "other" }))).toEqual(["b", "a"]);
  expect(told(event("a", "no owner"), event("b", "no owner", { enforcementLevel: "advisory" }))).toEqual(["a", "b"]);
  expect(told(event("a", "no owner"), event("b", "no owner", { resourceUrn: undefined }))).toEqual(["stack", "a"]);
});

test("a report counts it once and names every resource", () => {
  const report = reportOf(eventsOf([], [event("first", "no owner"), event("second", "no owner")]));
  const text = toMarkdown(report);
  expect(text).toContain("first");
  expect(text).toContain("second");
  expect(report.policies).toMatchObject({ summary: { facts: { violations: 1, mandatory: 1 } } });
});
