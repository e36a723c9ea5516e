/** `RepositoryEnvironment`: its protection rules are settings of one object, which each write replaces as a whole. */
import { z } from "zod";
import { type GitHubClient, unlessMissing } from "../client";
import { defined, escapePart, joinId, type Kind, repositoryId, splitId, unescapePart } from "./common";

/** docs.github.com, "Deployments and environments"; the real provider's validators say the same. */
const WAIT_LIMIT_MINUTES = 43_200;
const REVIEWER_LIMIT = 6;

interface EnvironmentInputs extends Record<string, unknown> {
  readonly repository: string;
  readonly environment: string;
  readonly canAdminsBypass?: boolean;
  readonly preventSelfReview?: boolean;
  readonly waitTimer?: number;
  readonly reviewers?: readonly { readonly teams?: readonly number[]; readonly users?: readonly number[] }[];
  readonly deploymentBranchPolicy?: { readonly protectedBranches: boolean; readonly customBranchPolicies: boolean };
}

interface EnvironmentOutputs extends EnvironmentInputs {
  readonly repositoryId: number;
}

const ids = z.array(z.number().int()).max(REVIEWER_LIMIT);

export const repositoryEnvironment: Kind<EnvironmentInputs, EnvironmentOutputs> = {
  type: "github:index/repositoryEnvironment:RepositoryEnvironment",
  schema: z.strictObject({
    repository: z.string(),
    environment: z.string().min(1),
    canAdminsBypass: z.boolean().optional(),
    preventSelfReview: z.boolean().optional(),
    waitTimer: z.number().int().min(0).max(WAIT_LIMIT_MINUTES).optional(),
    reviewers: z
      .array(z.strictObject({ teams: ids.optional(), users: ids.optional() }))
      .max(1)
      .optional(),
    deploymentBranchPolicy: z.strictObject({ protectedBranches: z.boolean(), customBranchPolicies: z.boolean() }).optional(),
  }),
  replaceOn: ["repository", "environment"],
  sets: ["reviewers[*].teams", "reviewers[*].users"],
  deleteBeforeReplace: (inputs, old) => inputs.repository === old.repository && inputs.environment.toLowerCase() === old.environment.toLowerCase(),
  defaults: ({ canAdminsBypass = true, preventSelfReview = false }) => ({ canAdminsBypass, preventSelfReview }),
  check: ({ reviewers }) => {
    const count = (reviewers?.[0]?.teams?.length ?? 0) + (reviewers?.[0]?.users?.length ?? 0);
    if (count <= REVIEWER_LIMIT) return [];
    return [
      {
        property: "reviewers",
        reason: `a maximum of ${REVIEWER_LIMIT} reviewers (users and teams combined) can be set for an environment (found: ${count})`,
      },
    ];
  },

  async create(client, inputs) {
    await write(client, inputs);
    return { id: idOf(inputs), outputs: { ...inputs, repositoryId: await repositoryId(client, inputs.repository) } };
  },

  async read(client, id, known) {
    const [repository, part] = splitId(id, "repository", "environment") as [string, string];
    const environment = unescapePart(part);
    const answer = await unlessMissing(() =>
      client.request("GET /repos/{owner}/{repo}/environments/{environment_name}", {
        owner: client.owner,
        repo: repository,
        environment_name: environment,
      }),
    );
    if (!answer) return undefined;
    const inputs = inputsOf(repository, environment, answer.data as unknown as Answer);
    return {
      id: idOf(inputs),
      inputs,
      outputs: { ...inputs, repositoryId: known?.repositoryId ?? (await repositoryId(client, repository)) },
    };
  },

  async update(client, _id, old, inputs) {
    await write(client, inputs);
    return { ...inputs, repositoryId: old.repositoryId };
  },

  async remove(client, _id, { repository, environment }) {
    await unlessMissing(() =>
      client.request("DELETE /repos/{owner}/{repo}/environments/{environment_name}", {
        owner: client.owner,
        repo: repository,
        environment_name: environment,
      }),
    );
  },
};

const idOf = ({ repository, environment }: EnvironmentInputs): string => joinId(repository, escapePart(environment));

async function write(client: GitHubClient, inputs: EnvironmentInputs): Promise<void> {
  const [reviewers] = inputs.reviewers ?? [];
  const policy = inputs.deploymentBranchPolicy;
  await client.request("PUT /repos/{owner}/{repo}/environments/{environment_name}", {
    owner: client.owner,
    repo: inputs.repository,
    environment_name: inputs.environment,
    wait_timer: inputs.waitTimer ?? 0,
    can_admins_bypass: inputs.canAdminsBypass ?? true,
    prevent_self_review: inputs.preventSelfReview ?? false,
    reviewers: reviewers
      ? [
          ...(reviewers.teams ?? []).map((id) => ({ type: "Team" as const, id })),
          ...(reviewers.users ?? []).map((id) => ({ type: "User" as const, id })),
        ]
      : null,
    deployment_branch_policy: policy
      ? { protected_branches: policy.protectedBranches, custom_branch_policies: policy.customBranchPolicies }
      : null,
  });
}

/** The part of GitHub's answer that matters; `can_admins_bypass` is there though its description does not say so. */
interface Answer {
  readonly can_admins_bypass?: boolean;
  readonly protection_rules?: readonly {
    readonly type: string;
    readonly wait_timer?: number;
    readonly prevent_self_review?: boolean;
    readonly reviewers?: readonly { readonly type: string; readonly reviewer: { readonly id: number } }[];
  }[];
  readonly deployment_branch_policy?: { readonly protected_branches: boolean; readonly custom_branch_policies: boolean } | null;
}

function inputsOf(repository: string, environment: string, answer: Answer): EnvironmentInputs {
  const rule = (type: string) => answer.protection_rules?.find((r) => r.type === type);
  const review = rule("required_reviewers");
  const reviewerIds = (type: string): readonly number[] =>
    (review?.reviewers ?? []).filter((r) => r.type === type).map((r) => r.reviewer.id);
  const policy = answer.deployment_branch_policy;
  return defined({
    repository,
    environment,
    canAdminsBypass: answer.can_admins_bypass ?? true,
    preventSelfReview: review?.prevent_self_review ?? false,
    waitTimer: rule("wait_timer")?.wait_timer ?? 0,
    reviewers: review && [{ teams: reviewerIds("Team"), users: reviewerIds("User") }],
    deploymentBranchPolicy: policy
      ? { protectedBranches: policy.protected_branches, customBranchPolicies: policy.custom_branch_policies }
      : undefined,
  });
}
