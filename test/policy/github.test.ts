import type { Props, Subject } from "../../policy/kit/rule";
import { actionsSettingsStrict } from "../../policy/rules/github/actions-settings-strict";
import { environmentsLimited } from "../../policy/rules/github/environments-limited";
import { runnerGroupsSelected } from "../../policy/rules/github/runner-groups-selected";
import { workflowOwnersPresent } from "../../policy/rules/github/workflow-owners-present";
import { FILE, changed, file, prove, subject, type Proof } from "./support";

const repository = "r";
const workflow = file({ on: "push", jobs: {} });

const PERMISSIONS = "github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions";
const TOKEN = "github:index/workflowRepositoryPermissions:WorkflowRepositoryPermissions";
const SUBJECT = "github:index/actionsRepositoryOidcSubjectClaimCustomizationTemplate:ActionsRepositoryOidcSubjectClaimCustomizationTemplate";
const permissions = { repository, enabled: true, shaPinningRequired: true };
const token = { repository, defaultWorkflowPermissions: "read", canApprovePullRequestReviews: false };
const settings = (more: { permissions?: Props; token?: Props; subject?: Props }): Subject[] => [
  workflow,
  subject(PERMISSIONS, more.permissions ?? permissions),
  subject(TOKEN, more.token ?? token),
  subject(SUBJECT, more.subject ?? { repository, useDefault: true }),
];

const strict: Proof = {
  rule: actionsSettingsStrict,
  sound: { "the strict settings": settings({}), "a stack without workflows": [] },
  wrong: {
    "actions by tag": [settings({ permissions: { ...permissions, shaPinningRequired: false } }), `${PERMISSIONS} "it": shaPinningRequired: found false; wanted true.`],
    "actions that are off": [settings({ permissions: { repository, shaPinningRequired: true } }), `${PERMISSIONS} "it": enabled: found nothing; wanted true.`],
    "tokens that write": [settings({ token: { ...token, defaultWorkflowPermissions: "write" } }), `${TOKEN} "it": defaultWorkflowPermissions: found "write"; wanted "read".`],
    "workflows that approve": [settings({ token: { ...token, canApprovePullRequestReviews: true } }), `${TOKEN} "it": canApprovePullRequestReviews: found true; wanted false.`],
    "subjects of another form": [settings({ subject: { repository, useDefault: false, includeClaimKeys: ["actor"] } }), `${SUBJECT} "it": useDefault: found false; wanted true.`],
    "settings of another repository": [
      settings({ token: { ...token, repository: "other" }, permissions: { ...permissions, repository: "other" } }),
      "the stack: settings of r: found no ActionsRepositoryPermissions; wanted one.",
      "the stack: settings of r: found no WorkflowRepositoryPermissions; wanted one.",
    ],
  },
};

const ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment";
const POLICY = "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy";
const apply = { repository, environment: "apply", canAdminsBypass: false, preventSelfReview: true, reviewers: [{ teams: [1] }, { users: [] }], deploymentBranchPolicy: { customBranchPolicies: true, protectedBranches: false } };
const onMain = { repository, environment: "apply", branchPattern: "main" };
const environment = (props: Props = apply, policy: Props = onMain, ...more: Subject[]): Subject[] => [subject(ENVIRONMENT, props), subject(POLICY, policy), ...more];
const it = `${ENVIRONMENT} "it"`;
/** A workflow that calls another one, which takes its environment from an input. */
const naming = (name: unknown, given = "apply"): Subject[] => [
  file({ on: "push", jobs: { a: { uses: "./.github/workflows/c.yml", with: { environment: given } } } }, ".github/workflows/w.yml"),
  file({ on: { workflow_call: {} }, jobs: { b: { environment: name }, c: {} } }, ".github/workflows/c.yml"),
];
const named = (found: string): string => `${FILE} ".github/workflows/c.yml": content of .github/workflows/c.yml, job b: found environment ${found}; wanted one of apply.`;

