/** The cloud as a whole: configuration, accounts, the choke point and its retries, what was created. */
import { CloudError } from "../../../sandbox/provider/kind";
import { validConfig } from "../../../sandbox/provider/config";
import { MAXIMUM_ATTEMPTS } from "../../../sandbox/aws/client";
import { startAws, START_LIMIT, type TestAws, trustPolicy } from "./support";

let aws: TestAws;
beforeAll(async () => {
  aws = await startAws({ accountId: "210987654321", region: "us-east-2" });
}, START_LIMIT);
afterAll(() => aws?.stop());

const fault = (status: number, code: string): CloudError => new CloudError("DescribeRepositories", status, code, "ordered");
const read = async (): Promise<unknown> => {
  const client = await aws.client();
  aws.passed.length = 0;
  return (await client.ecr()).describeRepositories({});
};

describe("an account", () => {
  test("is the one that the sandbox starts with, until an instance names another", async () => {
    expect(aws.cloud.environment).toEqual({
      AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      AWS_ACCESS_KEY_ID: "AKIASBOX210987654321",
      AWS_SECRET_ACCESS_KEY: "not-a-secret",
      AWS_REGION: "us-east-2",
      AWS_DEFAULT_REGION: "us-east-2",
      AWS_EC2_METADATA_DISABLED: "true",
    });
    expect((await aws.client()).account).toBe("210987654321");
    const client = await aws.client({ region: "eu-west-1", allowedAccountIds: ["000000000042"] });
    expect([client.account, client.region]).toEqual(["000000000042", "eu-west-1"]);
    expect(aws.cloud.environment).toMatchObject({ AWS_ACCESS_KEY_ID: "AKIASBOX000000000042", AWS_REGION: "eu-west-1" });
    const made = await aws.resource("aws:ecr/repository:Repository").create(client, { name: "there" });
    expect(made.outputs.repositoryUrl).toBe("000000000042.dkr.ecr.eu-west-1.amazonaws.com/there");
    expect((await (await (await aws.client()).ecr()).describeRepositories({})).repositories).toEqual([]);
    await aws.resource("aws:ecr/repository:Repository").remove(client, made);
  });

  test("that is not allowed is refused, whoever's key it is", async () => {
    const own = { accessKey: "AKIASBOX000000000042", secretKey: "x" };
    await expect(aws.client({ region: "us-west-2", ...own, allowedAccountIds: ["000000000001"] })).rejects.toThrow(
      "AWS account ID not allowed: 000000000042; allowedAccountIds are 000000000001",
    );
    await expect(aws.client({ region: "us-west-2", ...own, forbiddenAccountIds: ["000000000042"] })).rejects.toThrow(
      "AWS account ID not allowed: 000000000042 is one of forbiddenAccountIds",
    );
    await expect(aws.client({ region: "us-west-2", allowedAccountIds: ["000000000001", "000000000002"] })).rejects.toThrow(
      "AWS account ID not allowed: 210987654321;",
    );
  });
});

test("the configuration is read as the SDK sends it, and what is not known is refused", () => {
  const { provider } = aws.cloud;
  expect(
    validConfig(provider, {
      region: "us-west-2",
      version: "7.48.0",
      skipRegionValidation: "true",
      defaultTags: '{"tags":{"a":"b"}}',
      allowedAccountIds: '["123456789012"]',
    }),
  ).toEqual({
    region: "us-west-2",
    skipRegionValidation: true,
    defaultTags: { tags: { a: "b" } },
    allowedAccountIds: ["123456789012"],
  });
  expect(() => validConfig(provider, { region: "us-west-2", stsRegion: "us-east-1" })).toThrow(
    "configuration of provider aws: stsRegion: is not known here",
  );
  expect(() => validConfig(provider, { region: "Oregon" })).toThrow("region: a region is written like us-west-2");
  expect(() => validConfig(provider, { region: "us-west-2", accessKey: "a" })).toThrow("secretKey: accessKey and secretKey go together");
  expect([provider.package, provider.version, provider.configReplaceOn]).toEqual(["aws", "7.48.0", ["region"]]);
  expect(provider.kind("aws:ec2/instance:Instance")).toBeUndefined();
});

