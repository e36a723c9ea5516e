import type { Subject } from "../../policy/kit/rule";
import { mirrorBranchesRestricted } from "../../policy/rules/checks/mirror-branches-restricted";
import { protectedBranchesReviewed } from "../../policy/rules/checks/protected-branches-reviewed";
import { protectionNotWeakened } from "../../policy/rules/checks/protection-not-weakened";
import { refsBornRestricted } from "../../policy/rules/checks/refs-born-restricted";
import { requiredChecksConfigured } from "../../policy/rules/checks/required-checks-configured";
import { requiredChecksPinned } from "../../policy/rules/checks/required-checks-pinned";
import { requiredChecksPresent } from "../../policy/rules/checks/required-checks-present";
import { requiredChecksReported } from "../../policy/rules/checks/required-checks-reported";
import { verdictsFromMain } from "../../policy/rules/checks/verdicts-from-main";
import { rulesetsWithoutBypass } from "../../policy/rules/checks/rulesets-without-bypass";
import { FILE, changed, file, prove, subject, type Proof, type Resources } from "./support";

const TYPE = "github:index/repositoryRuleset:RepositoryRuleset";
const ORGANIZATION = "github:index/organizationRuleset:OrganizationRuleset";
const it = `${TYPE} "it"`;

const main = {
  name: "main",
  repository: "r",
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
/** The refs of a folder's branches, and the names around them. */
const around = (folder: string): string[] => [`refs/heads/${folder}/*`, `refs/heads/${folder}/*/**/*`, `refs/heads/${folder}`];
const inTheWay = (what: string): string => `${it}: conditions.refName.includes: found nothing that covers ${what}; wanted the names around mirror branches, too.`;
const managed = { ...main, bypassActors: [{ actorId: 4, actorType: "Team", bypassMode: "always" }] };
const checks = main.rules.requiredStatusChecks.requiredChecks;
const CHECKS = "rules.requiredStatusChecks.requiredChecks";
const INCLUDES = "conditions.refName.includes";
const EXCLUDES = "conditions.refName.excludes";

const rulesets = (...all: object[]): Subject[] => all.map((props) => subject(TYPE, { ...props }));
const having = (path: string, value: unknown): Subject[] => rulesets(changed(main, path, value));
/** A workflow of the repository, which says that its branches are to be protected. */
const delivered = file("on: pull_request");

const FIVE = "pre-commit, copyright-checks, DCO, dynamo-status-check and backend-status-check";
const unprotected = (what: string): string => `the stack: protection of ${what}: found no active ruleset; wanted an active ruleset that requires ${FIVE}.`;
const bare = [unprotected("main"), unprotected("release/*")];
const unrequired = (missing: string, branch: string): string => `${it}: ${CHECKS}: found no ${missing} on ${branch}; wanted every one of ${FIVE}.`;

const present: Proof = {
  rule: requiredChecksPresent,
  sound: {
    "a ruleset of main and release branches": rulesets(main),
    "branches by name and pattern": having(INCLUDES, ["refs/heads/main", "refs/heads/release/**"]),
    "all branches": having(INCLUDES, ["~ALL"]),
    "rulesets that add up": rulesets(changed(main, CHECKS, checks.slice(0, 1)), changed(main, CHECKS, checks.slice(1))),
    "excluded branches that are none of them": having(EXCLUDES, ["refs/heads/dependabot/*", "refs/heads/develop"]),
    "the repository that gets workflows": [...rulesets(main), delivered],
    "the configured repository, whatever gets workflows": { subjects: [...rulesets(main), file("on: push", ".github/workflows/a.yml")], config: { repositories: ["r"] } },
  },
  wrong: {
    "a ruleset that is only tried": [having("enforcement", "evaluate"), ...bare],
    "a ruleset that is off": [having("enforcement", "disabled"), ...bare],
    "a ruleset of tags": [having("target", "tag"), ...bare],
    "a ruleset of another branch": [having(INCLUDES, ["refs/heads/develop"]), ...bare],
    "a ruleset of some release branches": [having(INCLUDES, ["refs/heads/main", "refs/heads/release/1.0", "refs/heads/release/2*"]), unprotected("release/*")],
    "a pattern in braces, which GitHub takes as it stands": [having(INCLUDES, ["refs/heads/{main,release/*}"]), ...bare],
    "excluded branches": [having(EXCLUDES, ["~DEFAULT_BRANCH", "refs/heads/release/2*"]), ...bare],
    "excluded branches by patterns that meet": [having(EXCLUDES, ["refs/heads/m*n", "refs/heads/*"]), ...bare],
    "everything excluded": [having(EXCLUDES, ["~ALL"]), ...bare],
    "a ruleset of another repository": [[...having("repository", "other"), delivered], unprotected("main of r"), unprotected("release/* of r")],
    "checks that are missing": [
      having(CHECKS, checks.filter(({ context }) => !["DCO", "pre-commit"].includes(context))),
      ...["main", "release/*"].flatMap((branch) => ["pre-commit", "DCO"].map((missing) => unrequired(missing, branch))),
    ],
    "checks that are missing on one of the branches": [rulesets(main, changed(changed(main, INCLUDES, ["~ALL"]), EXCLUDES, ["~DEFAULT_BRANCH"])).slice(1), unprotected("main")],
  },
};

const BEFORE =
  "pre-commit of app 15368, copyright-checks of app 15368, DCO of app 1861, dynamo-status-check of app 15368 and backend-status-check of app 15368, as before.";

const configured: Proof = {
  rule: requiredChecksConfigured,
  config: { contexts: checks.map(({ context }) => context) },
  sound: {
    "a ruleset of the configured checks": rulesets(main),
    "a ruleset of some of them": having(CHECKS, checks.slice(2)),
    "a ruleset without checks": having("rules", {}),
  },
  wrong: {
    "a stack without config, once": [{ subjects: rulesets(main, main), config: {} }, `the stack: required checks: found no config that names them, so the default list stands in: ${FIVE}; wanted the stack's own.`],
    "a check that config does not name": [having(CHECKS, [...checks, { context: "docs-links", integrationId: 15368 }]), `${it}: ${CHECKS}: found docs-links, which config does not name; wanted checks among ${FIVE}.`],
  },
};

const pinned: Proof = {
  rule: requiredChecksPinned,
  sound: {
    "the app of each check": rulesets(main),
    "an organisation's ruleset": [subject(ORGANIZATION, main)],
    "a ruleset without checks": having("rules", {}),
    "an app that config names": { subjects: having(`${CHECKS}.0.integrationId`, 5), config: { apps: { DCO: 1861, "pre-commit": 5 } } },
  },
  wrong: {
    "a check of no app": [having(`${CHECKS}.0.integrationId`, undefined), `${it}: ${CHECKS}[0].integrationId: found nothing for pre-commit; wanted 15368.`],
    "a check of another app": [having(`${CHECKS}.2.integrationId`, 15368), `${it}: ${CHECKS}[2].integrationId: found 15368 for DCO; wanted 1861.`],
    "a check of nobody's app": [having(`${CHECKS}.4.integrationId`, 1), `${it}: ${CHECKS}[4].integrationId: found 1 for backend-status-check; wanted 15368.`],
    "an organisation's ruleset": [[subject(ORGANIZATION, changed(main, `${CHECKS}.0.integrationId`, 0))], `${ORGANIZATION} "it": ${CHECKS}[0].integrationId: found 0 for pre-commit; wanted 15368.`],
    "a check of Actions, where config has another id for it": [{ subjects: rulesets(main).slice(0, 1), config: { apps: { DCO: 1861 }, actionsApp: 9 } }, ...["pre-commit", "copyright-checks", "dynamo-status-check", "backend-status-check"].map((context) => `${it}: ${CHECKS}[${checks.findIndex((check) => check.context === context)}].integrationId: found 15368 for ${context}; wanted 9.`)],
    "another app where config names none": [{ subjects: rulesets(main), config: { apps: undefined } }, `${it}: ${CHECKS}[2].integrationId: found 1861 for DCO; wanted 15368.`],
  },
};

const gate = changed(changed(main, CHECKS, [{ context: "gate", integrationId: 15368 }, { context: "DCO", integrationId: 1861 }]), "rules.pullRequest", undefined);
const steps = "runs-on: x, steps: []";
const a = ".github/workflows/a.yml";
const b = ".github/workflows/b.yml";
/** A ruleset that requires `gate`, and workflows a.yml, b.yml and so on. */
const reporting = (...contents: string[]): Subject[] => [...rulesets(gate), ...contents.map((content, index) => file(content, `.github/workflows/${"abc"[index]!}.yml`))];
const unreported = (found: string, context = "gate"): string => `${it}: required check ${context}: found ${found}; wanted one job that always reports it.`;
const called = changed(gate, `${CHECKS}.0.context`, "outer / gate");
const calling = (caller: string, callee: string): Subject[] => [...rulesets(called), file(caller, a), file(callee, b)];
const always = "on: pull_request\njobs: { outer: { uses: ./.github/workflows/b.yml } }";
const callee = `on: workflow_call\njobs: { gate: { ${steps} } }`;

const reported: Proof = {
  rule: requiredChecksReported,
  sound: {
    "a job of that id": reporting(`on: pull_request\njobs: { gate: { ${steps} } }`),
    "a job of that name that runs always": reporting(`on: [pull_request]\njobs: { g: { name: gate, needs: [a], if: always(), ${steps} }, a: { ${steps} } }`),
    "a pull request without any filter": reporting("on: { pull_request: }\njobs: { gate: {} }"),
    "a pull request's needed types": reporting(`on: { pull_request: { types: [opened, synchronize, reopened, ready_for_review] } }\njobs: { gate: { needs: a, if: "\${{ always() }}", ${steps} }, a: { ${steps} } }`),
    "mirror branches": reporting(`on: { push: { branches: [main, "pull-request/[0-9]+"] } }\njobs: { gate: { if: always(), ${steps} }, "b": { name: "image \${{ matrix.x }}", ${steps} } }`),
    "a job that may not pass on error": reporting("on: pull_request\njobs: { gate: { continue-on-error: false } }"),
    "a job of a called workflow": calling(always, callee),
    "a called job of the same id, which reports otherwise": reporting(`on: pull_request\njobs: { gate: {}, x: { uses: ./${b} } }`, callee),
    "workflows of another repository": [...reporting("on: pull_request\njobs: { gate: {} }"), subject(FILE, { repository: "other", file: b, content: "on: pull_request\njobs: { gate: {} }" })],
    "a workflow that calls itself": reporting(`on: [pull_request, workflow_call]\njobs: { gate: {}, x: { uses: ./${a} } }`),
    "a merge queue": [...rulesets(changed(gate, "rules.mergeQueue", {})), file("on: [pull_request, merge_group]\njobs: { gate: {} }")],
  },
  wrong: {
    "no job": [reporting("on: pull_request\njobs: { other: { steps: [] } }"), unreported("no job of that name")],
    "a file that is no YAML": [reporting("on: [unfinished"), unreported("no job of that name")],
    "a job of a workflow of another repository": [[...rulesets(changed(gate, "repository", "other")), file("on: pull_request\njobs: { gate: {} }")], unreported("no job of that name")],
    "a job that calls a workflow": [reporting("on: pull_request\njobs: { gate: { uses: ./x.yml } }"), unreported("no job of that name")],
    "two jobs": [
      reporting("on: pull_request\njobs: { gate: {} }", 'on: push\njobs: { x: { name: "${{ inputs.name }}" } }'),
      unreported(`2 jobs that could report it: ${a} job gate, ${b} job x`),
    ],
    "a matrix": [reporting("on: pull_request\njobs: { gate: { strategy: { matrix: { a: [1] } } } }"), unreported(`${a} job gate, which has a matrix`)],
    "a name that is not fixed": [reporting("on: pull_request\njobs: { g: { name: 'g${{ 1 }}e' } }"), unreported(`${a} job g, whose name is an expression`)],
    "a job that a failure skips": [reporting("on: pull_request\njobs: { gate: { needs: [a] }, a: {} }"), unreported(`${a} job gate, which a failed or skipped job before it, or its condition, can skip`)],
    "a condition": [reporting("on: pull_request\njobs: { gate: { if: '!cancelled()' } }"), unreported(`${a} job gate, which a failed or skipped job before it, or its condition, can skip`)],
    "passing on error": [reporting("on: pull_request\njobs: { gate: { continue-on-error: true } }"), unreported(`${a} job gate, which passes on error`)],
    "a path filter on pull requests": [reporting("on: { pull_request: { paths: [a] } }\njobs: { gate: {} }"), unreported(`${a} job gate, in a workflow that paths on pull_request can leave out`)],
    "a branch filter on pull requests": [reporting("on: { pull_request: { branches: [main] } }\njobs: { gate: {} }"), unreported(`${a} job gate, in a workflow that branches on pull_request can leave out`)],
    "some types of pull requests": [reporting("on: { pull_request: { types: [opened] } }\njobs: { gate: {} }"), unreported(`${a} job gate, in a workflow that types on pull_request can leave out`)],
    "a path filter on pushes": [reporting("on: { push: { paths-ignore: [a] } }\njobs: { gate: {} }"), unreported(`${a} job gate, in a workflow that paths-ignore on push can leave out`)],
    "pushes of main alone": [reporting("on: { push: { branches: [main] } }\njobs: { gate: {} }"), unreported(`${a} job gate, in a workflow that no pull request and no mirror branch starts`)],
    "mirror branches but some": [reporting('on: { push: { branches: ["pull-request/[0-9]+", "!pull-request/13"] } }\njobs: { gate: {} }'), unreported(`${a} job gate, in a workflow that !pull-request/13 on push can leave out`)],
    "pushes without a filter": [reporting("on: push\njobs: { gate: {} }"), unreported(`${a} job gate, in a workflow that no pull request and no mirror branch starts`)],
    "no event of a pull request": [reporting("on: workflow_dispatch\njobs: { gate: {} }"), unreported(`${a} job gate, in a workflow that no pull request and no mirror branch starts`)],
    "a merge queue that starts nothing": [
      [...rulesets(changed(gate, "rules.mergeQueue", {})), file("on: pull_request\njobs: { gate: {} }", a)],
      unreported(`${a} job gate, in a workflow that the merge queue does not start`),
    ],
    "a called job's plain name": [reporting(always, callee), unreported("no job of that name")],
    "a called workflow that nobody here calls": [
      calling("on: push", callee),
      unreported(`${b} job gate, whose name is an expression`, "outer / gate"),
      unreported(`${b} job gate, in a workflow that no pull request and no mirror branch starts`, "outer / gate"),
    ],
    "a workflow of somebody else": [
      calling("on: pull_request\njobs: { outer: { uses: o/r/.github/workflows/x.yml@v1 } }", "on: push"),
      unreported(`${a} job outer, whose name is an expression`, "outer / gate"),
    ],
    "a caller that a failure skips": [
      calling(`on: pull_request\njobs: { outer: { needs: p, uses: ./${b} }, p: {} }`, callee),
      unreported(`${a} job outer / gate, which a failed or skipped job before it, or its condition, can skip`, "outer / gate"),
    ],
    "a caller with a matrix": [
      calling(`on: pull_request\njobs: { outer: { strategy: { matrix: { a: [1] } }, uses: ./${b} } }`, callee),
      unreported(`${a} job outer / gate, which has a matrix`, "outer / gate"),
    ],
    "two callers": [
      calling(`on: pull_request\njobs: { outer: { uses: ./${b} }, other: { name: outer, uses: ./${b} } }`, callee),
      unreported(`2 jobs that could report it: ${a} job outer / gate, ${a} job other / gate`, "outer / gate"),
    ],
  },
};

const bypassing = (...actors: unknown[]): Subject[] => having("bypassActors", actors);
const mirrorRefs = (ruleset: object): object => changed(ruleset, INCLUDES, ["refs/heads/pull-request/*"]);
const bypassed = (found: string): string => `${it}: bypassActors[0].bypassMode: found ${found}.`;

const withoutBypass: Proof = {
  rule: rulesetsWithoutBypass,
  config: { always: ["Integration:7"], mirrorWriters: ["Integration:9"], releaseManagers: ["Team:4"] },
  sound: {
    "the applying app": rulesets(main),
    "whoever bypasses by pull request": bypassing({ actorId: 1, actorType: "Team", bypassMode: "pull_request" }),
    nobody: bypassing(),
    "what is no actor": bypassing("not an actor"),
    "the bot on mirror branches": rulesets(mirrorRefs(changed(main, "bypassActors.0.actorId", 9))),
    "the bot on the names around them": rulesets(changed(changed(main, "bypassActors.0.actorId", 9), INCLUDES, ["refs/heads/pull-request/*", "refs/heads/pull-request"])),
    "release managers where creation alone is restricted": rulesets(changed(managed, "rules", { creation: true, update: false })),
    "release managers on tags": rulesets(changed(changed(managed, "target", "tag"), "rules", { creation: true, deletion: true })),
    "an organisation's ruleset": [subject(ORGANIZATION, main)],
  },
  wrong: {
    "an exempt app": [bypassing({ actorId: 7, actorType: "Integration", bypassMode: "exempt" }), bypassed('"exempt" for Integration:7; wanted "pull_request"')],
    "another app": [bypassing({ actorId: 8, actorType: "Integration", bypassMode: "always" }), bypassed('"always" for Integration:8; wanted always for Integration:7 only')],
    administrators: [bypassing({ actorType: "OrganizationAdmin", bypassMode: "always" }), bypassed('"always" for OrganizationAdmin:; wanted always for Integration:7 only')],
    "no mode": [bypassing({ actorId: 5, actorType: "RepositoryRole" }), bypassed('nothing for RepositoryRole:5; wanted "pull_request"')],
    "the applying app on mirror branches": [rulesets(mirrorRefs(main)), bypassed('"always" for Integration:7; wanted always for Integration:9 only')],
    "release managers on main": [rulesets(managed), bypassed('"always" for Team:4; wanted always for Integration:7 only')],
    "release managers where more than creation is restricted": [rulesets(changed(managed, "rules", { creation: true, update: true })), bypassed('"always" for Team:4; wanted always for Integration:7 only')],
    "a ruleset whose rules nobody can read": [rulesets(changed(managed, "rules", "all")), bypassed('"always" for Team:4; wanted always for Integration:7 only')],
    "the bot on main": [bypassing({ actorId: 9, actorType: "Integration", bypassMode: "always" }), bypassed('"always" for Integration:9; wanted always for Integration:7 only')],
    "an organisation's ruleset": [
      [subject(ORGANIZATION, changed(main, "bypassActors.0.bypassMode", "exempt"))],
      `${ORGANIZATION} "it": bypassActors[0].bypassMode: found "exempt" for Integration:7; wanted "pull_request".`,
    ],
  },
};

const both = (path: string, found: string, wanted: string): string[] => ["main", "release/*"].map((branch) => `${it}: ${path}: found ${found} for ${branch}; wanted ${wanted}.`);

/** Rulesets whose heads need not hold the branch, with a merge queue. */
const queued = (groupingStrategy: string): object =>
  changed(changed(main, "rules.requiredStatusChecks.strictRequiredStatusChecksPolicy", false), "rules.mergeQueue", { groupingStrategy });

const reviewed: Proof = {
  rule: protectedBranchesReviewed,
  sound: {
    "everything that is demanded": rulesets(main),
    "rulesets that add up": rulesets(changed(main, "rules.deletion", undefined), { ...main, rules: { deletion: true } }),
    "more approvals": { subjects: having("rules.pullRequest.requiredApprovingReviewCount", 3), config: { approvals: 2 } },
    "a merge queue instead of a head that holds the branch": rulesets(queued("ALLGREEN")),
    "a branch without rulesets, which another rule reports": [],
  },
  wrong: {
    "a merge queue in which one entry passes for another": [rulesets(queued("HEADGREEN")), ...both("rules.requiredStatusChecks.strictRequiredStatusChecksPolicy", "false", "true, or a merge queue whose every entry has to pass")],
    ...Object.fromEntries(
      (
        [
          ["rules.deletion", false, "false", "true"],
          ["rules.nonFastForward", undefined, "nothing", "true"],
          ["rules.pullRequest.requireCodeOwnerReview", false, "false", "true"],
          ["rules.pullRequest.dismissStaleReviewsOnPush", false, "false", "true"],
          ["rules.pullRequest.requireLastPushApproval", undefined, "nothing", "true"],
          ["rules.requiredStatusChecks.strictRequiredStatusChecksPolicy", false, "false", "true, or a merge queue whose every entry has to pass"],
          ["rules.pullRequest.requiredApprovingReviewCount", 0, "0", "1 or more"],
          ["rules.pullRequest.requiredApprovingReviewCount", "2", '"2"', "1 or more"],
        ] as const
      ).map(([path, value, found, wanted]) => [`${path} ${found}`, [having(path, value), ...both(path, found, wanted)] as [Resources, ...string[]]]),
    ),
  },
};

const mirror = {
  name: "mirrors",
  repository: "r",
  target: "branch",
  enforcement: "active",
  conditions: { refName: { includes: around("pull-request"), excludes: [] } },
  bypassActors: [{ actorId: 9, actorType: "Integration", bypassMode: "always" }],
  rules: { creation: true, update: true, deletion: true },
};
const open = "the stack: protection of pull-request/*: found no active ruleset that restricts creation, update and deletion; wanted one that only the copy bot bypasses.";
const more = changed(mirror, "bypassActors", [...mirror.bypassActors, { actorId: 5, actorType: "RepositoryRole", bypassMode: "always" }]);

const mirrors: Proof = {
  rule: mirrorBranchesRestricted,
  config: { writers: ["Integration:9"] },
  sound: {
    "the bot alone": rulesets(mirror),
    "any app where config names none": { subjects: rulesets(changed(mirror, "bypassActors.0.actorId", 3)), config: {} },
    "a pattern of its own": { subjects: rulesets(changed(mirror, INCLUDES, around("ci"))), config: { branches: "ci/*" } },
    "a pattern without a folder": { subjects: rulesets(changed(mirror, INCLUDES, ["refs/heads/ci-*", "refs/heads/ci-*/**/*"])), config: { branches: "ci-*" } },
    "names around in a ruleset of their own": rulesets(changed(mirror, INCLUDES, ["refs/heads/pull-request/*"]), changed(mirror, INCLUDES, around("pull-request").slice(1))),
  },
  wrong: {
    "branches that anybody may make": [rulesets(changed(mirror, "rules.creation", undefined)), open],
    "branches that anybody may push to": [rulesets(changed(mirror, "rules.update", false)), open],
    "branches that anybody may delete": [rulesets(changed(mirror, "rules.deletion", undefined)), open],
    "one of the branches": [rulesets(changed(mirror, INCLUDES, ["refs/heads/pull-request/1"])), open],
    "some of the branches": [rulesets(changed(mirror, EXCLUDES, ["refs/heads/pull-request/2*"])), open],
    "another repository": [[...rulesets({ ...mirror, repository: "other" }), delivered], open.replace("*:", "* of r:")],
    "no ruleset": [[], open],
    "names in the way": [rulesets(changed(mirror, INCLUDES, ["refs/heads/pull-request/*"])), inTheWay("pull-request, pull-request/*/x and pull-request/*/x/y")],
    "the folder": [rulesets(changed(mirror, INCLUDES, around("pull-request").slice(0, 2))), inTheWay("pull-request")],
    "another writer": [rulesets(more), `${it}: bypassActors: found RepositoryRole:5; wanted Integration:9.`],
    "a writer that is no app": [{ subjects: rulesets(more), config: {} }, `${it}: bypassActors: found RepositoryRole:5; wanted apps only.`],
  },
};

const born = { ...main, name: "releases-born", conditions: { refName: { includes: around("release"), excludes: [] as string[] } }, bypassActors: [{ actorId: 4, actorType: "Team", bypassMode: "always" }], rules: { creation: true } };
const tags = { ...born, name: "tags", target: "tag", conditions: { refName: { includes: ["~ALL"], excludes: [] as string[] } }, rules: { creation: true, update: true, deletion: true } };
const creating = (branch: string): string => `creation of ${branch}`;
const unborn = (what: string, wanted = "one that only Team:4 bypass"): string => `the stack: protection of ${what}: found no active ruleset that restricts it; wanted ${wanted}.`;
const everywhere = ["release/*", "release", "release/*/x", "release/*/x/y"];

const refsBorn: Proof = {
  rule: refsBornRestricted,
  config: { creators: ["Team:4"] },
  sound: {
    "the named team alone": rulesets(born, tags),
    nobody: { subjects: rulesets(changed(born, "bypassActors", []), changed(tags, "bypassActors", [])), config: {} },
    "a stricter ruleset beside a looser one": rulesets(born, changed(born, "bypassActors.0.actorId", 5), tags),
    "the repository that gets workflows": [...rulesets(born, tags), delivered],
  },
  wrong: {
    "no ruleset": [[], ...everywhere.map((branch) => unborn(creating(branch))), unborn("tags")],
    "no ruleset of the repository": [[...rulesets({ ...born, repository: "other" }, { ...tags, repository: "other" }), delivered], ...everywhere.map((branch) => unborn(creating(`${branch} of r`))), unborn("tags of r")],
    "no ruleset, and nobody named": [{ subjects: rulesets(born), config: { creators: [], branches: [] } }, unborn("tags", "one that nobody bypasses")],
    "anybody who creates": [rulesets(changed(born, "rules", { update: true }), tags), ...everywhere.map((branch) => unborn(creating(branch)))],
    "names in the way": [rulesets(changed(born, INCLUDES, ["refs/heads/release/*"]), tags), ...everywhere.slice(1).map((branch) => unborn(creating(branch)))],
    "another team": [rulesets(changed(born, "bypassActors.0.actorId", 5), tags), ...everywhere.map((branch) => `${it}: bypassActors: found Team:5 for ${creating(branch)}; wanted Team:4.`)],
    "a team where nobody is named": [{ subjects: rulesets(born, tags), config: { branches: [] } }, `${TYPE} "it": bypassActors: found Team:4 for tags; wanted nobody.`],
    "some of the tags": [rulesets(born, changed(tags, INCLUDES, ["refs/tags/v*"])), unborn("tags")],
    "excluded tags": [rulesets(born, changed(tags, EXCLUDES, ["refs/tags/nightly"])), unborn("tags")],
    "tags that move": [rulesets(born, changed(tags, "rules.update", false)), unborn("tags")],
    "a ruleset that is off": [rulesets(born, changed(tags, "enforcement", "disabled")), unborn("tags")],
    "a ruleset of branches": [rulesets(born, changed(tags, "target", "branch")), unborn("tags")],
  },
};

const queue = { ...main, rules: { ...main.rules, mergeQueue: { minEntriesToMerge: 2 }, update: false, requiredDeployments: { requiredDeploymentEnvironments: ["staging"] }, commitMessagePattern: { operator: "contains", pattern: "x" } } };
const against = (baseline: object, ...now: object[]): Resources => ({ subjects: rulesets(...now), config: { baseline: [baseline], required: true } });
/** The ruleset before, and the same with one property changed. */
const turned = (path: string, value: unknown, before: object = queue): Resources => against(before, changed(before, path, value));

const notWeakened: Proof = {
  rule: protectionNotWeakened,
  sound: {
    "the same": against(queue, queue),
    "no state before": { subjects: rulesets(main), config: {} },
    "a stronger one": against(
      { ...queue, enforcement: "evaluate", conditions: { refName: { includes: ["refs/heads/main"], excludes: ["refs/heads/x"] } } },
      { ...queue, enforcement: "active", conditions: { refName: { includes: ["~ALL"] } }, bypassActors: [], rules: { ...queue.rules, update: true, mergeQueue: { minEntriesToMerge: 1 } } },
    ),
    "more approvals": turned("rules.pullRequest.requiredApprovingReviewCount", 2),
    "more checks": turned(CHECKS, [...checks, { context: "x", integrationId: 1 }]),
    "other ways of merging": turned("rules.pullRequest.allowedMergeMethods", ["squash"], changed(queue, "rules.pullRequest.allowedMergeMethods", ["merge"])),
    "an actor that may bypass less": turned("bypassActors.0.bypassMode", "pull_request"),
    "branches without checks, as before": turned("rules.deletion", true, changed(queue, "rules.requiredStatusChecks.doNotEnforceOnCreate", true)),
    "a weakening that is acknowledged": { subjects: [], config: { baseline: [main], acknowledged: ["main"] } },
  },
  wrong: {
    "no baseline where there is a state before": [{ subjects: [], config: { required: true } }, "the stack: baseline: found nothing; wanted the rulesets of the state before, from policy/baseline/main.ts."],
    "a ruleset that is gone": [against(queue), "the stack: ruleset main of r: found nothing; wanted the ruleset."],
    "a ruleset of another repository": [turned("repository", "other"), "the stack: ruleset main of r: found nothing; wanted the ruleset."],
    "a ruleset that is off": [turned("enforcement", "disabled"), `${it}: enforcement: found "disabled"; wanted "active", as before.`],
    "a ruleset of tags": [turned("target", "tag"), `${it}: target: found "tag"; wanted "branch", as before.`],
    "fewer branches": [turned(INCLUDES, ["~DEFAULT_BRANCH"]), `${it}: ${INCLUDES}: found no refs/heads/release/*; wanted ~DEFAULT_BRANCH and refs/heads/release/*, as before.`],
    "branches that are excluded": [turned(EXCLUDES, ["refs/heads/x"]), `${it}: ${EXCLUDES}: found refs/heads/x; wanted none, as before.`],
    "another actor": [turned("bypassActors.0.actorId", 8), `${it}: bypassActors: found Integration:8 always; wanted Integration:7 pull_request and Integration:7 always, as before.`],
    "an actor that bypasses unseen": [turned("bypassActors.0.bypassMode", "exempt"), `${it}: bypassActors: found Integration:7 exempt; wanted Integration:7 pull_request and Integration:7 always, as before.`],
    "a check that is gone": [turned(CHECKS, checks.slice(3)), `${it}: ${CHECKS}: found no pre-commit of app 15368; wanted ${BEFORE}`,
      ...["copyright-checks of app 15368", "DCO of app 1861"].map((gone) => `${it}: ${CHECKS}: found no ${gone}; wanted ${BEFORE}`),
    ],
    "a rule that is off": [turned("rules.deletion", false), `${it}: rules.deletion: found false; wanted true, as before.`],
    "a rule that is gone": [turned("rules.pullRequest", undefined), `${it}: rules.pullRequest: found nothing; wanted {"requireCodeOwnerReview":true,"dismissStaleReviewsOnPush":true,"requireLastPushApproval":true,"requiredApprovingRevi..., as before.`],
    "fewer approvals": [turned("rules.pullRequest.requiredApprovingReviewCount", 0), `${it}: rules.pullRequest.requiredApprovingReviewCount: found 0; wanted 1, as before.`],
    "no number of approvals": [turned("rules.pullRequest.requiredApprovingReviewCount", undefined), `${it}: rules.pullRequest.requiredApprovingReviewCount: found nothing; wanted 1, as before.`],
    "no merge queue": [turned("rules.mergeQueue", undefined), `${it}: rules.mergeQueue: found nothing; wanted {"minEntriesToMerge":2}, as before.`],
    "a deployment that is demanded no more": [turned("rules.requiredDeployments.requiredDeploymentEnvironments", []), `${it}: rules.requiredDeployments.requiredDeploymentEnvironments: found []; wanted ["staging"], as before.`],
    "another pattern": [turned("rules.commitMessagePattern.pattern", ".*"), `${it}: rules.commitMessagePattern.pattern: found ".*"; wanted "x", as before.`],
    "branches that are made without checks": [turned("rules.requiredStatusChecks.doNotEnforceOnCreate", true, changed(queue, "rules.requiredStatusChecks.doNotEnforceOnCreate", false)), `${it}: rules.requiredStatusChecks.doNotEnforceOnCreate: found true; wanted false, as before.`],
  },
};

const KEY = "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret";
const V = ".github/workflows/verdicts.yml";
const judging = file("name: Gate\non: pull_request\njobs: { gate: {} }", a);
const starting = (on: string, job = "environment: verdicts"): Subject => file(`on: ${on}\njobs: { report: { ${job} } }`, V);
const BOTH = "types: [requested, completed]";
const whole = starting(`{ workflow_run: { workflows: [Gate], ${BOTH} } }`);
const keyIn = (environment: string, repository = "r", name = environment): Subject => subject(KEY, { repository, environment, secretName: "KEY" }, { name });
const key = keyIn("verdicts");
const byApp = rulesets({ ...main, rules: { requiredStatusChecks: { requiredChecks: [{ context: "gate", integrationId: 99 }, { context: "DCO", integrationId: 1861 }] } } });
const report = `${FILE} "${V}": content of ${V}, job report`;

const fromMain: Proof = {
  rule: verdictsFromMain,
  config: { repositories: ["r"], app: 99, environment: "verdicts", secret: "KEY" },
  sound: {
    "the app's workflow and its key": [...byApp, judging, whole, key],
    "an environment with an address": [...byApp, judging, starting(`{ workflow_run: { workflows: [Gate], ${BOTH} } }`, "environment: { name: verdicts, url: x }"), key],
    "a stack without such an app": { subjects: [...byApp, judging], config: { repositories: ["r"] } },
    "files of another repository": [...byApp, judging, whole, key, subject(FILE, { repository: "other", file: V, content: "on: push\njobs: { report: { environment: verdicts } }" })],
    "another secret elsewhere": [...byApp, judging, whole, key, subject(KEY, { repository: "r", environment: "x", secretName: "OTHER" }, { name: "other" })],
  },
  wrong: {
    "no job": [[...byApp, judging, key], "the stack: verdicts: found no job in environment verdicts; wanted one that reports as the app."],
    "another start": [[...byApp, judging, starting(`{ push: {}, workflow_run: { workflows: [Gate], ${BOTH} } }`), key], `${report}: found a start by push and workflow_run; wanted only workflow_run.`],
    "no look as runs begin": [[...byApp, judging, starting("{ workflow_run: { workflows: [Gate], types: [completed] } }"), key], `${report}: found no start as runs are requested; wanted both requested and completed.`],
    "some branches": [[...byApp, judging, starting(`{ workflow_run: { workflows: [Gate], branches: [main], ${BOTH} } }`), key], `${report}: found branches on workflow_run; wanted every branch.`],
    "a workflow that it does not see": [[...byApp, judging, starting(`{ workflow_run: { workflows: [Other], ${BOTH} } }`), key], `${report}: found no start by Gate; wanted a start by each of Gate.`],
    "another job with the key": [
      [...byApp, judging, whole, file("on: pull_request\njobs: { x: { environment: verdicts } }", b), key],
      `${FILE} "${b}": content of ${b}, job x: found environment verdicts; wanted an environment without the verdict app's key.`,
    ],
    "no key": [[...byApp, judging, whole], "the stack: secret KEY: found none in environment verdicts; wanted the app's key."],
    "the key elsewhere": [[...byApp, judging, whole, key, keyIn("builds")], `${KEY} "builds": environment: found builds of r; wanted only verdicts.`],
    "the key in another repository": [[...byApp, judging, whole, key, keyIn("verdicts", "other", "far")], `${KEY} "far": environment: found verdicts of other; wanted only verdicts.`],
  },
};

prove("checks", [present, pinned, reported, configured, fromMain, withoutBypass, reviewed, mirrors, refsBorn, notWeakened]);
