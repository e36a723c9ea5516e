/** Environments and their deployment branch policies: docs.github.com/rest/deployments. */
import { type Call, noContent, ok, type Routes } from "../server/call";
import { HttpError, notFound } from "../server/errors";
import { after, now, type Repository } from "../server/state";
import type { BranchPolicyMode, DeploymentPolicy, Environment, Reviewer } from "../server/state-actions";
import { OPERATOR } from "../server/auth";
import { nodeId, presentAuthor, presentTeam } from "./present";
import { fullName, repositoryUrl } from "./repositories";

/** docs.github.com, "Deployments and environments": 30 days, and six reviewers. */
const WAIT_LIMIT_MINUTES = 43_200;
const REVIEWER_LIMIT = 6;
const NAME_LIMIT = 255;

interface EnvironmentBody {
  readonly wait_timer?: number;
  readonly prevent_self_review?: boolean;
  readonly can_admins_bypass?: boolean;
  readonly reviewers?: readonly Reviewer[] | null;
  readonly deployment_branch_policy?: BranchPolicyMode | null;
}

export const environmentRoutes: Routes = {
  "GET /repos/{owner}/{repo}/environments": (call) => {
    const repository = call.repository();
    const environments = call.page(repository.environments).map((environment) => present(call, repository, environment));
    return ok({ total_count: repository.environments.length, environments });
  },

  "GET /repos/{owner}/{repo}/environments/{environment_name}": (call) => {
    const repository = call.repository();
    return ok(present(call, repository, environmentOf(call, repository)));
  },

  // Creates or replaces: what the body does not say is set back.
  "PUT /repos/{owner}/{repo}/environments/{environment_name}": (call) => {
    const repository = call.repository();
    const name = call.text("environment_name");
    const body = call.body<EnvironmentBody>();
    hold(call, name, body);
    const settings = {
      waitTimer: body.wait_timer ?? 0,
      preventSelfReview: body.prevent_self_review ?? false,
      canAdminsBypass: body.can_admins_bypass ?? true,
      reviewers: body.reviewers ?? [],
      branchPolicy: body.deployment_branch_policy ?? null,
    };
    const old = find(repository, name);
    if (old) {
      Object.assign(old, settings, { updatedAt: after(old.updatedAt) });
      return ok(present(call, repository, old));
    }
    const time = now();
    const made: Environment = {
      id: call.store.nextId(),
      name,
      createdAt: time,
      updatedAt: time,
      ...settings,
      policies: [],
      secrets: [],
      variables: [],
    };
    repository.environments.push(made);
    return ok(present(call, repository, made));
  },

  "DELETE /repos/{owner}/{repo}/environments/{environment_name}": (call) => {
    const repository = call.repository();
    const { id } = environmentOf(call, repository);
    repository.environments = repository.environments.filter((environment) => environment.id !== id);
    return noContent();
  },

  "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies": (call) => {
    const { policies } = environmentOf(call, call.repository());
    return ok({ total_count: policies.length, branch_policies: call.page(policies).map(presentPolicy) });
  },

  "POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies": (call) => {
    const environment = environmentOf(call, call.repository());
    const { name, type = "branch" } = call.body<{ name: string; type?: "branch" | "tag" }>();
    // The description: 404 when the environment does not take custom policies, 303 when the pattern is there already.
    if (environment.branchPolicy?.custom_branch_policies !== true) throw notFound();
    holdPattern(name);
    if (environment.policies.some((policy) => policy.name === name && policy.type === type)) return { status: 303 };
    const policy: DeploymentPolicy = { id: call.store.nextId(), name, type };
    environment.policies.push(policy);
    return ok(presentPolicy(policy));
  },

  "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}": (call) =>
    ok(presentPolicy(policyOf(call, environmentOf(call, call.repository())))),

  "PUT /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}": (call) => {
    const environment = environmentOf(call, call.repository());
    const policy = policyOf(call, environment);
    const { name } = call.body<{ name: string }>();
    holdPattern(name);
    if (environment.policies.some((p) => p.id !== policy.id && p.name === name && p.type === policy.type))
      throw new HttpError(422, "Name has already been taken");
    policy.name = name;
    return ok(presentPolicy(policy));
  },

  "DELETE /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}": (call) => {
    const environment = environmentOf(call, call.repository());
    const { id } = policyOf(call, environment);
    environment.policies = environment.policies.filter((policy) => policy.id !== id);
    return noContent();
  },
};

