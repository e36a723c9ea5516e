/** Dangers in the settings of repositories: environments, Actions, runner groups, files. */
import type { Danger } from "../model";
import type { Change } from "../resources/change";
import { flagAt, listAt, numberAt, textAt, textsAt, valueAt } from "../resources/values";
import { say, words, type Facts, type Sentence } from "../statement";
import { equalValues } from "../value";
import type { AllChanges } from "./all";
import { danger } from "./danger";
import { isChanged, isGone, isReplaced } from "./ends";
import { workflowMeaning, type WorkflowMeaning } from "./workflow-meaning";

export const ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment";

export function environmentDangers(change: Change): Danger[] {
  const { before, after } = change;
  const environment = textAt(before ?? after, "environment") ?? change.resource.name;
  if (isGone(change) || isReplaced(change)) return [danger("environment-deleted", change, { environment }, say`The environment ${environment} is deleted with its secrets: jobs that name it get none, and no identity.`)];
  if (!isChanged(change)) return [];
  const loosened = (what: string, sentence: Sentence, facts: Facts = {}): Danger => danger("environment-loosened", change, { environment, what, ...facts }, sentence, { property: what });
  const reviewers = (fields: Change["before"]): readonly string[] => listAt(fields, "reviewers").flatMap((group) => [...textsAt(group, "teams").map((id) => `team ${id}`), ...textsAt(group, "users").map((id) => `user ${id}`)]);
  const [had, has] = [reviewers(before), reviewers(after)];
  const [waited, waits] = [numberAt(before, "waitTimer") ?? 0, numberAt(after, "waitTimer") ?? 0];
  return [
    ...(had.length > 0 && has.length === 0 ? [loosened("reviewers", say`Jobs of the environment ${environment} no longer wait for a review.`)] : []),
    ...(has.length > 0 ? has.filter((reviewer) => had.length > 0 && !had.includes(reviewer)).map((reviewer) => loosened(`reviewers[${reviewer}]`, say`${reviewer} can approve jobs of the environment ${environment}.`, { reviewer })) : []),
    ...(waits < waited ? [loosened("waitTimer", say`Jobs of the environment ${environment} wait ${waits} minutes instead of ${waited}.`, { before: waited, after: waits })] : []),
    ...(turned(change, false, "canAdminsBypass") ? [loosened("canAdminsBypass", say`Administrators can bypass the rules of the environment ${environment}.`)] : []),
    ...(turned(change, true, "preventSelfReview") ? [loosened("preventSelfReview", say`Whoever starts a job of the environment ${environment} can approve it.`)] : []),
    ...(valueAt(before, "deploymentBranchPolicy") !== undefined && valueAt(after, "deploymentBranchPolicy") === undefined
      ? [loosened("deploymentBranchPolicy", say`Jobs of every branch can use the environment ${environment}.`)]
      : []),
  ];
}

/** True when a switch leaves the value that it had. */
function turned({ before, after }: Change, from: boolean, ...path: readonly string[]): boolean {
  return flagAt(before, false, ...path) === from && flagAt(after, false, ...path) !== from;
}

export function branchPolicyDangers(change: Change, all: AllChanges): Danger[] {
  const { before, after } = change;
  const pattern = (fields: Change["before"]): string | undefined => textAt(fields, "branchPattern") ?? textAt(fields, "tagPattern");
  const environment = textAt(after ?? before, "environment") ?? change.resource.name;
  const [was, becomes] = [pattern(before), pattern(after)];
  const gone = was !== undefined && (isGone(change) || was !== becomes) && !all.goes(ENVIRONMENT, environment, "environment");
  const added = becomes !== undefined && becomes !== was && !isGone(change) && !all.comes(ENVIRONMENT, environment, "environment");
  return [
    ...(added ? [danger("environment-branch-added", change, { environment, branches: becomes }, say`Jobs of ${becomes} can use the environment ${environment}, its secrets and its identity.`, { property: "branchPattern" })] : []),
    ...(gone ? [danger("environment-branch-removed", change, { environment, branches: was }, say`Jobs of ${was} can no longer use the environment ${environment}.`, { property: "branchPattern" })] : []),
  ];
}

export function variableDangers(change: Change, all: AllChanges): Danger[] {
  const environment = textAt(change.before, "environment");
  if (isChanged(change)) return variableChanged(change);
  if (!isGone(change) || all.goes(ENVIRONMENT, environment, "environment")) return [];
  const variable = textAt(change.before, "variableName") ?? change.resource.name;
  return [danger("variable-removed", change, { variable, ...(environment === undefined ? {} : { environment }) }, say`The variable ${variable}${environment === undefined ? words("") : say` of environment ${environment}`} is removed: jobs that read it find nothing.`)];
}

