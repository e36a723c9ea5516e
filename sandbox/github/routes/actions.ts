/** Actions settings of a repository, and an organisation's runner groups: docs.github.com/rest/actions. */
import { type Call, created, noContent, ok, type Routes } from "../server/call";
import { conflict, forbidden, HttpError, notFound } from "../server/errors";
import type { OidcSubject, Owner, Repository } from "../server/state";
import type { RunnerGroup } from "../server/state-actions";
import { presentRepository } from "./present";
import { repositoryUrl } from "./repositories";

const PERMISSIONS = "/repos/{owner}/{repo}/actions/permissions";
const OIDC = "/repos/{owner}/{repo}/actions/oidc/customization/sub";
const GROUPS = "/orgs/{org}/actions/runner-groups";

export const actionRoutes: Routes = {
  [`GET ${PERMISSIONS}`]: (call) => {
    const repository = call.repository();
    const { enabled, allowedActions, shaPinningRequired } = repository.permissions;
    const selected_actions_url = `${repositoryUrl(call, repository)}/actions/permissions/selected-actions`;
    if (!enabled) return ok({ enabled, sha_pinning_required: shaPinningRequired });
    return ok({ enabled, allowed_actions: allowedActions, selected_actions_url, sha_pinning_required: shaPinningRequired });
  },

  [`PUT ${PERMISSIONS}`]: (call) => {
    const { permissions } = call.repository();
    const body = call.body<{
      enabled: boolean;
      allowed_actions?: Repository["permissions"]["allowedActions"];
      sha_pinning_required?: boolean;
    }>();
    permissions.enabled = body.enabled;
    permissions.allowedActions = body.allowed_actions ?? permissions.allowedActions;
    permissions.shaPinningRequired = body.sha_pinning_required ?? permissions.shaPinningRequired;
    return noContent();
  },

  [`GET ${PERMISSIONS}/selected-actions`]: (call) => {
    const { permissions } = call.repository();
    holdSelected(permissions);
    return ok(permissions.selected);
  },

  [`PUT ${PERMISSIONS}/selected-actions`]: (call) => {
    const { permissions } = call.repository();
    holdSelected(permissions);
    const body = call.body<Partial<Repository["permissions"]["selected"]>>();
    permissions.selected = { ...permissions.selected, ...body };
    return noContent();
  },

  [`GET ${PERMISSIONS}/workflow`]: (call) => {
    const { defaultWorkflowPermissions, canApprovePullRequestReviews } = call.repository().permissions;
    return ok({ default_workflow_permissions: defaultWorkflowPermissions, can_approve_pull_request_reviews: canApprovePullRequestReviews });
  },

  [`PUT ${PERMISSIONS}/workflow`]: (call) => {
    const { permissions } = call.repository();
    const body = call.body<{ default_workflow_permissions?: "read" | "write"; can_approve_pull_request_reviews?: boolean }>();
    permissions.defaultWorkflowPermissions = body.default_workflow_permissions ?? permissions.defaultWorkflowPermissions;
    permissions.canApprovePullRequestReviews = body.can_approve_pull_request_reviews ?? permissions.canApprovePullRequestReviews;
    return noContent();
  },

  [`GET ${OIDC}`]: (call) => {
    const repository = call.repository();
    const { useDefault, includeClaimKeys, useImmutableSubject } = repository.oidc;
    return ok({
      use_default: useDefault,
      ...(useDefault ? {} : { include_claim_keys: includeClaimKeys }),
      use_immutable_subject: useImmutableSubject,
      sub_claim_prefix: subjectPrefix(call.ownerOf(repository), repository),
    });
  },

  [`PUT ${OIDC}`]: (call) => {
    const { oidc } = call.repository();
    const body = call.body<{ use_default: boolean; include_claim_keys?: readonly string[]; use_immutable_subject?: boolean }>();
    const keys = body.use_default ? [] : (body.include_claim_keys ?? []);
    const wrong = keys.filter((key, i) => !/^\w+$/.test(key) || keys.indexOf(key) !== i);
    if (wrong.length > 0)
      throw new HttpError(422, `include_claim_keys must be unique, of letters, digits and underscores (found: ${wrong.join(", ")})`);
    const settings: OidcSubject = {
      useDefault: body.use_default,
      includeClaimKeys: [...keys],
      useImmutableSubject: body.use_immutable_subject ?? oidc.useImmutableSubject,
    };
    Object.assign(oidc, settings);
    return created({});
  },

  [`GET ${GROUPS}`]: (call) => {
    const groups = groupsOf(call, call.owner());
    return ok({ total_count: groups.length, runner_groups: call.page(groups).map((group) => presentGroup(call, group)) });
  },

  [`POST ${GROUPS}`]: (call) => {
    const org = call.owner();
    const body = call.body<GroupBody>();
    holdGroup(call, org, body, undefined);
    const group: RunnerGroup = {
      id: call.store.nextId(),
      ownerId: org.id,
      default: false,
      name: body.name,
      visibility: body.visibility ?? "all",
      allowsPublicRepositories: body.allows_public_repositories ?? false,
      restrictedToWorkflows: body.restricted_to_workflows ?? false,
      selectedWorkflows: [...(body.selected_workflows ?? [])],
      repositoryIds: [...(body.selected_repository_ids ?? [])],
    };
    call.store.state.runnerGroups.push(group);
    return created(presentGroup(call, group));
  },

  [`GET ${GROUPS}/{runner_group_id}`]: (call) => ok(presentGroup(call, groupOf(call))),

  [`PATCH ${GROUPS}/{runner_group_id}`]: (call) => {
    const group = groupOf(call);
    const body = call.body<GroupBody>();
    holdGroup(call, call.owner(), body, group.id);
    group.name = body.name;
    group.visibility = body.visibility ?? group.visibility;
    group.allowsPublicRepositories = body.allows_public_repositories ?? group.allowsPublicRepositories;
    group.restrictedToWorkflows = body.restricted_to_workflows ?? group.restrictedToWorkflows;
    group.selectedWorkflows = [...(body.selected_workflows ?? group.selectedWorkflows)];
    return ok(presentGroup(call, group));
  },

  [`DELETE ${GROUPS}/{runner_group_id}`]: (call) => {
    const group = groupOf(call);
    if (group.default) throw forbidden("The default runner group cannot be deleted");
    const { state } = call.store;
    state.runnerGroups = state.runnerGroups.filter(({ id }) => id !== group.id);
    return noContent();
  },

  [`GET ${GROUPS}/{runner_group_id}/repositories`]: (call) => {
    const { repositoryIds } = groupOf(call);
    const repositories = call.store.state.repositories.filter(({ id }) => repositoryIds.includes(id));
    return ok({
      total_count: repositories.length,
      repositories: call.page(repositories).map((r) => presentRepository(call, r, "minimal-repository")),
    });
  },

  [`PUT ${GROUPS}/{runner_group_id}/repositories`]: (call) => {
    const group = groupOf(call);
    const { selected_repository_ids } = call.body<{ selected_repository_ids: readonly number[] }>();
    holdRepositories(call, call.owner(), selected_repository_ids);
    group.repositoryIds = [...selected_repository_ids];
    return noContent();
  },
};

