/** S3's kinds against the emulator. */
import { startAws, START_LIMIT, type TestAws } from "./support";
import type { AwsClient } from "../../../sandbox/aws/client";
import { PartialFailure } from "../../../sandbox/provider/kind";

let aws: TestAws;
let client: AwsClient;

beforeAll(async () => {
  aws = await startAws();
  client = await aws.client();
}, START_LIMIT);
afterAll(() => aws?.stop());

const BUCKET = "aws:s3/bucket:Bucket";
const name = "gpu-cicd-sccache";

async function withBucket<T>(work: () => Promise<T>): Promise<T> {
  const kind = aws.resource(BUCKET);
  const made = await kind.create(client, { bucket: name });
  try {
    return await work();
  } finally {
    await kind.remove(client, made);
  }
}

describe("a bucket", () => {
  test("has the real provider's id and outputs, and shows drift of its tags", async () => {
    const kind = aws.resource(BUCKET);
    const made = await kind.create(client, { bucket: name, tags: { team: "ci" } });
    expect(made).toEqual({
      id: name,
      inputs: { bucket: name, forceDestroy: false, tags: { team: "ci" } },
      outputs: {
        bucket: name,
        forceDestroy: false,
        objectLockEnabled: false,
        tags: { team: "ci" },
        tagsAll: { team: "ci" },
        arn: "arn:aws:s3:::gpu-cicd-sccache",
        bucketDomainName: "gpu-cicd-sccache.s3.amazonaws.com",
        bucketRegionalDomainName: "gpu-cicd-sccache.s3.us-west-2.amazonaws.com",
        bucketRegion: "us-west-2",
        region: "us-west-2",
        hostedZoneId: "Z3BJ6K6RIION7M",
      },
    });
    expect(await kind.refresh(client, made)).toEqual({ inputs: made.inputs, outputs: made.outputs });
    await (await client.s3()).putBucketTagging({ Bucket: name, Tagging: { TagSet: [{ Key: "by", Value: "hand" }] } });
    expect((await kind.refresh(client, made))?.inputs.tags).toEqual({ by: "hand" });
    const untagged = await kind.update(client, made, { bucket: name });
    expect((await kind.refresh(client, untagged))?.inputs).toEqual({ bucket: name, forceDestroy: false });
    await kind.remove(client, untagged);
    expect(await kind.refresh(client, untagged)).toBeUndefined();
    await kind.remove(client, untagged);
  });

  test.each(["us-east-1", "us-west-2"])("is not made twice in %s", async (region) => {
    const there = await aws.client({ region });
    const kind = aws.resource(BUCKET);
    const made = await kind.create(there, { bucket: "only-once" });
    await expect(kind.create(there, { bucket: "only-once" })).rejects.toThrow(
      "CreateBucket: 409 BucketAlreadyOwnedByYou: the bucket only-once exists already",
    );
    await kind.remove(there, made);
  });

  test("with objects goes only by forceDestroy", async () => {
    const kind = aws.resource(BUCKET);
    const made = await kind.create(client, { bucket: name });
    await (await client.s3()).putObject({ Bucket: name, Key: "main/a", Body: "x" });
    await expect(kind.remove(client, made)).rejects.toThrow(/^DeleteBucket: 409 BucketNotEmpty/);
    const forced = await kind.update(client, made, { bucket: name, forceDestroy: true });
    await kind.remove(client, forced);
    expect(await kind.refresh(client, forced)).toBeUndefined();
  });

  test("that could not be tagged is reported as half made", async () => {
    const kind = aws.resource(BUCKET);
    aws.ordered.set("PutBucketTagging", [new Error("the line is cut")]);
    const failure: unknown = await kind.create(client, { bucket: name, tags: { team: "ci" } }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure).toMatchObject({ created: { id: name }, reason: `the bucket ${name} exists but has no tags yet: the line is cut` });
    const half = failure as PartialFailure;
    const state = { id: name, inputs: { bucket: name }, outputs: half.created.outputs };
    const done = await kind.update(client, state, { bucket: name, tags: { team: "ci" } });
    expect((await kind.refresh(client, done))?.inputs.tags).toEqual({ team: "ci" });
    await kind.remove(client, done);
  });

  test.each(["UPPER", "ab", "192.168.0.1", "a..b", "xn--a", "x-s3alias"])("is never called %s", (bucket) => {
    expect(() => aws.resource(BUCKET).check({ bucket })).toThrow(/^bucket: a bucket name has /);
  });

  test("refuses the inputs that have resources of their own", () => {
    expect(() => aws.resource(BUCKET).check({ bucket: name, acl: "private", policy: "{}" })).toThrow(
      "acl: is not known here\npolicy: is not known here",
    );
  });
});

