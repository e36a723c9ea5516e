/** `aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock`. Its id is the bucket's name; each of the four settings is off when left out. */
import { z } from "zod";
import type { ResourceKind } from "../../../provider/kind";
import { type AwsClient, unlessCode } from "../../client";
import { NO_SUCH_BUCKET } from "./bucket";

const schema = z.strictObject({
  bucket: z.string(),
  blockPublicAcls: z.boolean(),
  blockPublicPolicy: z.boolean(),
  ignorePublicAcls: z.boolean(),
  restrictPublicBuckets: z.boolean(),
});
type Inputs = z.infer<typeof schema>;
type Outputs = Inputs & { readonly region: string } & Record<string, unknown>;

const GONE = [...NO_SUCH_BUCKET, "NoSuchPublicAccessBlockConfiguration"];

export const bucketPublicAccessBlock: ResourceKind<AwsClient, Inputs, Outputs> = {
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  schema,
  replaceOn: ["bucket"],

  defaults: (inputs) => ({
    blockPublicAcls: inputs.blockPublicAcls ?? false,
    blockPublicPolicy: inputs.blockPublicPolicy ?? false,
    ignorePublicAcls: inputs.ignorePublicAcls ?? false,
    restrictPublicBuckets: inputs.restrictPublicBuckets ?? false,
  }),

  create: async (client, inputs) => ({ id: inputs.bucket, outputs: await put(client, inputs) }),

  async read(client, id) {
    const s3 = await client.s3();
    const found = (await unlessCode(GONE, () => s3.getPublicAccessBlock({ Bucket: id })))?.PublicAccessBlockConfiguration;
    if (!found) return undefined;
    const inputs = {
      bucket: id,
      blockPublicAcls: found.BlockPublicAcls ?? false,
      blockPublicPolicy: found.BlockPublicPolicy ?? false,
      ignorePublicAcls: found.IgnorePublicAcls ?? false,
      restrictPublicBuckets: found.RestrictPublicBuckets ?? false,
    };
    return { id, inputs, outputs: { ...inputs, region: client.region } };
  },

  update: (client, _id, _old, inputs) => put(client, inputs),

  async remove(client, id) {
    const s3 = await client.s3();
    await unlessCode(GONE, () => s3.deletePublicAccessBlock({ Bucket: id }));
  },
};

async function put(client: AwsClient, inputs: Inputs): Promise<Outputs> {
  const s3 = await client.s3();
  await s3.putPublicAccessBlock({
    Bucket: inputs.bucket,
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: inputs.blockPublicAcls,
      BlockPublicPolicy: inputs.blockPublicPolicy,
      IgnorePublicAcls: inputs.ignorePublicAcls,
      RestrictPublicBuckets: inputs.restrictPublicBuckets,
    },
  });
  return { ...inputs, region: client.region };
}