describe("the choke point", () => {
  test("is passed once for each request, under the operation's name", async () => {
    const client = await aws.client();
    aws.passed.length = 0;
    const kind = aws.resource("aws:ecr/repository:Repository");
    const made = await kind.create(client, { name: "seen" });
    await kind.refresh(client, made);
    await kind.update(client, made, { name: "seen", tags: { a: "b" } });
    await kind.remove(client, made);
    expect(aws.passed).toEqual([
      "CreateRepository",
      ...["DescribeRepositories", "ListTagsForResource"],
      ...["PutImageTagMutability", "PutImageScanningConfiguration", "DescribeRepositories", "ListTagsForResource", "TagResource"],
      "DeleteRepository",
    ]);
  });

  test("passes the identity too", async () => {
    aws.passed.length = 0;
    await aws.client();
    expect(aws.passed).toEqual(["GetCallerIdentity"]);
  });

  test("lets throttling be tried again, a few times", async () => {
    aws.ordered.set("DescribeRepositories", [fault(429, "ThrottlingException"), fault(400, "ThrottlingException")]);
    await expect(read()).resolves.toBeDefined();
    expect(aws.passed).toEqual(Array(3).fill("DescribeRepositories"));
    aws.ordered.set(
      "DescribeRepositories",
      Array.from({ length: 9 }, () => fault(429, "TooManyRequestsException")),
    );
    await expect(read()).rejects.toEqual(fault(429, "TooManyRequestsException"));
    expect(aws.passed).toHaveLength(MAXIMUM_ATTEMPTS);
    aws.ordered.clear();
  });

  test.each([
    [500, "InternalFailure"],
    [409, "ConflictException"],
  ])("lets a %i through at once, as it was ordered", async (status, code) => {
    aws.ordered.set("DescribeRepositories", [fault(status, code)]);
    const failure: unknown = await read().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CloudError);
    expect(failure).toMatchObject({
      operation: "DescribeRepositories",
      status,
      code,
      message: `DescribeRepositories: ${status} ${code}: ordered`,
    });
    expect(aws.passed).toEqual(["DescribeRepositories"]);
  });
});

test("what was created is read from the services, over every account in use", async () => {
  const client = await aws.client({ region: "us-west-2", allowedAccountIds: ["000000000077"] });
  const types = [
    "aws:ecr/repository:Repository",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "aws:iam/role:Role",
    "aws:s3/bucket:Bucket",
  ];
  const [repository, provider, role, bucket] = types.map((type) => aws.resource(type));
  const exclusions = ["main-*", "nightly-*"].map((filter) => ({ filter, filterType: "WILDCARD" }));
  await repository?.create(client, {
    name: "ai-dynamo/dynamo",
    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
    imageTagMutabilityExclusionFilters: exclusions,
  });
  await repository?.create(client, { name: "ai-dynamo/cache" });
  await provider?.create(client, { url: "https://token.actions.githubusercontent.com", clientIdLists: ["sts.amazonaws.com"] });
  await role?.create(client, { name: "main-images", assumeRolePolicy: trustPolicy("repo:o/r:environment:main-images", "000000000077") });
  await bucket?.create(client, { bucket: "sccache" });
  aws.passed.length = 0;
  expect(await aws.cloud.inventory()).toEqual([
    { kind: "ECR repository", name: "ai-dynamo/cache", detail: "MUTABLE" },
    { kind: "ECR repository", name: "ai-dynamo/dynamo", detail: "IMMUTABLE_WITH_EXCLUSION: main-*, nightly-*" },
    { kind: "IAM role", name: "main-images", detail: "no inline policy" },
    { kind: "IAM identity provider", name: "token.actions.githubusercontent.com", detail: "audiences: sts.amazonaws.com" },
    { kind: "S3 bucket", name: "sccache", detail: "arn:aws:s3:::sccache" },
  ]);
  expect(aws.passed).toEqual([]);
  expect(aws.cloud.lookAt.map(({ command }) => command)).toContain("aws ecr describe-repositories");
});
