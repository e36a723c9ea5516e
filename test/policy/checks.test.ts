import type { Props, Subject } from "../../policy/kit/rule";
import { mirrorBranchesRestricted } from "../../policy/rules/checks/mirror-branches-restricted";
import { protectedBranchesReviewed } from "../../policy/rules/checks/protected-branches-reviewed";
import { requiredChecksPinned } from "../../policy/rules/checks/required-checks-pinned";
import { requiredChecksPresent } from "../../policy/rules/checks/required-checks-present";
import { requiredChecksReported } from "../../policy/rules/checks/required-checks-reported";
import { rulesetsWithoutBypass } from "../../policy/rules/checks/rulesets-without-bypass";
import { UNKNOWN, changed, judged, subject } from "./support";

const TYPE = "github:index/repositoryRuleset:RepositoryRuleset";
const FILE = "github:index/repositoryFile:RepositoryFile";
const where = `${TYPE} "it"`;

const main = {
  target: "branch",
  enforcement: "active",
  conditions: { refName: { includes: ["~DEFAULT_BRANCH", "refs/heads/release/*"], excludes: [] as string[] } },
  bypassActors: [{ actorId: 7, actorType: "Integration", bypassMode: "always" }],
  rules: {
    deletion: true,
    nonFastForward: true,
    pullRequest: { requireCodeOwnerReview: true, dismissStaleReviewsOnPush: true, requireLastPushApproval: true, requiredApprovingReviewCount: 1 },
    requiredStatusChecks: {
      strictRequiredStatusChecksPolicy: true,
      requiredChecks: [
        { context: "pre-commit", integrationId: 15368 },
        { context: "copyright-checks", integrationId: 15368 },
        { context: "DCO", integrationId: 1861 },
        { context: "dynamo-status-check", integrationId: 15368 },
        { context: "backend-status-check", integrationId: 15368 },
      ],
    },
  },
};
const ruleset = (props: Props): Subject[] => [subject(TYPE, props)];

describe("required-checks-present", () => {
  const all = "pre-commit, copyright-checks, DCO, dynamo-status-check and backend-status-check";

  test("passes when main and release branches require all five", () => {
    expect(judged(requiredChecksPresent, ruleset(main))).toEqual([]);
    expect(judged(requiredChecksPresent, ruleset(changed(main, "conditions.refName.includes", ["~ALL"])))).toEqual([]);
    expect(judged(requiredChecksPresent, ruleset(changed(main, "conditions.refName.includes", ["refs/heads/main", "refs/heads/release/*"])))).toEqual([]);
  });

  test("two rulesets add up", () => {
    const [first, ...rest] = main.rules.requiredStatusChecks.requiredChecks;
    const one = changed(main, "rules.requiredStatusChecks.requiredChecks", [first]);
    const other = changed(main, "rules.requiredStatusChecks.requiredChecks", rest);
    expect(judged(requiredChecksPresent, [...ruleset(one), ...ruleset(other)])).toEqual([]);
  });

  test.each([
    ["enforcement", "evaluate"],
    ["enforcement", "disabled"],
    ["target", "tag"],
    ["conditions.refName.includes", ["refs/heads/develop"]],
    ["conditions.refName.excludes", ["refs/heads/main", "refs/heads/release/*"]],
  ])("a ruleset with %s %p protects nothing", (path, value) => {
    expect(judged(requiredChecksPresent, ruleset(changed(main, path, value)))).toEqual([
      `the stack: protection of main: found no active ruleset; wanted an active ruleset that requires ${all}.`,
      `the stack: protection of release/1.0: found no active ruleset; wanted an active ruleset that requires ${all}.`,
    ]);
  });

  test("names the checks that are missing", () => {
    const checks = main.rules.requiredStatusChecks.requiredChecks.filter(({ context }) => !["DCO", "pre-commit"].includes(context));
    expect(judged(requiredChecksPresent, ruleset(changed(main, "rules.requiredStatusChecks.requiredChecks", checks)))).toEqual([
      `${where}: rules.requiredStatusChecks.requiredChecks: found no pre-commit and DCO on main; wanted every one of ${all}.`,
      `${where}: rules.requiredStatusChecks.requiredChecks: found no pre-commit and DCO on release/1.0; wanted every one of ${all}.`,
    ]);
  });

  test("an unknown property is a violation", () => {
    expect(judged(requiredChecksPresent, ruleset(changed(main, "rules.requiredStatusChecks", UNKNOWN)))).toEqual([
      `${where}: rules.requiredStatusChecks: found a value that is not known before the apply; wanted a value that can be judged at preview.`,
    ]);
  });
});

