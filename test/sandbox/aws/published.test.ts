/** Requests against the models that AWS publishes: what the emulator and the SDK would both let through. */
import { PublishedModels, type Service } from "../../../sandbox/aws/published";
import { toolPath } from "../../../sandbox/tools";
import { START_LIMIT, startAws, type TestAws } from "./support";

let models: PublishedModels;
beforeAll(async () => {
  models = new PublishedModels(await toolPath("moto_server"));
}, START_LIMIT);

const rule = (more: object): object => ({ ID: "r", Status: "Enabled", Filter: {}, ...more });
const lifecycle = (more: object): object => ({ Bucket: "bucket-1", LifecycleConfiguration: { Rules: [rule(more)] } });

test.each<[string, Service, string, object, string, string]>([
  ["a member that is not there", "ecr", "CreateRepository", { repositoryName: "team/image", scanOnPush: true }, "scanOnPush", "is no member"],
  ["one deep down", "ecr", "CreateRepository", { repositoryName: "team/image", imageScanningConfiguration: { scan: true } }, "imageScanningConfiguration.scan", "is no member"],
  ["what is required, missing", "ecr", "CreateRepository", {}, "repositoryName", "found nothing; it is required"],
  ["a text for a switch", "ecr", "CreateRepository", { repositoryName: "team/image", imageScanningConfiguration: { scanOnPush: "true" } }, "imageScanningConfiguration.scanOnPush", 'found "true"; true or false is expected'],
  ["a name that is too short", "ecr", "CreateRepository", { repositoryName: "x" }, "repositoryName", "found 1 characters; 2 is the least"],
  ["an unknown mutability", "ecr", "CreateRepository", { repositoryName: "team/image", imageTagMutability: "FROZEN" }, "imageTagMutability", 'found "FROZEN"; allowed are MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION'],
  ["a filter of another kind", "ecr", "PutImageTagMutability", { repositoryName: "a/b", imageTagMutability: "MUTABLE", imageTagMutabilityExclusionFilters: [{ filterType: "REGEX", filter: "a" }] }, "imageTagMutabilityExclusionFilters[0].filterType", 'found "REGEX"; allowed are WILDCARD'],
  ["an object for a list", "iam", "CreateOpenIDConnectProvider", { Url: "https://x.example", ClientIDList: "sts.amazonaws.com" }, "ClientIDList", 'found "sts.amazonaws.com"; a list is expected'],
  ["a session that is too long", "iam", "CreateRole", { RoleName: "r", AssumeRolePolicyDocument: "{}", MaxSessionDuration: 43_201 }, "MaxSessionDuration", "found 43201; 43200 is the most"],
  ["a name with a blank", "iam", "CreateRole", { RoleName: "a role", AssumeRolePolicyDocument: "{}" }, "RoleName", 'found "a role"; it has to match [\\w+=,.@-]+'],
  ["a state in small letters", "s3", "PutBucketLifecycleConfiguration", lifecycle({ Status: "enabled" }), "LifecycleConfiguration.Rules[0].Status", 'found "enabled"; allowed are Enabled, Disabled'],
  ["days as a text", "s3", "PutBucketLifecycleConfiguration", lifecycle({ Expiration: { Days: "30" } }), "LifecycleConfiguration.Rules[0].Expiration.Days", 'found "30"; a number is expected'],
  ["an operation that is not there", "s3", "PutBucketSomething", {}, "PutBucketSomething", "is no operation of s3"],
])("refuses %s", (_, service, operation, input, member, reason) => {
  expect(models.faults(service, operation, input)).toEqual([{ member, reason }]);
});

test("takes what is right, and tells every fault at once", () => {
  expect(models.faults("s3", "PutBucketLifecycleConfiguration", lifecycle({ Expiration: { Days: 30 } }))).toEqual([]);
  expect(models.faults("iam", "CreateRole", { RoleName: "r", AssumeRolePolicyDocument: "{\n}", Tags: [{ Key: "a", Value: "" }] })).toEqual([]);
  expect(() => models.require("ecr", "CreateRepository", { name: "x", tags: {} })).toThrow(
    "repositoryName: found nothing; it is required, by the published model of ecr; name: is no member, by the published model of ecr; tags: found {}; a list is expected, by the published model of ecr",
  );
});

describe("a client of the sandbox", () => {
  let aws: TestAws;
  beforeAll(async () => {
    aws = await startAws();
  }, START_LIMIT);
  afterAll(() => aws.stop());

  test("sends no request that its model does not take", async () => {
    const ecr = await (await aws.client()).ecr();
    const before = aws.passed.length;
    await expect(ecr.createRepository({ repositoryName: "team/image", scanOnPush: true } as never)).rejects.toMatchObject({ status: 400, message: expect.stringContaining("scanOnPush: is no member") as string });
    expect(aws.passed.length).toBe(before);
  });
});
