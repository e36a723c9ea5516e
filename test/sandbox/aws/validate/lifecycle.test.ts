/** ECR's rules for lifecycle policies, one broken at a time. */
import fc from "fast-check";
import { describeFindings } from "../../../../sandbox/aws/validate/finding";
import { lifecyclePolicyFindings } from "../../../../sandbox/aws/validate/lifecycle";

const tagged = { tagStatus: "tagged", tagPatternList: ["main-*"], countType: "imageCountMoreThan", countNumber: 10 };
const rule = (rulePriority: unknown, selection: object, action: object = { type: "expire" }): object => ({
  rulePriority,
  selection,
  action,
});
const found = (...rules: unknown[]): string => describeFindings(lifecyclePolicyFindings(JSON.stringify({ rules })));

test.each([
  ["a count of tagged images", [rule(1, tagged)]],
  [
    "prefixes",
    [rule(1, { tagStatus: "tagged", tagPrefixList: ["nightly-"], countType: "sinceImagePushed", countUnit: "days", countNumber: 30 })],
  ],
  ["any, last", [rule(1, tagged), rule(9, { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 900 })]],
  ["four wildcards", [rule(1, { ...tagged, tagPatternList: ["*a*b*c*"] })]],
  [
    "a transition by pulls",
    [rule(1, { ...tagged, countType: "sinceImagePulled", countUnit: "days" }, { type: "transition", targetStorageClass: "archive" })],
  ],
  [
    "an end of the archive",
    [rule(1, { ...tagged, countType: "sinceImageTransitioned", countUnit: "days", countNumber: 90, storageClass: "archive" })],
  ],
])("%s is taken", (_name, rules) => expect(found(...rules)).toBe(""));