/** Variables name registries, roles, clusters and the state's backend: jobs go where they say. */
function variableChanged(change: Change): Danger[] {
  const [was, becomes] = [textAt(change.before, "value"), textAt(change.after, "value")];
  if (was === undefined || was === becomes) return [];
  const variable = textAt(change.before, "variableName") ?? change.resource.name;
  const environment = textAt(change.before, "environment") ?? "the repository";
  return [danger("variable-changed", change, { variable, environment, before: was, after: becomes ?? null }, say`Jobs of ${environment} read ${variable} as ${becomes ?? "a value that only the apply will know"} instead of ${was}.`, { property: "value" })];
}

/** From the narrowest to the widest; a setting that is left out is GitHub's default, `all`. */
const ALLOWED_ACTIONS: readonly string[] = ["local_only", "selected", "all"];

export function actionsDangers(change: Change): Danger[] {
  if (change.operation === "create") return [];
  const { before, after } = change;
  const repository = textAt(before ?? after, "repository") ?? change.resource.name;
  const loosened = (property: string, sentence: Sentence, facts: Facts = {}): Danger => danger("actions-loosened", change, { repository, property, ...facts }, sentence, { property });
  const [was, becomes] = [before, after].map((fields) => ALLOWED_ACTIONS.indexOf(textAt(fields, "allowedActions") ?? "all"));
  const patterns = textsAt(after, "allowedActionsConfig", "patternsAlloweds").filter((each) => !textsAt(before, "allowedActionsConfig", "patternsAlloweds").includes(each));
  return [
    ...(becomes! > was! ? [loosened("allowedActions", say`Workflows of ${repository} can use ${ALLOWED_ACTIONS[becomes!]!} actions instead of ${ALLOWED_ACTIONS[was!]!}.`, { before: ALLOWED_ACTIONS[was!]!, after: ALLOWED_ACTIONS[becomes!]! })] : []),
    ...(becomes === was && patterns.length > 0 ? [loosened("allowedActionsConfig.patternsAlloweds", say`Workflows of ${repository} can use the actions ${patterns} as well.`, { added: patterns })] : []),
    ...(flagAt(before, false, "shaPinningRequired") && !flagAt(after, false, "shaPinningRequired") ? [loosened("shaPinningRequired", say`Actions in ${repository} need no longer be pinned to a commit: whoever moves their tag runs code in its jobs.`)] : []),
    ...(flagAt(before, true, "enabled") && !flagAt(after, true, "enabled") ? [danger("actions-disabled", change, { repository }, say`Actions are turned off in ${repository}: no workflow runs.`, { property: "enabled" })] : []),
  ];
}

export function workflowTokenDangers(change: Change): Danger[] {
  if (change.operation === "create") return [];
  const { before, after } = change;
  const repository = textAt(before ?? after, "repository") ?? change.resource.name;
  const widened = (property: string, sentence: Sentence): Danger => danger("workflow-token-widened", change, { repository, property }, sentence, { property });
  const writes = (fields: Change["before"]): boolean => textAt(fields, "defaultWorkflowPermissions") === "write";
  return [
    ...(!writes(before) && writes(after) ? [widened("defaultWorkflowPermissions", say`The token of every workflow of ${repository} can write by default.`)] : []),
    ...(turned(change, false, "canApprovePullRequestReviews") ? [widened("canApprovePullRequestReviews", say`Workflows of ${repository} can approve pull requests.`)] : []),
  ];
}

export function subjectTemplateDangers(change: Change): Danger[] {
  if (change.operation === "create") return [];
  const { before, after } = change;
  const keys = (fields: Change["before"]): string => (fields === undefined || flagAt(fields, true, "useDefault") ? "GitHub's default" : textsAt(fields, "includeClaimKeys").join(":"));
  if (keys(before) === keys(after)) return [];
  const repository = textAt(before ?? after, "repository") ?? change.resource.name;
  const sentence = say`The subject of OIDC tokens of ${repository} is made of ${keys(after)} instead of ${keys(before)}: every cloud role that names a subject is taken by other jobs, or by none.`;
  return [danger("subject-template-changed", change, { repository, before: keys(before), after: keys(after) }, sentence)];
}

export function runnerGroupDangers(change: Change): Danger[] {
  const { before, after, operation } = change;
  const group = textAt(before ?? after, "name") ?? change.resource.name;
  if (isGone(change) || isReplaced(change)) return [danger("runner-group-deleted", change, { group }, say`The runner group ${group} is deleted: its scale sets cannot register, and jobs find no runner.`)];
  if (operation === "create" || !isChanged(change)) return [];
  const opened = (property: string, sentence: Sentence, facts: Facts = {}): Danger => danger("runner-group-opened", change, { group, property, ...facts }, sentence, { property });
  const [had, has] = [textsAt(before, "selectedRepositoryIds"), textsAt(after, "selectedRepositoryIds")];
  const added = has.filter((id) => !had.includes(id));
  return [
    ...(textAt(before, "visibility") !== "all" && textAt(after, "visibility") === "all" ? [opened("visibility", say`Every repository of the organisation can use the runners of ${group}.`)] : []),
    ...(added.length > 0 ? [opened("selectedRepositoryIds", say`The repositories ${added} can use the runners of ${group} as well.`, { added })] : []),
    ...(turned(change, false, "allowsPublicRepositories") ? [opened("allowsPublicRepositories", say`Public repositories can use the runners of ${group}.`)] : []),
    ...(turned(change, true, "restrictedToWorkflows") ? [opened("restrictedToWorkflows", say`Every workflow can use the runners of ${group}, and not only selected ones.`)] : []),
  ];
}

