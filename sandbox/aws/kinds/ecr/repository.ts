/** `aws:ecr/repository:Repository` (Terraform: aws_ecr_repository). Its id is the repository's name. */
import type { ECR, Repository } from "@aws-sdk/client-ecr";
import { z } from "zod";
import { autoName } from "../../../provider/autoname";
import { CloudError, type ResourceKind } from "../../../provider/kind";
import { type AwsClient, unlessCode } from "../../client";
import { asPropertyFailures, tagsSchema } from "../../schema";
import { allTags, ownTags, type Tags, tagChanges, tagList, tagsFrom } from "../../tags";
import { exclusionFindings, MUTABILITIES } from "../../validate/exclusion";

const schema = z.strictObject({
  name: z
    .string()
    .min(2)
    .max(256)
    .regex(
      /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
      "a repository name has lower case letters and digits, in parts divided by . _ - /",
    ),
  imageTagMutability: z.enum(MUTABILITIES),
  imageTagMutabilityExclusionFilters: z.array(z.strictObject({ filter: z.string(), filterType: z.string() })).optional(),
  imageScanningConfiguration: z.strictObject({ scanOnPush: z.boolean() }).optional(),
  encryptionConfigurations: z
    .array(z.strictObject({ encryptionType: z.enum(["AES256", "KMS", "KMS_DSSE"]).optional(), kmsKey: z.string().optional() }))
    .max(1)
    .optional(),
  forceDelete: z.boolean().optional(),
  tags: tagsSchema,
});
type Inputs = z.infer<typeof schema>;
type Encryption = Inputs["encryptionConfigurations"];

interface Outputs extends Inputs {
  arn: string;
  registryId: string;
  repositoryUrl: string;
  region: string;
  tagsAll: Tags;
}

export const repository: ResourceKind<AwsClient, Inputs, Outputs & Record<string, unknown>> = {
  type: "aws:ecr/repository:Repository",
  schema,
  replaceOn: ["name", "encryptionConfigurations"],
  deleteBeforeReplace: (inputs, old) => inputs.name === old.name,

  defaults: (inputs, info) => ({
    name: inputs.name ?? autoName(info, "name", 256).toLowerCase(),
    imageTagMutability: inputs.imageTagMutability ?? "MUTABLE",
  }),

  check: (inputs) => asPropertyFailures(exclusionFindings(inputs.imageTagMutability, inputs.imageTagMutabilityExclusionFilters)),

  async create(client, inputs) {
    const ecr = await client.ecr();
    const tags = allTags(client, inputs.tags);
    const { repository: made } = await ecr.createRepository({
      repositoryName: inputs.name,
      imageTagMutability: inputs.imageTagMutability,
      imageTagMutabilityExclusionFilters: filtersOf(inputs),
      imageScanningConfiguration: inputs.imageScanningConfiguration,
      encryptionConfiguration: encryptionOf(inputs.encryptionConfigurations),
      tags: tagList(tags),
    });
    return { id: inputs.name, outputs: outputs(client, inputs, made ?? {}, tags) };
  },

  async read(client, id, _known, info) {
    const ecr = await client.ecr();
    const found = await find(ecr, id);
    if (!found) return undefined;
    const old = info.oldInputs as Partial<Inputs> | undefined;
    const all = await readTags(client, ecr, found.repositoryArn ?? "");
    const inputs: Inputs = {
      name: id,
      imageTagMutability: found.imageTagMutability ?? "MUTABLE",
      ...filtersFound(found),
      imageScanningConfiguration: { scanOnPush: found.imageScanningConfiguration?.scanOnPush ?? false },
      ...encryptionFound(found, old?.encryptionConfigurations),
      ...(old?.forceDelete !== undefined && { forceDelete: old.forceDelete }),
      ...withTags(ownTags(client, all, old?.tags)),
    };
    return { id, inputs, outputs: outputs(client, inputs, found, all) };
  },

  async update(client, id, _old, inputs) {
    const ecr = await client.ecr();
    await ecr.putImageTagMutability({
      repositoryName: id,
      imageTagMutability: inputs.imageTagMutability,
      imageTagMutabilityExclusionFilters: filtersOf(inputs),
    });
    await ecr.putImageScanningConfiguration({
      repositoryName: id,
      imageScanningConfiguration: inputs.imageScanningConfiguration ?? { scanOnPush: false },
    });
    const found = await find(ecr, id);
    if (!found) throw new CloudError("DescribeRepositories", 400, "RepositoryNotFoundException", `the repository ${id} is gone`);
    const tags = allTags(client, inputs.tags);
    await writeTags(client, ecr, found.repositoryArn ?? "", tags);
    return outputs(client, inputs, found, tags);
  },

  async remove(client, id, known) {
    const ecr = await client.ecr();
    try {
      await unlessCode(["RepositoryNotFoundException"], () =>
        ecr.deleteRepository({ repositoryName: id, force: known.forceDelete ?? false }),
      );
    } catch (error) {
      if (!(error instanceof CloudError) || error.code !== "RepositoryNotEmptyException") throw error;
      throw new CloudError(
        error.operation,
        error.status,
        error.code,
        `the repository ${id} still holds images; forceDelete: true deletes them with it`,
      );
    }
  },
};

