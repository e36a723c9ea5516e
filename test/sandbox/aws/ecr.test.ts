/** ECR's kinds against the emulator: what they write, read, notice and refuse. */
import { startAws, START_LIMIT, type TestAws } from "./support";
import type { AwsClient } from "../../../sandbox/aws/client";

let aws: TestAws;
let client: AwsClient;

beforeAll(async () => {
  aws = await startAws();
  client = await aws.client();
}, START_LIMIT);
afterAll(() => aws?.stop());

const REPOSITORY = "aws:ecr/repository:Repository";
const LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
const POLICY = "aws:ecr/repositoryPolicy:RepositoryPolicy";

const exclusions = [
  { filter: "main-*", filterType: "WILDCARD" },
  { filter: "nightly-*", filterType: "WILDCARD" },
];
const images = {
  name: "ai-dynamo/dynamo",
  imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
  imageTagMutabilityExclusionFilters: exclusions,
  imageScanningConfiguration: { scanOnPush: true },
  tags: { team: "ci" },
};
const expire = (days: number): string =>
  JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: days },
        action: { type: "expire" },
      },
    ],
  });

describe("a repository", () => {
  test("is made with its exclusions, and has the real provider's id and outputs", async () => {
    const kind = aws.resource(REPOSITORY);
    const made = await kind.create(client, images);
    expect(made.id).toBe("ai-dynamo/dynamo");
    expect(made.outputs).toEqual({
      ...images,
      arn: "arn:aws:ecr:us-west-2:123456789012:repository/ai-dynamo/dynamo",
      registryId: "123456789012",
      repositoryUrl: "123456789012.dkr.ecr.us-west-2.amazonaws.com/ai-dynamo/dynamo",
      region: "us-west-2",
      tagsAll: { team: "ci" },
    });
    const [found] = (await (await client.ecr()).describeRepositories({})).repositories ?? [];
    expect(found).toMatchObject({
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: exclusions,
      imageScanningConfiguration: { scanOnPush: true },
    });
    expect(await kind.refresh(client, made)).toEqual({ inputs: made.inputs, outputs: made.outputs });
    expect(await kind.import(client, made.id)).toEqual(images);
    await kind.remove(client, made);
    expect(await kind.refresh(client, made)).toBeUndefined();
    await kind.remove(client, made);
  });

  test("shows each kind of drift, and an update repairs it", async () => {
    const kind = aws.resource(REPOSITORY);
    const made = await kind.create(client, images);
    const ecr = await client.ecr();
    await ecr.putImageTagMutability({ repositoryName: made.id, imageTagMutability: "MUTABLE" });
    await ecr.putImageScanningConfiguration({ repositoryName: made.id, imageScanningConfiguration: { scanOnPush: false } });
    await ecr.tagResource({ resourceArn: String(made.outputs.arn), tags: [{ Key: "by", Value: "hand" }] });
    expect((await kind.refresh(client, made))?.inputs).toEqual({
      name: "ai-dynamo/dynamo",
      imageTagMutability: "MUTABLE",
      imageScanningConfiguration: { scanOnPush: false },
      tags: { by: "hand", team: "ci" },
    });
    const repaired = await kind.update(client, made, images);
    expect(await kind.refresh(client, repaired)).toEqual({ inputs: repaired.inputs, outputs: made.outputs });
    await ecr.putImageTagMutability({
      repositoryName: made.id,
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter: "*", filterType: "WILDCARD" }],
    });
    expect((await kind.refresh(client, made))?.inputs.imageTagMutabilityExclusionFilters).toEqual([
      { filter: "*", filterType: "WILDCARD" },
    ]);
    await kind.remove(client, made);
  });

  test("takes the provider's default tags, which are no inputs of its own", async () => {
    const tagged = await aws.client({ region: "us-west-2", defaultTags: { tags: { stack: "prod", team: "all" } } });
    const kind = aws.resource(REPOSITORY);
    const made = await kind.create(tagged, { name: "plain" });
    expect(made.outputs.tagsAll).toEqual({ stack: "prod", team: "all" });
    expect((await kind.refresh(tagged, made))?.inputs).toEqual({ name: "plain", imageTagMutability: "MUTABLE" });
    const own = await kind.update(tagged, made, { name: "plain", tags: { team: "ci" } });
    expect(own.outputs.tagsAll).toEqual({ stack: "prod", team: "ci" });
    expect((await kind.refresh(tagged, own))?.inputs.tags).toEqual({ team: "ci" });
    await kind.remove(tagged, own);
  });

  test("with images goes only by forceDelete", async () => {
    const kind = aws.resource(REPOSITORY);
    const made = await kind.create(client, { name: "full" });
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: "application/vnd.docker.distribution.manifest.v2+json",
      config: {},
      layers: [],
    });
    await (await client.ecr()).putImage({ repositoryName: "full", imageManifest: manifest, imageTag: "main-vllm-amd64" });
    await expect(kind.remove(client, made)).rejects.toThrow(
      "DeleteRepository: 400 RepositoryNotEmptyException: the repository full still holds images; forceDelete: true deletes them with it",
    );
    const forced = await kind.update(client, made, { name: "full", forceDelete: true });
    await kind.remove(client, forced);
    expect(await kind.refresh(client, forced)).toBeUndefined();
  });

  test("is not made twice", async () => {
    const kind = aws.resource(REPOSITORY);
    const made = await kind.create(client, { name: "once" });
    await expect(kind.create(client, { name: "once" })).rejects.toThrow(
      "CreateRepository: 400 RepositoryAlreadyExistsException: The repository with name 'once' already exists in the registry with id '123456789012'",
    );
    await kind.remove(client, made);
  });

  test("gets a name when the program gives none, keeps it, and replaces only what has the same name", () => {
    const kind = aws.resource(REPOSITORY);
    const { name } = kind.check({});
    expect(name).toMatch(/^it-[0-9a-f]{7}$/);
    expect(kind.kind.defaults?.({}, { ...kind.info, oldInputs: { name } })).toEqual({ name, imageTagMutability: "MUTABLE" });
    const first = kind.kind.deleteBeforeReplace;
    expect(typeof first === "function" && [first({ name: "a" }, { name: "a" }), first({ name: "a" }, { name: "b" })]).toEqual([
      true,
      false,
    ]);
  });

  test("refuses what ECR refuses and what is not known, by property", () => {
    const kind = aws.resource(REPOSITORY);
    expect(() => kind.check({ name: "a/b", imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" })).toThrow(
      'imageTagMutabilityExclusionFilters: found 0 filters; imageTagMutability "IMMUTABLE_WITH_EXCLUSION" needs 1 to 5',
    );
    expect(() => kind.check({ name: "Upper", region: "eu-west-1" })).toThrow(
      /name: a repository name has lower case letters and digits, in parts divided by \. _ - \/\nregion: is not known here/,
    );
  });
});

