/**
 * Settings of a repository that always exist and so are never made or deleted: `ActionsRepositoryPermissions`, `WorkflowRepositoryPermissions` and
 * `ActionsRepositoryOidcSubjectClaimCustomizationTemplate`. Creating writes them, deleting puts GitHub's defaults back. Their id is the repository's
 * name; as in the real provider, another repository is an update, which then writes there.
 */
import { z } from "zod";
import { type GitHubClient, unlessMissing } from "../client";
import { defined, type Kind, repositoryName } from "./common";

/** A kind that writes its inputs to one place and reads them back from there. */
function settingsKind<Inputs extends Record<string, unknown> & { readonly repository: string }>(
  own: Pick<Kind<Inputs, Inputs>, "type" | "schema" | "sets" | "defaults" | "check">,
  write: (client: GitHubClient, inputs: Inputs) => Promise<void>,
  read: (client: GitHubClient, repository: string, known: Inputs | undefined) => Promise<Inputs>,
  reset: (client: GitHubClient, repository: string) => Promise<unknown>,
): Kind<Inputs, Inputs> {
  return {
    ...own,
    replaceOn: [],
    async create(client, inputs) {
      await write(client, inputs);
      return { id: inputs.repository, outputs: inputs };
    },
    async read(client, id, known) {
      const inputs = await unlessMissing(() => read(client, id, known));
      return inputs && { id, inputs, outputs: { ...known, ...inputs } };
    },
    async update(client, _id, _old, inputs) {
      await write(client, inputs);
      return inputs;
    },
    async remove(client, id) {
      await unlessMissing(() => reset(client, id));
    },
  };
}

const at = (client: GitHubClient, repository: string) => ({ owner: client.owner, repo: repository });

interface PermissionInputs extends Record<string, unknown> {
  readonly repository: string;
  readonly enabled?: boolean;
  readonly allowedActions?: "all" | "local_only" | "selected";
  readonly allowedActionsConfig?: {
    readonly githubOwnedAllowed: boolean;
    readonly patternsAlloweds?: readonly string[];
    readonly verifiedAllowed?: boolean;
  };
  readonly shaPinningRequired?: boolean;
}

const PERMISSIONS = "/repos/{owner}/{repo}/actions/permissions";

export const actionsRepositoryPermissions = settingsKind<PermissionInputs>(
  {
    type: "github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions",
    schema: z.strictObject({
      repository: repositoryName,
      enabled: z.boolean().optional(),
      allowedActions: z.enum(["all", "local_only", "selected"]).optional(),
      allowedActionsConfig: z
        .strictObject({
          githubOwnedAllowed: z.boolean(),
          patternsAlloweds: z.array(z.string()).optional(),
          verifiedAllowed: z.boolean().optional(),
        })
        .optional(),
      shaPinningRequired: z.boolean().optional(),
    }),
    sets: ["allowedActionsConfig.patternsAlloweds"],
    defaults: ({ enabled = true }) => ({ enabled }),
    check: ({ allowedActions, allowedActionsConfig }) =>
      allowedActionsConfig !== undefined && allowedActions !== "selected"
        ? [
            {
              property: "allowedActionsConfig",
              reason: `is only available when allowedActions is selected (found: ${allowedActions ?? "none"})`,
            },
          ]
        : [],
  },
  async (client, { repository, enabled = true, allowedActions, allowedActionsConfig, shaPinningRequired }) => {
    await client.request(`PUT ${PERMISSIONS}`, {
      ...at(client, repository),
      enabled,
      ...(enabled && allowedActions !== undefined && { allowed_actions: allowedActions }),
      // As the real provider does (d.GetOk): "no" is never sent, so that nothing turns the requirement off.
      ...(shaPinningRequired === true && { sha_pinning_required: true }),
    });
    if (allowedActions !== "selected" || !allowedActionsConfig) return;
    await client.request(`PUT ${PERMISSIONS}/selected-actions`, {
      ...at(client, repository),
      github_owned_allowed: allowedActionsConfig.githubOwnedAllowed,
      verified_allowed: allowedActionsConfig.verifiedAllowed ?? false,
      patterns_allowed: [...(allowedActionsConfig.patternsAlloweds ?? [])],
    });
  },
  async (client, repository, known) => {
    const { data } = await client.request(`GET ${PERMISSIONS}`, at(client, repository));
    // As the real provider does: what the program does not set is not asked for, but for an import.
    const wanted = known === undefined || known.allowedActionsConfig !== undefined;
    const selected = wanted && data.enabled && data.allowed_actions === "selected";
    return defined({
      repository,
      enabled: data.enabled,
      allowedActions: known && known.allowedActions === undefined ? undefined : data.allowed_actions,
      allowedActionsConfig: selected ? await selectedActions(client, repository) : undefined,
      shaPinningRequired: known && known.shaPinningRequired === undefined ? undefined : data.sha_pinning_required,
    });
  },
  (client, repository) => client.request(`PUT ${PERMISSIONS}`, { ...at(client, repository), enabled: true, allowed_actions: "all" }),
);