describe("required-checks-pinned", () => {
  const path = "rules.requiredStatusChecks.requiredChecks";

  test("passes with the app of each check", () => {
    expect(judged(requiredChecksPinned, ruleset(main))).toEqual([]);
  });

  test.each([
    [0, undefined, "nothing for pre-commit; wanted 15368"],
    [2, 15368, "15368 for DCO; wanted 1861"],
    [4, 1, "1 for backend-status-check; wanted 15368"],
  ])("check %i with app %p", (index, integrationId, found) => {
    expect(judged(requiredChecksPinned, ruleset(changed(main, `${path}.${index}.integrationId`, integrationId)))).toEqual([
      `${where}: ${path}[${index}].integrationId: found ${found}.`,
    ]);
  });

  test("a config without apps expects GitHub Actions everywhere", () => {
    expect(judged(requiredChecksPinned, ruleset(main), { apps: undefined })).toEqual([`${where}: ${path}[2].integrationId: found 1861 for DCO; wanted 15368.`]);
  });
});

describe("required-checks-reported", () => {
  const workflow = (file: string, content: string): Subject => subject(FILE, { file: `.github/workflows/${file}`, content, repository: "r" }, { name: file });
  const one = { ...main, rules: { requiredStatusChecks: { requiredChecks: [{ context: "gate", integrationId: 15368 }, { context: "DCO", integrationId: 1861 }] } } };
  const judge = (...files: Subject[]): string[] => judged(requiredChecksReported, [subject(TYPE, one), ...files]);
  const steps = "runs-on: x, steps: []";
  const wanted = (found: string): string[] => [`${where}: required check gate: found ${found}; wanted one job that always reports it.`];

  test.each([
    `on: pull_request\njobs: { gate: { ${steps} } }`,
    `on: [pull_request]\njobs: { g: { name: gate, needs: [a], if: always(), ${steps} }, a: { ${steps} } }`,
    `on: { pull_request: { types: [opened, synchronize, reopened, ready_for_review] } }\njobs: { gate: { needs: a, if: "\${{ always() }}", ${steps} }, a: { ${steps} } }`,
    `on: { push: { branches: [main, "pull-request/[0-9]+"] } }\njobs: { gate: { if: always(), ${steps} }, "b": { name: "image \${{ matrix.x }}", ${steps} } }`,
  ])("passes: %s", (content) => {
    expect(judge(workflow("a.yml", content))).toEqual([]);
  });

  test.each([
    ["on: pull_request\njobs: { other: { steps: [] } }", "no job of that name"],
    ["on: pull_request\njobs: { gate: { strategy: { matrix: { a: [1] } } } }", ".github/workflows/a.yml job gate, which has a matrix"],
    ["on: pull_request\njobs: { gate: { uses: ./x.yml } }", ".github/workflows/a.yml job gate, which calls a workflow and so reports under another name"],
    ["on: pull_request\njobs: { gate: { needs: [a] }, a: {} }", ".github/workflows/a.yml job gate, which a failed or skipped job before it, or its condition, can skip"],
    ["on: pull_request\njobs: { gate: { if: '!cancelled()' } }", ".github/workflows/a.yml job gate, which a failed or skipped job before it, or its condition, can skip"],
    ["on: pull_request\njobs: { gate: { continue-on-error: true } }", ".github/workflows/a.yml job gate, which passes on error"],
    ["on: { pull_request: { paths: [a] } }\njobs: { gate: {} }", ".github/workflows/a.yml job gate, in a workflow that paths on pull_request can leave out"],
    ["on: { pull_request: { branches: [main] } }\njobs: { gate: {} }", ".github/workflows/a.yml job gate, in a workflow that branches on pull_request can leave out"],
    ["on: { pull_request: { types: [opened] } }\njobs: { gate: {} }", ".github/workflows/a.yml job gate, in a workflow that types on pull_request can leave out"],
    ["on: { push: { paths-ignore: [a] } }\njobs: { gate: {} }", ".github/workflows/a.yml job gate, in a workflow that paths-ignore on push can leave out"],
    ["on: { push: { branches: [main] } }\njobs: { gate: {} }", ".github/workflows/a.yml job gate, in a workflow that no pull request and no mirror branch starts"],
    ["on: push\njobs: { gate: {} }", ".github/workflows/a.yml job gate, in a workflow that no pull request and no mirror branch starts"],
    ["on: workflow_dispatch\njobs: { gate: {} }", ".github/workflows/a.yml job gate, in a workflow that no pull request and no mirror branch starts"],
    ["on: pull_request\njobs: { g: { name: 'g${{ 1 }}e' } }", ".github/workflows/a.yml job g, whose name is an expression"],
  ])("%s", (content, found) => {
    expect(judge(workflow("a.yml", content))).toEqual(wanted(found));
  });

  test("two jobs that could report a name", () => {
    const other = workflow("b.yml", "on: push\njobs: { x: { name: \"${{ inputs.name }}\" } }");
    expect(judge(workflow("a.yml", "on: pull_request\njobs: { gate: {} }"), other)).toEqual(
      wanted("2 jobs that could report it: .github/workflows/a.yml gate, .github/workflows/b.yml x"),
    );
  });

  test("a file that is no YAML reports nothing", () => {
    expect(judge(workflow("a.yml", "on: [unfinished"))).toEqual(wanted("no job of that name"));
  });
});

