/** `RepositoryEnvironmentDeploymentPolicy`: one pattern of branches or tags that may deploy to an environment. */
import { z } from "zod";
import { unlessMissing } from "../client";
import { joinId, type Kind, numberPart, repositoryId, splitId } from "./common";

interface PolicyInputs extends Record<string, unknown> {
  readonly repository: string;
  readonly environment: string;
  readonly branchPattern?: string;
  readonly tagPattern?: string;
}

interface PolicyOutputs extends PolicyInputs {
  readonly repositoryId: number;
  readonly policyId: number;
}

const POLICY = "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies/{branch_policy_id}";

export const repositoryEnvironmentDeploymentPolicy: Kind<PolicyInputs, PolicyOutputs> = {
  type: "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
  schema: z.strictObject({
    repository: z.string(),
    environment: z.string(),
    branchPattern: z.string().min(1).optional(),
    tagPattern: z.string().min(1).optional(),
  }),
  replaceOn: ["repository", "environment"],
  check: ({ branchPattern, tagPattern }) =>
    (branchPattern === undefined) === (tagPattern === undefined)
      ? [{ property: "branchPattern", reason: "exactly one of branchPattern, tagPattern must be set" }]
      : [],

  async create(client, inputs) {
    const { data } = await client.request("POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies", {
      owner: client.owner,
      repo: inputs.repository,
      environment_name: inputs.environment,
      name: (inputs.branchPattern ?? inputs.tagPattern)!,
      type: inputs.branchPattern === undefined ? "tag" : "branch",
    });
    const policyId = data.id!;
    return { id: idOf(inputs, policyId), outputs: { ...inputs, policyId, repositoryId: await repositoryId(client, inputs.repository) } };
  },

  async read(client, id, known) {
    const [repository, environment, last] = splitId(id, "repository", "environment", "policy_id") as [string, string, string];
    const policyId = numberPart(id, last);
    const answer = await unlessMissing(() =>
      client.request(`GET ${POLICY}`, { owner: client.owner, repo: repository, environment_name: environment, branch_policy_id: policyId }),
    );
    if (!answer) return undefined;
    const { name, type } = answer.data;
    const inputs: PolicyInputs = { repository, environment, ...(type === "tag" ? { tagPattern: name } : { branchPattern: name }) };
    return {
      id: idOf(inputs, policyId),
      inputs,
      outputs: { ...inputs, policyId, repositoryId: known?.repositoryId ?? (await repositoryId(client, repository)) },
    };
  },

  async update(client, id, old, inputs) {
    const { policyId } = old;
    // A pattern of branches does not become one of tags: GitHub keeps the type. The real provider replaces in that case.
    if ((old.branchPattern === undefined) !== (inputs.branchPattern === undefined)) {
      throw new Error(`${id}: a branch pattern cannot become a tag pattern in place; use --replace`);
    }
    await client.request(`PUT ${POLICY}`, {
      owner: client.owner,
      repo: inputs.repository,
      environment_name: inputs.environment,
      branch_policy_id: policyId,
      name: (inputs.branchPattern ?? inputs.tagPattern)!,
    });
    return { ...inputs, policyId, repositoryId: old.repositoryId };
  },

  async remove(client, _id, { repository, environment, policyId }) {
    await unlessMissing(() =>
      client.request(`DELETE ${POLICY}`, {
        owner: client.owner,
        repo: repository,
        environment_name: environment,
        branch_policy_id: policyId,
      }),
    );
  },
};

const idOf = ({ repository, environment }: PolicyInputs, policyId: number): string => joinId(repository, environment, String(policyId));