const any = (priority: number): object => rule(priority, { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 });
test.each([
  ["no rules", [], "rules: found 0 rules; a list of 1 to 50 rules is needed"],
  ["51 rules", Array.from({ length: 51 }, (_, i) => rule(i + 1, tagged)), "rules: found 51 rules; a list of 1 to 50 rules is needed"],
  [
    "a priority twice",
    [rule(3, tagged), rule(3, tagged)],
    "rules[1].rulePriority: found 3, which rules[0] has already; each priority is unique",
  ],
  ["priority zero", [rule(0, tagged)], "rules[0].rulePriority: found 0; an integer of at least 1 is needed"],
  [
    "any before others",
    [any(1), rule(2, tagged)],
    'rules[0].rulePriority: found 1; a rule with tagStatus "any" needs the highest priority number of all (2 here), so there is at most one',
  ],
  [
    "any twice",
    [any(1), any(2)],
    'rules[0].rulePriority: found 1; a rule with tagStatus "any" needs the highest priority number of all (2 here), so there is at most one',
  ],
  [
    "tagged without tags",
    [rule(1, { ...tagged, tagPatternList: undefined })],
    'rules[0].selection: tagStatus "tagged" with neither of tagPrefixList and tagPatternList; exactly one is needed',
  ],
  [
    "tagged with both",
    [rule(1, { ...tagged, tagPrefixList: ["a"] })],
    'rules[0].selection: tagStatus "tagged" with both of tagPrefixList and tagPatternList; exactly one is needed',
  ],
  [
    "untagged with patterns",
    [rule(1, { ...tagged, tagStatus: "untagged" })],
    'rules[0].selection.tagPatternList: is forbidden with tagStatus "untagged"; it goes with "tagged" only',
  ],
  [
    "an unknown status",
    [rule(1, { ...tagged, tagStatus: "all" })],
    'rules[0].selection.tagStatus: found "all"; allowed are tagged, untagged, any',
  ],
  [
    "five wildcards",
    [rule(1, { ...tagged, tagPatternList: ["a", "*a*b*c*d*"] })],
    'rules[0].selection.tagPatternList[1]: "*a*b*c*d*" has 5 wildcards; at most 4 are allowed',
  ],
  [
    "a wildcard in a prefix",
    [rule(1, { ...tagged, tagPatternList: undefined, tagPrefixList: ["a*"] })],
    'rules[0].selection.tagPrefixList[0]: found "a*"; a string like ^[A-Za-z0-9._-]{1,128}$ is needed',
  ],
  [
    "a count with a unit",
    [rule(1, { ...tagged, countUnit: "days" })],
    'rules[0].selection.countUnit: found "days"; it is forbidden with countType "imageCountMoreThan"',
  ],
  [
    "a time without one",
    [rule(1, { ...tagged, countType: "sinceImagePushed" })],
    'rules[0].selection.countUnit: found nothing; countType "sinceImagePushed" needs "days"',
  ],
  [
    "a count of zero",
    [rule(1, { ...tagged, countNumber: 0 })],
    "rules[0].selection.countNumber: found 0; an integer of at least 1 is needed",
  ],
  [
    "an unknown count type",
    [rule(1, { ...tagged, countType: "age" })],
    'rules[0].selection.countType: found "age"; allowed are imageCountMoreThan, sinceImagePushed, sinceImagePulled, sinceImageTransitioned',
  ],
  [
    "the archive without its class",
    [rule(1, { ...tagged, countType: "sinceImageTransitioned", countUnit: "days", countNumber: 90 })],
    'rules[0].selection.storageClass: found nothing; countType "sinceImageTransitioned" needs "archive"',
  ],
  [
    "a class that does not fit",
    [rule(1, { ...tagged, storageClass: "archive" })],
    'rules[0].selection.storageClass: found "archive"; countType "imageCountMoreThan" allows "standard"',
  ],
  [
    "the archive for too short",
    [rule(1, { ...tagged, countType: "sinceImageTransitioned", countUnit: "days", countNumber: 89, storageClass: "archive" })],
    "rules[0].selection.countNumber: found 89; an archived image stays at least 90 days",
  ],
  ["an unknown action", [rule(1, tagged, { type: "delete" })], 'rules[0].action.type: found "delete"; allowed are expire, transition'],
  [
    "a transition to nowhere",
    [rule(1, tagged, { type: "transition" })],
    'rules[0].action.targetStorageClass: found nothing; type "transition" needs "archive"',
  ],
  [
    "a target that expires",
    [rule(1, tagged, { type: "expire", targetStorageClass: "archive" })],
    'rules[0].action.targetStorageClass: found "archive"; it goes with type "transition" only',
  ],
  [
    "an unknown key",
    [{ ...rule(1, tagged), enabled: true }],
    "rules[0].enabled: is not known; allowed are rulePriority, description, selection, action",
  ],
  ["no selection", [{ rulePriority: 1, action: { type: "expire" } }], "rules[0].selection: found nothing; an object is needed"],
])("%s is refused", (_name, rules, message) => expect(found(...rules)).toBe(message));

test("every finding is told at once, and text that is no JSON has one", () => {
  expect(
    lifecyclePolicyFindings(JSON.stringify({ rules: [rule(0, { ...tagged, countNumber: -1 }, { type: "x" })] })).map(({ path }) => path),
  ).toEqual(["rules[0].rulePriority", "rules[0].selection.countNumber", "rules[0].action.type"]);
  expect(lifecyclePolicyFindings("[]")).toEqual([{ path: "", message: "the document is []; it has to be a JSON object" }]);
  expect(lifecyclePolicyFindings("{")[0]?.message).toMatch(/^the document is not JSON: /);
});

test("whatever the text, there is an answer and never an exception", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.record({ rules: fc.array(fc.jsonValue()) }).map((value) => JSON.stringify(value)),
      ),
      (text) => Array.isArray(lifecyclePolicyFindings(text)),
    ),
  );
});

test("priorities are taken exactly when they are unique", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }), (priorities) => {
      expect(found(...priorities.map((priority) => rule(priority, tagged))) === "").toBe(new Set(priorities).size === priorities.length);
    }),
  );
});