async function selectedActions(client: GitHubClient, repository: string): Promise<PermissionInputs["allowedActionsConfig"]> {
  const { data } = await client.request(`GET ${PERMISSIONS}/selected-actions`, at(client, repository));
  return {
    githubOwnedAllowed: data.github_owned_allowed ?? false,
    patternsAlloweds: data.patterns_allowed ?? [],
    verifiedAllowed: data.verified_allowed ?? false,
  };
}

interface WorkflowInputs extends Record<string, unknown> {
  readonly repository: string;
  readonly defaultWorkflowPermissions?: "read" | "write";
  readonly canApprovePullRequestReviews?: boolean;
}

export const workflowRepositoryPermissions = settingsKind<WorkflowInputs>(
  {
    type: "github:index/workflowRepositoryPermissions:WorkflowRepositoryPermissions",
    schema: z.strictObject({
      repository: repositoryName,
      defaultWorkflowPermissions: z.enum(["read", "write"]).optional(),
      canApprovePullRequestReviews: z.boolean().optional(),
    }),
    defaults: ({ canApprovePullRequestReviews = false }) => ({ canApprovePullRequestReviews }),
  },
  async (client, { repository, defaultWorkflowPermissions, canApprovePullRequestReviews = false }) => {
    await client.request(`PUT ${PERMISSIONS}/workflow`, {
      ...at(client, repository),
      ...(defaultWorkflowPermissions !== undefined && { default_workflow_permissions: defaultWorkflowPermissions }),
      can_approve_pull_request_reviews: canApprovePullRequestReviews,
    });
  },
  async (client, repository, known) => {
    const { data } = await client.request(`GET ${PERMISSIONS}/workflow`, at(client, repository));
    return defined({
      repository,
      defaultWorkflowPermissions: known && known.defaultWorkflowPermissions === undefined ? undefined : data.default_workflow_permissions,
      canApprovePullRequestReviews: data.can_approve_pull_request_reviews,
    });
  },
  (client, repository) =>
    client.request(`PUT ${PERMISSIONS}/workflow`, {
      ...at(client, repository),
      default_workflow_permissions: "read",
      can_approve_pull_request_reviews: false,
    }),
);

interface SubjectInputs extends Record<string, unknown> {
  readonly repository: string;
  readonly useDefault: boolean;
  readonly includeClaimKeys?: readonly string[];
}

const SUBJECT = "/repos/{owner}/{repo}/actions/oidc/customization/sub";

export const oidcSubjectTemplate = settingsKind<SubjectInputs>(
  {
    type: "github:index/actionsRepositoryOidcSubjectClaimCustomizationTemplate:ActionsRepositoryOidcSubjectClaimCustomizationTemplate",
    schema: z.strictObject({
      repository: repositoryName,
      useDefault: z.boolean(),
      includeClaimKeys: z.array(z.string()).min(1).optional(),
    }),
    check: ({ useDefault, includeClaimKeys }) =>
      useDefault && includeClaimKeys !== undefined
        ? [{ property: "includeClaimKeys", reason: "cannot be set when useDefault is true" }]
        : [],
  },
  async (client, { repository, useDefault, includeClaimKeys }) => {
    await client.request(`PUT ${SUBJECT}`, {
      ...at(client, repository),
      use_default: useDefault,
      ...(includeClaimKeys && { include_claim_keys: [...includeClaimKeys] }),
    });
  },
  async (client, repository) => {
    const { data } = await client.request(`GET ${SUBJECT}`, at(client, repository));
    return defined({ repository, useDefault: data.use_default, includeClaimKeys: data.include_claim_keys });
  },
  (client, repository) => client.request(`PUT ${SUBJECT}`, { ...at(client, repository), use_default: true }),
);