const WORKFLOWS = ".github/workflows/";
const CODE_OWNERS = /(^|\/)CODEOWNERS$/;

export function fileDangers(change: Change, all: AllChanges): Danger[] {
  const [was, becomes] = [textAt(change.before, "file"), textAt(change.after, "file")];
  const isFirst = all.ofType(change.step.type).every(({ operation }) => operation === "create");
  return [...workflowDangers(change, was, becomes), ...(isFirst ? [] : contentDangers(change, was, becomes)), ...codeOwnersDangers(change, was, becomes)];
}

/** Programs that runners run, and what decides what runs and what counts as passed. */
const PROGRAMS = /^\.github\/ci\/.+\.[cm]?js$/;
const RUN = /^\.github\/(ci|workflows|actions)\/.+\.(ya?ml|json|sh|py)$/;

function contentDangers(change: Change, was: string | undefined, becomes: string | undefined): Danger[] {
  if (was === undefined) return becomes === undefined ? [] : newWorkflowDangers(change, becomes);
  const isProgram = PROGRAMS.test(was);
  if (isGone(change)) return isProgram ? [danger("gate-program-changed", change, { file: was, removed: true }, say`The program ${was} is removed: what decides what runs, or what counts as passed, is gone.`)] : [];
  if (!isChanged(change) || becomes === undefined || !change.properties.some(({ path }) => path === "content" || path.startsWith("content."))) return [];
  if (isProgram) return [danger("gate-program-changed", change, { file: becomes }, say`The program ${becomes} is another: it decides what runs, or what counts as passed. Make sure that make generate wrote it.`, { property: "content" })];
  return RUN.test(becomes) ? runnableDangers(change, becomes) : [];
}

/** What a changed workflow loosens, each a danger of its own; and that it is another. */
function runnableDangers(change: Change, file: string): Danger[] {
  const before = textAt(change.before, "content") ?? "";
  const meaning = meaningOf(change, file, before);
  const areas = meaning?.areas ?? [];
  const parts = areas.length === 0 ? words("what runs there, and what is reported, may be something else") : say`it differs in ${areas}`;
  const changed = danger("workflow-changed", change, { file, areas, ...(meaning === undefined && file.startsWith(WORKFLOWS) ? { unread: true } : {}) }, say`${file} is changed: ${parts}. Read its difference.`, { property: "content" });
  return [...loosenedBy(change, file, meaning), changed];
}

/** A new file's jobs are what it is made for; but nobody may start one with the rights of the default branch unseen. Whoever starts one by hand is trusted. */
function newWorkflowDangers(change: Change, file: string): Danger[] {
  return loosenedBy(change, file, meaningOf(change, file, "{}")).filter(({ kind, facts }) => kind === "workflow-trigger-added" && String(facts["found"]) !== "workflow_dispatch");
}

function meaningOf(change: Change, file: string, before: string): WorkflowMeaning | undefined {
  return file.startsWith(WORKFLOWS) ? workflowMeaning(file, before, textAt(change.after, "content") ?? "") : undefined;
}

function loosenedBy(change: Change, file: string, meaning: WorkflowMeaning | undefined): Danger[] {
  const loosened = meaning?.loosened ?? [];
  return loosened.map(({ kind, at, found, sentence }) => danger(kind, change, { file, at, found, path: at.split(".") }, sentence, { property: "content", about: at }));
}

function workflowDangers(change: Change, was: string | undefined, becomes: string | undefined): Danger[] {
  if (was === undefined || !was.startsWith(WORKFLOWS) || !/\.ya?ml$/.test(was) || was === becomes) return [];
  if (becomes === undefined) return isGone(change) ? [danger("workflow-removed", change, { file: was }, say`The workflow ${was} is removed: what it checks or reports no longer runs.`)] : [];
  return [danger("workflow-renamed", change, { file: becomes, before: was }, say`The workflow ${was} is renamed to ${becomes}: whatever names the file has to follow.`)];
}

function codeOwnersDangers(change: Change, was: string | undefined, becomes: string | undefined): Danger[] {
  if (was === undefined || !CODE_OWNERS.test(was)) return [];
  if (isGone(change)) return [danger("code-owners-changed", change, { file: was }, say`${was} is removed: no path has owners who must approve.`)];
  const lines = (fields: Change["before"]): string[] => (textAt(fields, "content") ?? "").split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const gone = lines(change.before).filter((line) => !lines(change.after).includes(line));
  if (gone.length === 0 || becomes === undefined || equalValues(change.before, change.after)) return [];
  return [danger("code-owners-changed", change, { file: becomes, removed: gone }, say`${becomes} no longer says ${gone}: other people, or nobody, must approve changes there.`, { property: "content" })];
}