describe("a lifecycle policy", () => {
  test("is one text in state, compared by meaning; any change replaces it, the old one first", async () => {
    const home = await aws.resource(REPOSITORY).create(client, { name: "kept" });
    const kind = aws.resource(LIFECYCLE);
    const made = await kind.create(client, { repository: "kept", policy: `  ${expire(14)}\n` });
    expect(made).toMatchObject({ id: "kept", outputs: { repository: "kept", registryId: "123456789012", region: "us-west-2" } });
    expect(await kind.refresh(client, made)).toEqual({ inputs: made.inputs, outputs: made.outputs });
    const ecr = await client.ecr();
    await ecr.putLifecyclePolicy({ repositoryName: "kept", lifecyclePolicyText: JSON.stringify(JSON.parse(expire(14)), null, 2) });
    expect((await kind.refresh(client, made))?.inputs).toEqual(made.inputs);
    await ecr.putLifecyclePolicy({ repositoryName: "kept", lifecyclePolicyText: expire(1) });
    expect(JSON.parse(String((await kind.refresh(client, made))?.inputs.policy))).toEqual(JSON.parse(expire(1)));
    expect([kind.kind.update, kind.kind.deleteBeforeReplace]).toEqual([undefined, true]);
    await kind.remove(client, made);
    expect(await kind.refresh(client, made)).toBeUndefined();
    await kind.remove(client, made);
    await aws.resource(REPOSITORY).remove(client, home);
    await kind.remove(client, made);
  });

  test("is refused in Check and, for every other client, by the service", async () => {
    const kind = aws.resource(LIFECYCLE);
    expect(() => kind.check({ repository: "x", policy: expire(0) })).toThrow(
      "policy: rules[0].selection.countNumber: found 0; an integer of at least 1 is needed",
    );
    const home = await aws.resource(REPOSITORY).create(client, { name: "strict" });
    const twice = JSON.stringify({ rules: [...JSON.parse(expire(1)).rules, ...JSON.parse(expire(2)).rules] });
    const ecr = await client.ecr();
    await expect(ecr.putLifecyclePolicy({ repositoryName: "strict", lifecyclePolicyText: twice })).rejects.toThrow(
      "PutLifecyclePolicy: 400 InvalidParameterException: Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'rules[1].rulePriority: found 1, which rules[0] has already; each priority is unique'",
    );
    await expect(
      ecr.putLifecyclePolicy({ repositoryName: "strict", lifecyclePolicyText: expire(1).replace("sinceImagePushed", "sinceImagePulled") }),
    ).rejects.toThrow(
      "PutLifecyclePolicy: 501 NotImplemented: the sandbox's registry cannot hold sinceImagePulled in a lifecycle policy; Amazon ECR can",
    );
    await aws.resource(REPOSITORY).remove(client, home);
  });

  test("of a repository that is not there is an error", async () => {
    await expect(aws.resource(LIFECYCLE).create(client, { repository: "nowhere", policy: expire(3) })).rejects.toThrow(
      /^PutLifecyclePolicy: 400 RepositoryNotFoundException: /,
    );
  });
});

test("a repository policy is written, read by meaning, changed and taken away", async () => {
  const home = await aws.resource(REPOSITORY).create(client, { name: "shared" });
  const kind = aws.resource(POLICY);
  const policy = (action: string | string[]): Record<string, unknown> => ({
    Version: "2012-10-17",
    Statement: [{ Sid: "pull", Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: action }],
  });
  const made = await kind.create(client, { repository: "shared", policy: policy("ecr:BatchGetImage") });
  expect(typeof made.inputs.policy).toBe("string");
  const ecr = await client.ecr();
  await ecr.setRepositoryPolicy({ repositoryName: "shared", policyText: JSON.stringify(policy(["ecr:BatchGetImage"])) });
  expect((await kind.refresh(client, made))?.inputs).toEqual(made.inputs);
  const changed = await kind.update(client, made, { repository: "shared", policy: policy(["ecr:BatchGetImage", "ecr:PutImage"]) });
  expect(await kind.refresh(client, changed)).toEqual({ inputs: changed.inputs, outputs: changed.outputs });
  expect((await kind.refresh(client, made))?.inputs.policy).toBe(changed.inputs.policy);
  await kind.remove(client, made);
  expect(await kind.refresh(client, made)).toBeUndefined();
  expect(() => kind.check({ repository: "shared", policy: policy("ecr:PullImage") })).toThrow(
    'policy: Statement[0].Action: "ecr:PullImage" names no action of ecr',
  );
  await aws.resource(REPOSITORY).remove(client, home);
});