describe("rulesets-without-bypass", () => {
  const judge = (actors: unknown): string[] => judged(rulesetsWithoutBypass, ruleset({ ...main, bypassActors: actors }), { always: ["Integration:7"] });

  test("passes for the applying app and for bypass by pull request", () => {
    expect(judge(main.bypassActors)).toEqual([]);
    expect(judge([{ actorId: 1, actorType: "Team", bypassMode: "pull_request" }])).toEqual([]);
    expect(judge(["not an actor"])).toEqual([]);
  });

  test.each([
    [{ actorId: 7, actorType: "Integration", bypassMode: "exempt" }, '"exempt" for Integration:7; wanted "pull_request"'],
    [{ actorId: 8, actorType: "Integration", bypassMode: "always" }, '"always" for Integration:8; wanted always for Integration:7 only'],
    [{ actorType: "OrganizationAdmin", bypassMode: "always" }, '"always" for OrganizationAdmin:; wanted always for Integration:7 only'],
    [{ actorId: 5, actorType: "RepositoryRole" }, 'nothing for RepositoryRole:5; wanted "pull_request"'],
  ])("%p", (actor, found) => {
    expect(judge([actor])).toEqual([`${where}: bypassActors[0].bypassMode: found ${found}.`]);
  });
});

describe("protected-branches-reviewed", () => {
  test("passes with everything on, and says nothing of a branch without rulesets", () => {
    expect(judged(protectedBranchesReviewed, ruleset(main))).toEqual([]);
    expect(judged(protectedBranchesReviewed, [])).toEqual([]);
  });

  test.each([
    ["rules.deletion", false, "found false for BRANCH; wanted true"],
    ["rules.nonFastForward", undefined, "found nothing for BRANCH; wanted true"],
    ["rules.pullRequest.requireCodeOwnerReview", false, "found false for BRANCH; wanted true"],
    ["rules.pullRequest.dismissStaleReviewsOnPush", false, "found false for BRANCH; wanted true"],
    ["rules.pullRequest.requireLastPushApproval", false, "found false for BRANCH; wanted true"],
    ["rules.requiredStatusChecks.strictRequiredStatusChecksPolicy", false, "found false for BRANCH; wanted true"],
    ["rules.pullRequest.requiredApprovingReviewCount", 0, "found 0 for BRANCH; wanted 1 or more"],
    ["rules.pullRequest.requiredApprovingReviewCount", "2", 'found "2" for BRANCH; wanted 1 or more'],
  ])("%s %p", (path, value, found) => {
    expect(judged(protectedBranchesReviewed, ruleset(changed(main, path, value)))).toEqual(
      ["main", "release/1.0"].map((branch) => `${where}: ${path}: ${found.replace("BRANCH", branch)}.`),
    );
  });
});

describe("mirror-branches-restricted", () => {
  const mirror = {
    target: "branch",
    enforcement: "active",
    conditions: { refName: { includes: ["refs/heads/pull-request/*"], excludes: [] } },
    bypassActors: [{ actorId: 9, actorType: "Integration", bypassMode: "always" }],
    rules: { creation: true, update: true, deletion: true },
  };
  const config = { writers: ["Integration:9"] };

  test("passes when the bot alone writes them", () => {
    expect(judged(mirrorBranchesRestricted, ruleset(mirror), config)).toEqual([]);
    expect(judged(mirrorBranchesRestricted, ruleset(mirror))).toEqual([]);
  });

  test.each([["rules.creation"], ["rules.update"], ["rules.deletion"]])("without %s", (path) => {
    expect(judged(mirrorBranchesRestricted, ruleset(changed(mirror, path, undefined)), config)).toEqual([
      `${where}: protection of pull-request/1: found no active ruleset that restricts creation, update and deletion; wanted one that only the copy bot bypasses.`,
    ]);
  });

  test("another writer", () => {
    const more = changed(mirror, "bypassActors", [...mirror.bypassActors, { actorId: 5, actorType: "RepositoryRole", bypassMode: "always" }]);
    expect(judged(mirrorBranchesRestricted, ruleset(more), config)).toEqual([`${where}: bypassActors: found RepositoryRole:5; wanted Integration:9.`]);
    expect(judged(mirrorBranchesRestricted, ruleset(more))).toEqual([`${where}: bypassActors: found RepositoryRole:5; wanted apps only.`]);
  });

  test("no ruleset at all", () => {
    expect(judged(mirrorBranchesRestricted, [], config)).toEqual([
      "the stack: protection of pull-request/1: found no active ruleset that restricts creation, update and deletion; wanted one that only the copy bot bypasses.",
    ]);
  });
});
