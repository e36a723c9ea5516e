/** IAM's kinds against the emulator, and who can assume a role through STS. */
import { githubProvider, startAws, START_LIMIT, type TestAws, trustPolicy } from "./support";
import type { AwsClient } from "../../../sandbox/aws/client";

let aws: TestAws;
let client: AwsClient;

beforeAll(async () => {
  aws = await startAws();
  client = await aws.client();
}, START_LIMIT);
afterAll(() => aws?.stop());

const PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
const ROLE = "aws:iam/role:Role";
const ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";

const github = { url: "https://token.actions.githubusercontent.com", clientIdLists: ["sts.amazonaws.com"] };
const subject = "repo:ai-dynamo/dynamo:environment:main-images";
const push = {
  Version: "2012-10-17",
  Statement: [
    { Sid: "login", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Sid: "push",
      Effect: "Allow",
      Action: ["ecr:PutImage", "ecr:BatchGetImage"],
      Resource: "arn:aws:ecr:us-west-2:123456789012:repository/ai-dynamo/dynamo",
    },
  ],
};

/** Runs `work` with GitHub's provider in the account. */
async function withGithub<T>(work: () => Promise<T>): Promise<T> {
  const kind = aws.resource(PROVIDER);
  const made = await kind.create(client, github);
  try {
    return await work();
  } finally {
    await kind.remove(client, made);
  }
}

test("an identity provider has its ARN as id, shows drift and is made once", async () => {
  const kind = aws.resource(PROVIDER);
  const made = await kind.create(client, { ...github, tags: { team: "ci" } });
  expect(made.id).toBe(githubProvider());
  expect(made.outputs).toEqual({ ...github, thumbprintLists: [], tags: { team: "ci" }, arn: githubProvider(), tagsAll: { team: "ci" } });
  expect(await kind.refresh(client, made)).toEqual({ inputs: made.inputs, outputs: made.outputs });
  await expect(kind.create(client, github)).rejects.toThrow(/^CreateOpenIDConnectProvider: 409 EntityAlreadyExists/);
  const iam = await client.iam();
  await iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn: made.id, ClientID: "elsewhere" });
  await iam.untagOpenIDConnectProvider({ OpenIDConnectProviderArn: made.id, TagKeys: ["team"] });
  expect((await kind.refresh(client, made))?.inputs).toEqual({ ...github, clientIdLists: ["sts.amazonaws.com", "elsewhere"], tags: {} });
  const repaired = await kind.update(client, made, { ...github, tags: { team: "ci" } });
  expect((await kind.refresh(client, repaired))?.inputs).toEqual(made.inputs);
  expect(kind.kind.replaceOn).toEqual(["url"]);
  await kind.remove(client, made);
  expect(await kind.refresh(client, made)).toBeUndefined();
  await kind.remove(client, made);
});

test("an http provider is refused in Check and by the service", async () => {
  const kind = aws.resource(PROVIDER);
  const message = 'found "http://token.actions.githubusercontent.com"; a URL that begins with https:// is needed';
  expect(() => kind.check({ ...github, url: "http://token.actions.githubusercontent.com" })).toThrow(`url: ${message}`);
  const iam = await client.iam();
  await expect(iam.createOpenIDConnectProvider({ Url: "http://token.actions.githubusercontent.com", ClientIDList: ["a"] })).rejects.toThrow(
    `CreateOpenIDConnectProvider: 400 InvalidInput: url: ${message}`,
  );
});

