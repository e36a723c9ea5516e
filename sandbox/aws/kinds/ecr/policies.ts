/** `aws:ecr/lifecyclePolicy:LifecyclePolicy` and `aws:ecr/repositoryPolicy:RepositoryPolicy`. The id of both is the repository's name. */
import { z } from "zod";
import type { ResourceKind } from "../../../provider/kind";
import { type AwsClient, unlessCode } from "../../client";
import { documentAsRead } from "../../document";
import { asFailures, policyText } from "../../schema";
import { lifecyclePolicyFindings } from "../../validate/lifecycle";
import { policyFindings } from "../../validate/policy";

const schema = z.strictObject({ repository: z.string(), policy: z.string() });
type Inputs = z.infer<typeof schema>;

type Outputs = Inputs & { readonly registryId: string; readonly region: string } & Record<string, unknown>;

const GONE = ["RepositoryNotFoundException", "LifecyclePolicyNotFoundException", "RepositoryPolicyNotFoundException"];

function defaults(inputs: { policy?: unknown }): Partial<Inputs> {
  const policy = policyText(inputs.policy);
  return policy === undefined ? {} : { policy };
}

function outputs(client: AwsClient, inputs: Inputs, registryId: string | undefined): Outputs {
  return { ...inputs, registryId: registryId ?? client.account, region: client.region };
}

/** Any change replaces it, and the old one goes first: a repository has one lifecycle policy. */
export const lifecyclePolicy: ResourceKind<AwsClient, Inputs, Outputs> = {
  type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  schema,
  replaceOn: ["policy", "repository"],
  deleteBeforeReplace: true,
  defaults,
  check: (inputs) => asFailures("policy", lifecyclePolicyFindings(inputs.policy)),

  async create(client, inputs) {
    const ecr = await client.ecr();
    const { registryId } = await ecr.putLifecyclePolicy({ repositoryName: inputs.repository, lifecyclePolicyText: inputs.policy });
    return { id: inputs.repository, outputs: outputs(client, inputs, registryId) };
  },

  async read(client, id, known, info) {
    const ecr = await client.ecr();
    const found = await unlessCode(GONE, () => ecr.getLifecyclePolicy({ repositoryName: id }));
    if (found?.lifecyclePolicyText === undefined) return undefined;
    const inputs = { repository: id, policy: documentAsRead(knownPolicy(known, info), found.lifecyclePolicyText) };
    return { id, inputs, outputs: outputs(client, inputs, found.registryId) };
  },

  async remove(client, id) {
    const ecr = await client.ecr();
    await unlessCode(GONE, () => ecr.deleteLifecyclePolicy({ repositoryName: id }));
  },
};

/** Kind of the policy that says who may use a repository. */
export function repositoryPolicy(actions: Readonly<Record<string, readonly string[]>>): ResourceKind<AwsClient, Inputs, Outputs> {
  return {
    type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
    schema,
    replaceOn: ["repository"],
    defaults,
    check: (inputs) => asFailures("policy", policyFindings(inputs.policy, "repository", actions)),

    async create(client, inputs) {
      return { id: inputs.repository, outputs: await setRepositoryPolicy(client, inputs) };
    },

    async read(client, id, known, info) {
      const ecr = await client.ecr();
      const found = await unlessCode(GONE, () => ecr.getRepositoryPolicy({ repositoryName: id }));
      if (found?.policyText === undefined) return undefined;
      const inputs = { repository: id, policy: documentAsRead(knownPolicy(known, info), found.policyText) };
      return { id, inputs, outputs: outputs(client, inputs, found.registryId) };
    },

    update: (client, _id, _old, inputs) => setRepositoryPolicy(client, inputs),

    async remove(client, id) {
      const ecr = await client.ecr();
      await unlessCode(GONE, () => ecr.deleteRepositoryPolicy({ repositoryName: id }));
    },
  };
}

async function setRepositoryPolicy(client: AwsClient, inputs: Inputs): Promise<Outputs> {
  const ecr = await client.ecr();
  const { registryId } = await ecr.setRepositoryPolicy({ repositoryName: inputs.repository, policyText: inputs.policy });
  return outputs(client, inputs, registryId);
}

function knownPolicy(known: Outputs | undefined, info: { oldInputs?: Record<string, unknown> }): string | undefined {
  const policy = info.oldInputs?.policy ?? known?.policy;
  return typeof policy === "string" ? policy : undefined;
}
