/**
 * `aws:s3/bucket:Bucket` (Terraform: aws_s3_bucket). Its id is the bucket's name. What has a resource of its own (policy, encryption,
 * lifecycle, access block) is no input here: the real provider calls those inputs deprecated.
 */
import type { S3 } from "@aws-sdk/client-s3";
import { z } from "zod";
import { autoName } from "../../../provider/autoname";
import { CloudError, PartialFailure, type ResourceKind } from "../../../provider/kind";
import { type AwsClient, unlessCode } from "../../client";
import { tagsSchema } from "../../schema";
import { allTags, ownTags, type Tags, tagList, tagsFrom } from "../../tags";

export const NO_SUCH_BUCKET = ["NoSuchBucket", "NotFound"];

/** Names (S3 User Guide, "General purpose bucket naming rules"). */
const bucketName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/,
    "a bucket name has 3 to 63 lower case letters, digits, dots and dashes, and begins and ends with a letter or a digit",
  )
  .refine(
    (name) => !name.includes("..") && !/^\d+\.\d+\.\d+\.\d+$/.test(name),
    "a bucket name has no two dots in a row and is no IP address",
  )
  .refine(
    (name) => !/^(?:xn--|sthree-|amzn-s3-demo-)|(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name),
    "a bucket name has none of the prefixes and suffixes that S3 reserves",
  );

const schema = z.strictObject({
  bucket: bucketName,
  forceDestroy: z.boolean(),
  objectLockEnabled: z.boolean().optional(),
  tags: tagsSchema,
});
type Inputs = z.infer<typeof schema>;
type Outputs = Inputs & { readonly arn: string; readonly tagsAll: Tags } & Record<string, unknown>;

/** Zones of S3's website endpoints, for the regions that the sandbox's stacks use (AWS General Reference, "Amazon S3 website endpoints"). */
const HOSTED_ZONES: Readonly<Record<string, string>> = {
  "us-east-1": "Z3AQBSTGFYJSTF",
  "us-east-2": "Z2O1EMRO9K5GLX",
  "us-west-1": "Z2F56UZL2M1ACD",
  "us-west-2": "Z3BJ6K6RIION7M",
  "eu-west-1": "Z1BKCTXD74EZPE",
  "eu-central-1": "Z21DNDUVLTQW6Q",
};

export const bucket: ResourceKind<AwsClient, Inputs, Outputs> = {
  type: "aws:s3/bucket:Bucket",
  schema,
  replaceOn: ["bucket", "objectLockEnabled"],
  deleteBeforeReplace: (inputs, old) => inputs.bucket === old.bucket,

  defaults: (inputs, info) => ({
    bucket: inputs.bucket ?? autoName(info, "bucket", 63).toLowerCase(),
    forceDestroy: inputs.forceDestroy ?? false,
  }),

  async create(client, inputs) {
    const s3 = await client.s3();
    await refuseExisting(s3, inputs.bucket);
    await s3.createBucket({
      Bucket: inputs.bucket,
      ObjectLockEnabledForBucket: inputs.objectLockEnabled,
      // S3 refuses its first region as a location constraint.
      CreateBucketConfiguration: client.region === "us-east-1" ? undefined : { LocationConstraint: client.region as "us-west-2" },
    });
    const tags = allTags(client, inputs.tags);
    const created = { id: inputs.bucket, outputs: outputs(client, inputs, tags) };
    try {
      if (Object.keys(tags).length > 0) await s3.putBucketTagging({ Bucket: inputs.bucket, Tagging: { TagSet: tagList(tags) } });
    } catch (error) {
      throw new PartialFailure(
        created,
        `the bucket ${inputs.bucket} exists but has no tags yet: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    return created;
  },

  async read(client, id, _known, info) {
    const s3 = await client.s3();
    if (!(await unlessCode(NO_SUCH_BUCKET, () => s3.headBucket({ Bucket: id })))) return undefined;
    const old = info.oldInputs as Partial<Inputs> | undefined;
    const all = await readTags(client, s3, id);
    const own = ownTags(client, all, old?.tags);
    const inputs: Inputs = {
      bucket: id,
      forceDestroy: old?.forceDestroy ?? false,
      ...(old?.objectLockEnabled !== undefined && { objectLockEnabled: old.objectLockEnabled }),
      ...(own === undefined ? {} : { tags: own }),
    };
    return { id, inputs, outputs: outputs(client, inputs, all) };
  },

  async update(client, id, _old, inputs) {
    const s3 = await client.s3();
    const tags = allTags(client, inputs.tags);
    if (Object.keys(tags).length > 0) await s3.putBucketTagging({ Bucket: id, Tagging: { TagSet: tagList(tags) } });
    else await s3.deleteBucketTagging({ Bucket: id });
    return outputs(client, inputs, tags);
  },

  async remove(client, id, known) {
    const s3 = await client.s3();
    await unlessCode(NO_SUCH_BUCKET, async () => {
      if (known.forceDestroy) await empty(s3, id);
      await s3.deleteBucket({ Bucket: id });
    });
  },
};

/** In its first region S3 answers the creation of a bucket that the account has already with success; the real provider asks first. */
async function refuseExisting(s3: S3, name: string): Promise<void> {
  const found = await unlessCode(NO_SUCH_BUCKET, () => s3.headBucket({ Bucket: name }));
  if (found) throw new CloudError("CreateBucket", 409, "BucketAlreadyOwnedByYou", `the bucket ${name} exists already`);
}

/** Deletes every object, with all its versions and delete markers. */
async function empty(s3: S3, name: string): Promise<void> {
  for (;;) {
    const page = await s3.listObjectVersions({ Bucket: name });
    const objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (objects.length === 0) return;
    await s3.deleteObjects({ Bucket: name, Delete: { Objects: objects, Quiet: true } });
  }
}

function outputs(client: AwsClient, inputs: Inputs, tagsAll: Tags): Outputs {
  const name = inputs.bucket;
  const hostedZoneId = HOSTED_ZONES[client.region];
  return {
    ...inputs,
    arn: `arn:aws:s3:::${name}`,
    bucketDomainName: `${name}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${name}.s3.${client.region}.amazonaws.com`,
    bucketRegion: client.region,
    region: client.region,
    objectLockEnabled: inputs.objectLockEnabled ?? false,
    ...(hostedZoneId !== undefined && { hostedZoneId }),
    tagsAll,
  };
}

async function readTags(client: AwsClient, s3: S3, name: string): Promise<Tags> {
  return tagsFrom(client, (await unlessCode(["NoSuchTagSet"], () => s3.getBucketTagging({ Bucket: name })))?.TagSet);
}