const environments: Proof = {
  rule: environmentsLimited,
  config: { branches: { apply: ["main"], images: ["pull-request/*"] }, reviewed: ["apply"] },
  sound: {
    "an environment with its branch and reviewers": environment(),
    "one that nobody reviews": environment({ ...apply, environment: "images", reviewers: undefined, preventSelfReview: undefined }, { repository, environment: "images", branchPattern: "pull-request/*" }),
    "jobs that name it": environment(apply, onMain, ...naming("apply")),
    "jobs that name it with an address": environment(apply, onMain, ...naming({ name: "apply", url: "https://x" })),
    "jobs that choose it by the ref": environment(apply, onMain, ...naming("${{ github.ref == 'refs/heads/main' && 'apply' || 'apply' }}")),
    "jobs that are told its name": environment(apply, onMain, ...naming("${{ inputs.environment }}")),
  },
  wrong: {
    "every branch": [environment(changed(apply, "deploymentBranchPolicy", undefined)), `${it}: deploymentBranchPolicy.customBranchPolicies: found nothing; wanted true.`],
    "protected branches": [environment(changed(apply, "deploymentBranchPolicy", { protectedBranches: true, customBranchPolicies: false })), `${it}: deploymentBranchPolicy.customBranchPolicies: found false; wanted true.`],
    "no branch": [environment().slice(0, 1), `${it}: deployment policies: found none; wanted one for each branch.`],
    "a branch of another repository's environment": [environment(apply, { ...onMain, repository: "other" }), `${it}: deployment policies: found none; wanted one for each branch.`],
    "administrators' bypass": [environment(changed(apply, "canAdminsBypass", undefined)), `${it}: canAdminsBypass: found nothing; wanted false.`],
    "no reviewers": [environment(changed(apply, "reviewers", [{ teams: [], users: [] }])), `${it}: reviewers: found nobody; wanted a team or a user.`],
    "review by the author": [environment(changed(apply, "preventSelfReview", false)), `${it}: preventSelfReview: found false; wanted true.`],
    "another branch": [environment(apply, { ...onMain, branchPattern: "pull-request/*" }), `${POLICY} "it": branchPattern: found "pull-request/*" for apply; wanted main.`],
    "merge groups, though config has them": [
      { subjects: environment(apply, { ...onMain, branchPattern: "gh-readonly-queue/main/*" }), config: { branches: { apply: ["gh-readonly-queue/main/*"] }, reviewed: [] } },
      `${POLICY} "it": branchPattern: found "gh-readonly-queue/main/*" for apply, which merge groups' branches match; wanted a pattern that none of them matches.`,
    ],
    "everything, merge groups among it": [
      { subjects: environment(apply, { ...onMain, branchPattern: "**" }), config: { branches: { apply: ["**"] }, reviewed: [] } },
      `${POLICY} "it": branchPattern: found "**" for apply, which merge groups' branches match; wanted a pattern that none of them matches.`,
    ],
    "a tag": [environment(apply, { repository, environment: "apply", tagPattern: "*" }), `${POLICY} "it": branchPattern: found nothing for apply; wanted main.`],
    "an environment that config does not name": [
      environment({ ...apply, environment: "new" }, { ...onMain, environment: "new" }),
      `${POLICY} "it": branchPattern: found "main" for new; wanted none.`,
    ],
    "config without environments": [{ subjects: environment(), config: { branches: undefined } }, `${POLICY} "it": branchPattern: found "main" for apply; wanted none.`],
    "a job's environment that nobody makes": [environment(apply, onMain, ...naming("staging")), named("staging")],
    "one of a choice by the ref": [environment(apply, onMain, ...naming("${{ github.ref == 'refs/heads/main' && 'apply' || 'staging' }}")), named("staging")],
    "a choice by something else": [environment(apply, onMain, ...naming("${{ github.actor == 'a' && 'apply' || 'apply' }}")), named("${{ github.actor == 'a' && 'apply' || 'apply' }}")],
    "one that a caller names": [environment(apply, onMain, ...naming("${{ inputs.environment }}", "staging")), named("staging")],
    "one that cannot be told": [environment(apply, onMain, ...naming("${{ github.ref_name }}")), named("${{ github.ref_name }}")],
    "another repository's": [environment({ ...apply, repository: "other" }, { ...onMain, repository: "other" }, ...naming("apply")), named("apply").replace("of apply", "of none")],
  },
};