describe("a role", () => {
  test("has the real provider's id, defaults and outputs, and shows each drift", () =>
    withGithub(async () => {
      const kind = aws.resource(ROLE);
      const made = await kind.create(client, {
        name: "main-images",
        assumeRolePolicy: trustPolicy(subject),
        description: "pushes",
        tags: { team: "ci" },
      });
      expect(made.id).toBe("main-images");
      expect(made.outputs).toMatchObject({
        arn: "arn:aws:iam::123456789012:role/main-images",
        path: "/",
        maxSessionDuration: 3600,
        forceDetachPolicies: false,
        namePrefix: "",
        tagsAll: { team: "ci" },
      });
      expect(made.outputs.uniqueId).toMatch(/^AROA/);
      expect(made.outputs.createDate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(await kind.refresh(client, made)).toEqual({ inputs: made.inputs, outputs: made.outputs });
      await expect(kind.create(client, { name: "main-images", assumeRolePolicy: trustPolicy(subject) })).rejects.toThrow(
        /^CreateRole: 409 EntityAlreadyExists/,
      );
      const iam = await client.iam();
      const wider = trustPolicy("repo:ai-dynamo/dynamo:environment:other");
      await iam.updateAssumeRolePolicy({ RoleName: made.id, PolicyDocument: JSON.stringify(wider) });
      await iam.updateRole({ RoleName: made.id, Description: "by hand", MaxSessionDuration: 7200 });
      await iam.tagRole({ RoleName: made.id, Tags: [{ Key: "by", Value: "hand" }] });
      const drifted = (await kind.refresh(client, made))?.inputs ?? {};
      expect({ ...drifted, assumeRolePolicy: JSON.parse(String(drifted.assumeRolePolicy)) }).toEqual({
        ...made.inputs,
        assumeRolePolicy: wider,
        description: "by hand",
        maxSessionDuration: 7200,
        tags: { by: "hand", team: "ci" },
      });
      const repaired = await kind.update(client, made, {
        name: "main-images",
        assumeRolePolicy: trustPolicy(subject),
        description: "pushes",
        tags: { team: "ci" },
      });
      expect(await kind.refresh(client, repaired)).toEqual({ inputs: made.inputs, outputs: made.outputs });
      await kind.remove(client, repaired);
      expect(await kind.refresh(client, repaired)).toBeUndefined();
      await kind.remove(client, repaired);
    }));

  test("with policies goes only by forceDetachPolicies", () =>
    withGithub(async () => {
      const kind = aws.resource(ROLE);
      const made = await kind.create(client, { name: "busy", assumeRolePolicy: trustPolicy(subject) });
      await aws.resource(ROLE_POLICY).create(client, { name: "push", role: "busy", policy: push });
      await expect(kind.remove(client, made)).rejects.toThrow(/^DeleteRole: 409 DeleteConflict/);
      const forced = await kind.update(client, made, { name: "busy", assumeRolePolicy: trustPolicy(subject), forceDetachPolicies: true });
      await kind.remove(client, forced);
      expect(await kind.refresh(client, forced)).toBeUndefined();
    }));

  test("has to trust a provider that is there, and a subject", async () => {
    const kind = aws.resource(ROLE);
    await expect(kind.create(client, { name: "early", assumeRolePolicy: trustPolicy(subject) })).rejects.toThrow(
      `CreateRole: 400 MalformedPolicyDocument: Principal.Federated: found ${githubProvider()}, not in this account; its identity providers are none`,
    );
    const anybody = {
      ...trustPolicy(subject),
      Statement: [{ Effect: "Allow", Principal: { Federated: githubProvider() }, Action: "sts:AssumeRoleWithWebIdentity" }],
    };
    expect(() => kind.check({ name: "open", assumeRolePolicy: anybody })).toThrow(
      "assumeRolePolicy: Statement[0].Condition: no StringEquals or StringLike on token.actions.githubusercontent.com:sub; AWS refuses a trust policy for GitHub without it",
    );
    const iam = await client.iam();
    await expect(iam.createRole({ RoleName: "broken", AssumeRolePolicyDocument: "{nope" })).rejects.toThrow(
      /^CreateRole: 400 MalformedPolicyDocument: the document is not JSON: /,
    );
  });
});

test("an inline policy is ROLE:POLICY, compared by meaning, and gone with a success when its role is", () =>
  withGithub(async () => {
    const home = await aws.resource(ROLE).create(client, { name: "pusher", assumeRolePolicy: trustPolicy(subject) });
    const kind = aws.resource(ROLE_POLICY);
    const made = await kind.create(client, { name: "push", role: "pusher", policy: push });
    expect(made.id).toBe("pusher:push");
    expect(await kind.refresh(client, made)).toEqual({ inputs: made.inputs, outputs: made.outputs });
    const iam = await client.iam();
    const reordered = {
      ...push,
      Statement: [
        { ...push.Statement[1], Action: ["ecr:BatchGetImage", "ecr:PutImage"] },
        { ...push.Statement[0], Action: ["ecr:GetAuthorizationToken"] },
      ],
    };
    await iam.putRolePolicy({ RoleName: "pusher", PolicyName: "push", PolicyDocument: JSON.stringify(reordered) });
    expect((await kind.refresh(client, made))?.inputs).toEqual(made.inputs);
    const wider = { ...push, Statement: [{ Effect: "Allow", Action: "ecr:*", Resource: "*" }] };
    await iam.putRolePolicy({ RoleName: "pusher", PolicyName: "push", PolicyDocument: JSON.stringify(wider) });
    expect(JSON.parse(String((await kind.refresh(client, made))?.inputs.policy))).toEqual(wider);
    const repaired = await kind.update(client, made, { name: "push", role: "pusher", policy: push });
    expect((await kind.refresh(client, repaired))?.inputs).toEqual(made.inputs);
    expect(() =>
      kind.check({
        name: "push",
        role: "pusher",
        policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "ec2:RunInstances", Resource: "*" }] },
      }),
    ).toThrow('policy: Statement[0].Action: "ec2:RunInstances" is of a service that the sandbox does not know; it knows ecr, iam, sts, s3');
    await kind.remove(client, made);
    expect(await kind.refresh(client, made)).toBeUndefined();
    await aws.resource(ROLE).remove(client, home);
    await kind.remove(client, made);
    await expect(kind.import(client, "nonsense")).rejects.toThrow('the id of an inline policy is ROLE:POLICY, found "nonsense"');
  }));

