/** `aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration`. Its id is the bucket's name. */
import { z } from "zod";
import type { ResourceKind } from "../../../provider/kind";
import { type AwsClient, unlessCode } from "../../client";
import { NO_SUCH_BUCKET } from "./bucket";

const byDefault = z
  .strictObject({ sseAlgorithm: z.enum(["AES256", "aws:kms", "aws:kms:dsse"]), kmsMasterKeyId: z.string().optional() })
  .refine(
    ({ sseAlgorithm, kmsMasterKeyId }) => kmsMasterKeyId === undefined || sseAlgorithm !== "AES256",
    "kmsMasterKeyId goes with aws:kms and aws:kms:dsse only",
  );
const schema = z.strictObject({
  bucket: z.string(),
  rules: z
    .array(
      z.strictObject({
        applyServerSideEncryptionByDefault: byDefault.optional(),
        blockedEncryptionTypes: z.array(z.enum(["SSE-C", "NONE"])).optional(),
        bucketKeyEnabled: z.boolean().optional(),
      }),
    )
    .length(1, "S3 takes exactly one rule"),
});
type Inputs = z.infer<typeof schema>;
type Outputs = Inputs & { readonly region: string } & Record<string, unknown>;

const GONE = [...NO_SUCH_BUCKET, "ServerSideEncryptionConfigurationNotFoundError"];

export const bucketEncryption: ResourceKind<AwsClient, Inputs, Outputs> = {
  type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  schema,
  replaceOn: ["bucket"],

  create: async (client, inputs) => ({ id: inputs.bucket, outputs: await put(client, inputs) }),

  async read(client, id) {
    const s3 = await client.s3();
    const found = (await unlessCode(GONE, () => s3.getBucketEncryption({ Bucket: id })))?.ServerSideEncryptionConfiguration;
    if (!found) return undefined;
    const rules = (found.Rules ?? []).map((rule): Inputs["rules"][number] => ({
      ...(rule.ApplyServerSideEncryptionByDefault && {
        applyServerSideEncryptionByDefault: defaultFound(rule.ApplyServerSideEncryptionByDefault),
      }),
      ...(rule.BlockedEncryptionTypes?.EncryptionType && { blockedEncryptionTypes: rule.BlockedEncryptionTypes.EncryptionType.map(blockedType) }),
      bucketKeyEnabled: rule.BucketKeyEnabled ?? false,
    }));
    const inputs = { bucket: id, rules };
    return { id, inputs, outputs: { ...inputs, region: client.region } };
  },

  update: (client, _id, _old, inputs) => put(client, inputs),

  async remove(client, id) {
    const s3 = await client.s3();
    await unlessCode(GONE, () => s3.deleteBucketEncryption({ Bucket: id }));
  },
};

function blockedType(type: string): "SSE-C" | "NONE" {
  if (type === "SSE-C" || type === "NONE") return type;
  throw new Error(`S3 blocks ${type}, which the sandbox does not know`);
}

type ByDefault = z.infer<typeof byDefault>;

function defaultFound(found: { SSEAlgorithm?: string; KMSMasterKeyID?: string }): ByDefault {
  return {
    sseAlgorithm: found.SSEAlgorithm as ByDefault["sseAlgorithm"],
    ...(found.KMSMasterKeyID && { kmsMasterKeyId: found.KMSMasterKeyID }),
  };
}

async function put(client: AwsClient, inputs: Inputs): Promise<Outputs> {
  const s3 = await client.s3();
  await s3.putBucketEncryption({
    Bucket: inputs.bucket,
    ServerSideEncryptionConfiguration: {
      Rules: inputs.rules.map(({ applyServerSideEncryptionByDefault: rule, blockedEncryptionTypes: blocked, bucketKeyEnabled }) => ({
        ApplyServerSideEncryptionByDefault: rule && { SSEAlgorithm: rule.sseAlgorithm, KMSMasterKeyID: rule.kmsMasterKeyId },
        BlockedEncryptionTypes: blocked && { EncryptionType: blocked },
        BucketKeyEnabled: bucketKeyEnabled,
      })),
    },
  });
  return { ...inputs, region: client.region };
}