const find = (repository: Repository, name: string): Environment | undefined =>
  repository.environments.find((environment) => environment.name.toLowerCase() === name.toLowerCase());

/** The environment of the path; 404 when there is none. Names do not depend on case. */
export function environmentOf(call: Call, repository: Repository): Environment {
  const found = find(repository, call.text("environment_name"));
  if (!found) throw notFound();
  return found;
}

function policyOf(call: Call, environment: Environment): DeploymentPolicy {
  const found = environment.policies.find((policy) => policy.id === call.number("branch_policy_id"));
  if (!found) throw notFound();
  return found;
}

function hold(call: Call, name: string, body: EnvironmentBody): void {
  const { wait_timer = 0, deployment_branch_policy: policy } = body;
  const reviewers = body.reviewers ?? [];
  const known = ({ type, id }: Reviewer): boolean =>
    type === "User" ? id === OPERATOR.id : call.store.state.teams.some((team) => team.id === id);
  const findings = [
    ...(name.trim() === "" || name.length > NAME_LIMIT ? [`name must have 1 to ${NAME_LIMIT} characters (found: ${name.length})`] : []),
    ...(wait_timer < 0 || wait_timer > WAIT_LIMIT_MINUTES
      ? [`wait_timer must be between 0 and ${WAIT_LIMIT_MINUTES} (found: ${wait_timer})`]
      : []),
    ...(reviewers.length > REVIEWER_LIMIT ? [`at most ${REVIEWER_LIMIT} reviewers are allowed (found: ${reviewers.length})`] : []),
    ...reviewers
      .filter((reviewer) => !known(reviewer))
      .map(({ type, id }) => `reviewer ${type} ${id} does not exist or cannot read the repository`),
    ...(policy && policy.protected_branches === policy.custom_branch_policies
      ? ["deployment_branch_policy: protected_branches and custom_branch_policies cannot have the same value"]
      : []),
  ];
  if (findings.length > 0) throw new HttpError(422, `Validation Failed: ${findings.join("; ")}`);
}

function holdPattern(pattern: string | undefined): void {
  if (pattern === undefined || pattern.trim() === "") throw new HttpError(422, "Name can't be blank");
}

const presentPolicy = ({ id, name, type }: DeploymentPolicy): Record<string, unknown> => ({
  id,
  node_id: nodeId("DeploymentBranchPolicy", id),
  name,
  type,
});

function present(call: Call, repository: Repository, environment: Environment): Record<string, unknown> {
  const { id, name, createdAt, updatedAt, branchPolicy, canAdminsBypass } = environment;
  return {
    id,
    node_id: nodeId("Environment", id),
    name,
    url: `${repositoryUrl(call, repository)}/environments/${encodeURIComponent(name)}`,
    html_url: `${call.server.url}/${fullName(call, repository)}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: createdAt,
    updated_at: updatedAt,
    can_admins_bypass: canAdminsBypass,
    protection_rules: protectionRules(call, repository, environment),
    deployment_branch_policy: branchPolicy,
  };
}

/** The rules have ids of their own, which nothing refers to; they are derived from the environment's. */
function protectionRules(call: Call, repository: Repository, environment: Environment): readonly Record<string, unknown>[] {
  const { id, waitTimer, reviewers, preventSelfReview, branchPolicy } = environment;
  const rule = (type: string, index: number): Record<string, unknown> => ({
    id: id * 10 + index,
    node_id: nodeId("Gate", id * 10 + index),
    type,
  });
  const reviewer = ({ type, id: reviewerId }: Reviewer): Record<string, unknown> => {
    if (type === "User") return { type, reviewer: presentAuthor(call.server, OPERATOR) };
    const team = call.store.state.teams.find((t) => t.id === reviewerId)!;
    return { type, reviewer: presentTeam(call.server, team, call.ownerOf(repository), "team") };
  };
  return [
    ...(waitTimer > 0 ? [{ ...rule("wait_timer", 1), wait_timer: waitTimer }] : []),
    ...(reviewers.length > 0
      ? [{ ...rule("required_reviewers", 2), prevent_self_review: preventSelfReview, reviewers: reviewers.map(reviewer) }]
      : []),
    ...(branchPolicy ? [rule("branch_policy", 3)] : []),
  ];
}