const GROUP = "github:index/actionsRunnerGroup:ActionsRunnerGroup";
const RELEASE = "kubernetes:helm.sh/v3:Release";
const builders = { name: "builders", visibility: "selected", selectedRepositoryIds: [5] };
const group = (props: Props, runnerGroup: unknown = "builders"): Subject[] => [subject(GROUP, props), subject(RELEASE, { chart: "oci://ghcr.io/x/gha-runner-scale-set", values: { runnerGroup } })];
const inGroup = `${GROUP} "it"`;

const groups: Proof = {
  rule: runnerGroupsSelected,
  config: { repositoryIds: [5, 6] },
  sound: { "a group of the repository": group(builders), "a chart that makes no runners": [subject(RELEASE, { chart: "nvidia-device-plugin" })] },
  wrong: {
    "every repository": [group(changed(builders, "visibility", "all")), `${inGroup}: visibility: found "all"; wanted "selected".`],
    "no repository": [group(changed(builders, "selectedRepositoryIds", undefined)), `${inGroup}: selectedRepositoryIds: found none; wanted 5 and 6.`],
    "another repository": [group(changed(builders, "selectedRepositoryIds", [5, 7])), `${inGroup}: selectedRepositoryIds: found 7; wanted 5 and 6.`],
    "the default group": [group(builders, "default"), `${RELEASE} "it": values.runnerGroup: found "default"; wanted one of builders.`],
    "no group": [group(builders, null), `${RELEASE} "it": values.runnerGroup: found nothing; wanted one of builders.`],
  },
};

const OWNERS = ".github/CODEOWNERS";
const owned = (content: string): Subject[] => [workflow, file("", ".github/ci/plan.mjs"), file("", "README.md"), file(content, OWNERS)];
const unowned = (paths: string): string => `${FILE} "${OWNERS}": content: found no owner of ${paths}; wanted a line /.github/ with an owner.`;
const ALL = ".github/workflows/w.yml, .github/ci/plan.mjs, .github/CODEOWNERS and .github/workflows/another.yml";

const owners: Proof = {
  rule: workflowOwnersPresent,
  sound: {
    "an owner of the folder": owned("# Owners\n/.github/ @org/ops # all of it\n/docs/ \n"),
    "an owner of everything": owned("* me@example.org"),
    "owners of parts": owned("/.github/* @a\n/.github/ci/** @b\nworkflows/ @c"),
    "a stack without workflows": [file("", OWNERS)],
  },
  wrong: {
    "no file": [[workflow], `the stack: ${OWNERS} of r: found no such file; wanted a line /.github/ with an owner.`],
    "no line": [owned("/docs/ @org/writers"), unowned(ALL)],
    "a line without owners": [owned("/.github/ nobody"), unowned(ALL)],
    "a later line that takes owners away": [owned("* @org/ops\n/.github/"), unowned(ALL)],
    "a later line about some of them": [owned("/.github/ @org/ops\n/.github/workflows/*.yml\n"), unowned(".github/workflows/w.yml and .github/workflows/another.yml")],
    "a folder's own files alone": [owned("/.github/* @org/ops"), unowned(".github/workflows/w.yml, .github/ci/plan.mjs and .github/workflows/another.yml")],
    "a pattern in braces, which is none": [owned("/.{github,x}/ @org/ops"), unowned(ALL)],
    "another repository's": [[workflow, subject(FILE, { repository: "other", file: OWNERS, content: "* @a" })], `the stack: ${OWNERS} of r: found no such file; wanted a line /.github/ with an owner.`],
  },
};

prove("github", [strict, environments, groups, owners]);