function filtersOf(inputs: Inputs): { filter: string; filterType: "WILDCARD" }[] | undefined {
  const filters = inputs.imageTagMutabilityExclusionFilters;
  return filters && filters.length > 0 ? filters.map(({ filter }) => ({ filter, filterType: "WILDCARD" })) : undefined;
}

function filtersFound(found: Repository): Pick<Inputs, "imageTagMutabilityExclusionFilters"> {
  const filters = (found.imageTagMutabilityExclusionFilters ?? []).map(({ filter = "", filterType = "" }) => ({ filter, filterType }));
  return filters.length > 0 ? { imageTagMutabilityExclusionFilters: filters } : {};
}

function encryptionOf(configurations: Encryption) {
  const [first] = configurations ?? [];
  return first && { encryptionType: first.encryptionType ?? ("AES256" as const), kmsKey: first.kmsKey };
}

/** Encryption is fixed at creation. Amazon's own key shows as the default that it is, unless the program names it. */
function encryptionFound(found: Repository, old: Encryption): { encryptionConfigurations?: Encryption } {
  const encryptionType = found.encryptionConfiguration?.encryptionType ?? "AES256";
  const [wanted] = old ?? [];
  if (!wanted && encryptionType === "AES256") return {};
  const kmsKey = wanted && wanted.kmsKey === undefined ? undefined : found.encryptionConfiguration?.kmsKey;
  const isImplied = wanted !== undefined && wanted.encryptionType === undefined && encryptionType === "AES256";
  return { encryptionConfigurations: [{ ...(!isImplied && { encryptionType }), ...(kmsKey !== undefined && { kmsKey }) }] };
}

function withTags(tags: Tags | undefined): { tags?: Tags } {
  return tags === undefined ? {} : { tags };
}

function outputs(client: AwsClient, inputs: Inputs, found: Repository, tagsAll: Tags): Outputs & Record<string, unknown> {
  return {
    ...inputs,
    arn: found.repositoryArn ?? "",
    registryId: found.registryId ?? client.account,
    repositoryUrl: found.repositoryUri ?? "",
    region: client.region,
    tagsAll,
  };
}

async function find(ecr: ECR, name: string): Promise<Repository | undefined> {
  const answer = await unlessCode(["RepositoryNotFoundException"], () => ecr.describeRepositories({ repositoryNames: [name] }));
  return answer?.repositories?.[0];
}

async function readTags(client: AwsClient, ecr: ECR, resourceArn: string): Promise<Tags> {
  return tagsFrom(client, (await ecr.listTagsForResource({ resourceArn })).tags);
}

async function writeTags(client: AwsClient, ecr: ECR, resourceArn: string, wanted: Tags): Promise<void> {
  const { put, remove } = tagChanges(await readTags(client, ecr, resourceArn), wanted);
  if (remove.length > 0) await ecr.untagResource({ resourceArn, tagKeys: remove });
  if (Object.keys(put).length > 0) await ecr.tagResource({ resourceArn, tags: tagList(put) });
}