interface Case {
  readonly type: string;
  readonly inputs: Record<string, unknown>;
  readonly changed: Record<string, unknown>;
}

const rule = {
  id: "expire",
  status: "Enabled",
  filter: { prefix: "pull-request/" },
  expiration: { days: 14 },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 3 },
};
const policy = (action: string): Record<string, unknown> => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Deny",
      Principal: "*",
      Action: action,
      Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ],
});
const CASES: readonly Case[] = [
  {
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    inputs: { bucket: name, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    changed: { bucket: name, blockPublicAcls: true },
  },
  {
    type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    inputs: { bucket: name, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, blockedEncryptionTypes: ["SSE-C"] }] },
    changed: {
      bucket: name,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "alias/cache" }, blockedEncryptionTypes: ["NONE"], bucketKeyEnabled: true }],
    },
  },
  {
    type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    inputs: { bucket: name, rules: [rule, { id: "all", status: "Disabled", noncurrentVersionExpiration: { noncurrentDays: 2 } }] },
    changed: {
      bucket: name,
      rules: [{ id: "expire", status: "Enabled", filter: { and: { prefix: "x/", tags: { keep: "no" } } }, expiration: { days: 15 } }],
    },
  },
  {
    type: "aws:s3/bucketPolicy:BucketPolicy",
    inputs: { bucket: name, policy: policy("s3:*") },
    changed: { bucket: name, policy: policy("s3:PutObject") },
  },
];

describe.each(CASES)("$type", ({ type, inputs, changed }) => {
  test("is written, read back, changed and taken away; its id is the bucket's name", () =>
    withBucket(async () => {
      const kind = aws.resource(type);
      const made = await kind.create(client, inputs);
      expect(made.id).toBe(name);
      expect(made.outputs.region).toBe("us-west-2");
      expect(await kind.refresh(client, made)).toEqual({
        inputs: made.inputs,
        outputs: expect.objectContaining({ bucket: name, region: "us-west-2" }),
      });
      const updated = await kind.update(client, made, changed);
      expect((await kind.refresh(client, updated))?.inputs).toEqual(updated.inputs);
      // Seen from the former inputs the change is drift.
      expect((await kind.refresh(client, made))?.inputs).not.toEqual(made.inputs);
      await kind.remove(client, updated);
      expect(await kind.refresh(client, updated)).toBeUndefined();
      await kind.remove(client, updated);
    }));

  test("of a bucket that is not there is an error, and its removal a success", async () => {
    const kind = aws.resource(type);
    await expect(kind.create(client, inputs)).rejects.toThrow(/: 404 NoSuchBucket: /);
    await kind.remove(client, { id: name, outputs: inputs });
    expect(await kind.import(client, name)).toBeUndefined();
    expect(kind.kind.replaceOn).toEqual(["bucket"]);
  });
});

test("rules of expiry are held to S3's own rules", () => {
  const check = (rules: unknown): unknown =>
    aws.resource("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").check({ bucket: name, rules });
  expect(() => check([rule, rule])).toThrow('rules[1].id: "expire" is given twice');
  expect(() => check([{ id: "a", status: "Enabled" }])).toThrow(
    "rules[0]: has no action; expiration, noncurrentVersionExpiration or abortIncompleteMultipartUpload is needed",
  );
  expect(() => check([{ ...rule, filter: { prefix: "a", tag: { key: "a", value: "b" } } }])).toThrow(
    'rules[0].filter: found prefix, tag; at most one is allowed, several go into "and"',
  );
  expect(() => check([{ ...rule, expiration: { days: 1, expiredObjectDeleteMarker: true } }])).toThrow(
    "rules[0].expiration: found days, expiredObjectDeleteMarker; exactly one of days, date, expiredObjectDeleteMarker is needed",
  );
  expect(() => check([{ ...rule, filter: { tag: { key: "a", value: "b" } } }])).toThrow(
    "rules[0].abortIncompleteMultipartUpload: goes with no filter by tags: an unfinished upload has none",
  );
  expect(() => check([{ ...rule, expiration: { days: 0 } }])).toThrow("rules[0].expiration.days: S3 counts days from 1");
});