interface GroupBody {
  readonly name: string;
  readonly visibility?: RunnerGroup["visibility"];
  readonly allows_public_repositories?: boolean;
  readonly restricted_to_workflows?: boolean;
  readonly selected_workflows?: readonly string[];
  readonly selected_repository_ids?: readonly number[];
}

function holdSelected({ enabled, allowedActions }: Repository["permissions"]): void {
  if (!enabled || allowedActions !== "selected")
    throw conflict("Selected actions can only be read and set when allowed_actions is selected");
}

/** The part of an OIDC token's subject before its context, in the form that the repository uses. */
export function subjectPrefix(owner: Owner, repository: Repository): string {
  const immutable = repository.oidc.useImmutableSubject;
  return immutable ? `repo:${owner.login}@${owner.id}/${repository.name}@${repository.id}` : `repo:${owner.login}/${repository.name}`;
}

const groupsOf = (call: Call, org: Owner): readonly RunnerGroup[] =>
  call.store.state.runnerGroups.filter((group) => group.ownerId === org.id);

function groupOf(call: Call): RunnerGroup {
  const org = call.owner();
  if (org.type !== "Organization") throw notFound();
  const found = groupsOf(call, org).find((group) => group.id === call.number("runner_group_id"));
  if (!found) throw notFound();
  return found;
}

function holdGroup(call: Call, org: Owner, body: GroupBody, self: number | undefined): void {
  if (org.type !== "Organization") throw notFound();
  if (body.name.trim() === "") throw new HttpError(422, "Name can't be blank");
  if (groupsOf(call, org).some((group) => group.name === body.name && group.id !== self))
    throw conflict(`Runner group with name '${body.name}' already exists.`);
  holdRepositories(call, org, body.selected_repository_ids ?? []);
}

function holdRepositories(call: Call, org: Owner, ids: readonly number[]): void {
  const unknown = ids.filter(
    (id) => !call.store.state.repositories.some((repository) => repository.id === id && repository.ownerId === org.id),
  );
  if (unknown.length > 0) throw new HttpError(422, `Repositories ${unknown.join(", ")} do not belong to ${org.login}`);
}

function presentGroup(call: Call, group: RunnerGroup): Record<string, unknown> {
  const org = call.owner();
  const url = `${call.server.url}/orgs/${org.login}/actions/runner-groups/${group.id}`;
  return {
    id: group.id,
    name: group.name,
    visibility: group.visibility,
    default: group.default,
    ...(group.visibility === "selected" && { selected_repositories_url: `${url}/repositories` }),
    runners_url: `${url}/runners`,
    hosted_runners_url: `${url}/hosted-runners`,
    inherited: false,
    allows_public_repositories: group.allowsPublicRepositories,
    workflow_restrictions_read_only: false,
    restricted_to_workflows: group.restrictedToWorkflows,
    selected_workflows: group.selectedWorkflows,
  };
}
