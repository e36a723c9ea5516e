/** `aws:iam/role:Role` (Terraform: aws_iam_role). Its id is the role's name. Inline policies are resources of their own. */
import type { IAM, Role } from "@aws-sdk/client-iam";
import { z } from "zod";
import { autoName } from "../../../provider/autoname";
import { CloudError, type ResourceKind } from "../../../provider/kind";
import { type AwsClient, unlessCode } from "../../client";
import { documentAsRead } from "../../document";
import { asFailures, policyText, tagsSchema } from "../../schema";
import { allTags, ownTags, type Tags, tagChanges, tagList, tagsFrom } from "../../tags";
import { trustPolicyFindings } from "../../validate/trust";

export const NO_SUCH_ENTITY = ["NoSuchEntity"];

const schema = z.strictObject({
  name: z.string().regex(/^[\w+=,.@-]{1,64}$/, "a role name has 1 to 64 letters, digits and + = , . @ _ -"),
  assumeRolePolicy: z.string(),
  description: z.string().max(1000).optional(),
  forceDetachPolicies: z.boolean(),
  maxSessionDuration: z.int().min(3600).max(43200),
  path: z
    .string()
    .regex(/^\/(?:[!-~]+\/)?$/, "a path begins and ends with /")
    .max(512),
  permissionsBoundary: z
    .string()
    .regex(/^arn:aws[a-z-]*:iam::(\d{12}|aws):policy\/\S+$/, "the ARN of a managed policy is needed")
    .optional(),
  tags: tagsSchema,
});
type Inputs = z.infer<typeof schema>;
type Outputs = Inputs & {
  readonly arn: string;
  readonly uniqueId: string;
  readonly createDate: string;
  readonly namePrefix: string;
  readonly tagsAll: Tags;
} & Record<string, unknown>;

export const role: ResourceKind<AwsClient, Inputs, Outputs> = {
  type: "aws:iam/role:Role",
  schema,
  replaceOn: ["name", "path"],
  deleteBeforeReplace: (inputs, old) => inputs.name === old.name,

  defaults(inputs, info) {
    const assumeRolePolicy = policyText(inputs.assumeRolePolicy);
    return {
      name: inputs.name ?? autoName(info, "name", 64),
      forceDetachPolicies: inputs.forceDetachPolicies ?? false,
      maxSessionDuration: inputs.maxSessionDuration ?? 3600,
      path: inputs.path ?? "/",
      ...(assumeRolePolicy === undefined ? {} : { assumeRolePolicy }),
    };
  },

  check: (inputs) => asFailures("assumeRolePolicy", trustPolicyFindings(inputs.assumeRolePolicy)),

  async create(client, inputs) {
    const iam = await client.iam();
    const tags = allTags(client, inputs.tags);
    const { Role: made } = await iam.createRole({
      RoleName: inputs.name,
      Path: inputs.path,
      AssumeRolePolicyDocument: inputs.assumeRolePolicy,
      Description: inputs.description,
      MaxSessionDuration: inputs.maxSessionDuration,
      PermissionsBoundary: inputs.permissionsBoundary,
      Tags: tagList(tags),
    });
    return { id: inputs.name, outputs: outputs(inputs, made, tags) };
  },

  async read(client, id, _known, info) {
    const iam = await client.iam();
    const found = await find(iam, id);
    if (!found) return undefined;
    const old = info.oldInputs as Partial<Inputs> | undefined;
    const all = tagsFrom(client, found.Tags);
    const own = ownTags(client, all, old?.tags);
    const boundary = found.PermissionsBoundary?.PermissionsBoundaryArn;
    const inputs: Inputs = {
      name: id,
      path: found.Path ?? "/",
      assumeRolePolicy: documentAsRead(old?.assumeRolePolicy, decodeURIComponent(found.AssumeRolePolicyDocument ?? "")),
      forceDetachPolicies: old?.forceDetachPolicies ?? false,
      maxSessionDuration: found.MaxSessionDuration ?? 3600,
      ...(found.Description !== undefined && { description: found.Description }),
      ...(boundary !== undefined && { permissionsBoundary: boundary }),
      ...(own === undefined ? {} : { tags: own }),
    };
    return { id, inputs, outputs: outputs(inputs, found, all) };
  },

  async update(client, id, _old, inputs) {
    const iam = await client.iam();
    const found = await find(iam, id);
    if (!found) throw new CloudError("GetRole", 404, "NoSuchEntity", `the role ${id} is gone`);
    await iam.updateAssumeRolePolicy({ RoleName: id, PolicyDocument: inputs.assumeRolePolicy });
    await iam.updateRole({ RoleName: id, Description: inputs.description ?? "", MaxSessionDuration: inputs.maxSessionDuration });
    await writeBoundary(iam, id, found.PermissionsBoundary?.PermissionsBoundaryArn, inputs.permissionsBoundary);
    const tags = allTags(client, inputs.tags);
    await writeTags(iam, id, tagsFrom(client, found.Tags), tags);
    return outputs(inputs, found, tags);
  },

  async remove(client, id, known) {
    const iam = await client.iam();
    await unlessCode(NO_SUCH_ENTITY, async () => {
      if (known.forceDetachPolicies) await dropPolicies(iam, id);
      await iam.deleteRole({ RoleName: id });
    });
  },
};

async function find(iam: IAM, name: string): Promise<Role | undefined> {
  return (await unlessCode(NO_SUCH_ENTITY, () => iam.getRole({ RoleName: name })))?.Role;
}

function outputs(inputs: Inputs, found: Role | undefined, tagsAll: Tags): Outputs {
  return {
    ...inputs,
    arn: found?.Arn ?? "",
    uniqueId: found?.RoleId ?? "",
    createDate: found?.CreateDate?.toISOString().replace(/\.\d{3}Z$/, "Z") ?? "",
    namePrefix: "",
    tagsAll,
  };
}

async function writeBoundary(iam: IAM, name: string, found: string | undefined, wanted: string | undefined): Promise<void> {
  if (found === wanted) return;
  if (wanted === undefined) await iam.deleteRolePermissionsBoundary({ RoleName: name });
  else await iam.putRolePermissionsBoundary({ RoleName: name, PermissionsBoundary: wanted });
}

async function writeTags(iam: IAM, name: string, found: Tags, wanted: Tags): Promise<void> {
  const { put, remove } = tagChanges(found, wanted);
  if (remove.length > 0) await iam.untagRole({ RoleName: name, TagKeys: remove });
  if (Object.keys(put).length > 0) await iam.tagRole({ RoleName: name, Tags: tagList(put) });
}

/** IAM deletes no role that still has policies; forceDetachPolicies takes them away first. */
async function dropPolicies(iam: IAM, name: string): Promise<void> {
  const attached = await iam.listAttachedRolePolicies({ RoleName: name });
  for (const { PolicyArn } of attached.AttachedPolicies ?? []) await iam.detachRolePolicy({ RoleName: name, PolicyArn });
  const inline = await iam.listRolePolicies({ RoleName: name });
  for (const PolicyName of inline.PolicyNames ?? []) await iam.deleteRolePolicy({ RoleName: name, PolicyName });
}