describe("AssumeRoleWithWebIdentity", () => {
  const now = Math.floor(Date.now() / 1000);
  const token = (claims: Record<string, unknown>): string =>
    [
      "{}",
      JSON.stringify({
        iss: "https://token.actions.githubusercontent.com",
        aud: "sts.amazonaws.com",
        sub: subject,
        exp: now + 300,
        ...claims,
      }),
      "x",
    ]
      .map((part) => Buffer.from(part).toString("base64url"))
      .join(".");
  const assume = async (claims: Record<string, unknown>): Promise<string> => {
    const sts = await client.sts();
    const { Credentials } = await sts.assumeRoleWithWebIdentity({
      RoleArn: "arn:aws:iam::123456789012:role/assumed",
      RoleSessionName: "run",
      WebIdentityToken: token(claims),
    });
    return Credentials?.AccessKeyId ?? "";
  };

  test("gives credentials to the subject that the role trusts, and to nobody else", () =>
    withGithub(async () => {
      const made = await aws.resource(ROLE).create(client, { name: "assumed", assumeRolePolicy: trustPolicy(subject) });
      expect(await assume({})).toMatch(/^ASIA/);
      await expect(assume({ sub: "repo:evil/evil:environment:main-images" })).rejects.toThrow(
        "AssumeRoleWithWebIdentity: 403 AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity (statement 1: StringEquals token.actions.githubusercontent.com:sub: found repo:evil/evil:environment:main-images, wanted repo:ai-dynamo/dynamo:environment:main-images)",
      );
      await expect(assume({ aud: "https://github.com/ai-dynamo" })).rejects.toThrow("InvalidIdentityToken: Incorrect token audience");
      await expect(assume({ iss: "https://evil.example" })).rejects.toThrow(
        "InvalidIdentityToken: No OpenIDConnect provider found in your account for https://evil.example",
      );
      await expect(assume({ exp: now - 5 })).rejects.toThrow("ExpiredTokenException: Token expired");
      await aws.resource(ROLE).remove(client, made);
      await expect(assume({})).rejects.toThrow("AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity (no such role)");
    }));
});
