/** What IAM demands of trust policies, one rule broken at a time. */
import { describeFindings } from "../../../../sandbox/aws/validate/finding";
import { federatedProviders, trustPolicyFindings } from "../../../../sandbox/aws/validate/trust";

const host = "token.actions.githubusercontent.com";
const provider = `arn:aws:iam::123456789012:oidc-provider/${host}`;
const equals = { [`${host}:aud`]: "sts.amazonaws.com", [`${host}:sub`]: "repo:o/r:environment:main-images" };
const base = {
  Effect: "Allow",
  Principal: { Federated: provider },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: { StringEquals: equals },
};
const found = (statement: object, rest: object = {}): string =>
  describeFindings(trustPolicyFindings(JSON.stringify({ Version: "2012-10-17", Statement: [statement], ...rest })));

const NEED_SUB = `Statement[0].Condition: no StringEquals or StringLike on ${host}:sub; AWS refuses a trust policy for GitHub without it`;
const NEED_AUD = `Statement[0].Condition: no StringEquals or StringLike on ${host}:aud; the sandbox demands it, so that a token made for another audience is of no use`;

test.each([
  ["one subject", base],
  [
    "a pattern and a list",
    {
      ...base,
      Condition: {
        StringEquals: { [`${host}:aud`]: "sts.amazonaws.com" },
        StringLike: { [`${host}:sub`]: ["repo:o/r:*", "repo:o@1/r@2:*"] },
      },
    },
  ],
  [
    "the claims that STS takes",
    { ...base, Condition: { StringEquals: { ...equals, [`${host}:repository_id`]: "7", [`${host}:environment`]: "main-images" } } },
  ],
  ["a service", { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
  ["a refusal of everybody", { ...base, Effect: "Deny", Condition: { StringNotLike: { [`${host}:sub`]: "repo:o/*" } } }],
])("%s is taken", (_name, statement) => expect(found(statement)).toBe(""));

test.each<[string, object, string]>([
  ["no condition", { ...base, Condition: undefined }, `${NEED_SUB}; ${NEED_AUD}`],
  ["no subject", { ...base, Condition: { StringEquals: { [`${host}:aud`]: "sts.amazonaws.com" } } }, NEED_SUB],
  [
    "a subject that may be absent",
    {
      ...base,
      Condition: { StringEquals: { [`${host}:aud`]: "sts.amazonaws.com" }, "ForAllValues:StringEquals": { [`${host}:sub`]: "repo:o/r:x" } },
    },
    NEED_SUB,
  ],
  ["no audience", { ...base, Condition: { StringEquals: { [`${host}:sub`]: "repo:o/r:x" } } }, NEED_AUD],
  [
    "everybody's subject",
    { ...base, Condition: { StringLike: { [`${host}:sub`]: "*" }, StringEquals: { [`${host}:aud`]: "sts.amazonaws.com" } } },
    `Statement[0].Condition: ${host}:sub allows "*", which is anybody; AWS refuses a trust policy for GitHub without it`,
  ],
  [
    "a claim that STS drops",
    { ...base, Condition: { StringEquals: { ...equals, [`${host}:runner_environment`]: "self-hosted" } } },
    `Statement[0].Condition.StringEquals.${host}:runner_environment: AWS STS does not take the claim runner_environment of GitHub's, so the condition never holds; it takes aud, sub, actor, actor_id, enterprise_id, environment, job_workflow_ref, ref, repository, repository_id, repository_owner_id, workflow`,
  ],
  [
    "no principal",
    { ...base, Principal: undefined },
    'Statement[0].Principal: found nothing; "*" or an object with AWS, Federated, Service, CanonicalUser is needed',
  ],
  [
    "a provider that is no ARN",
    { ...base, Principal: { Federated: host } },
    `Statement[0].Principal.Federated: found "${host}"; the ARN of an identity provider is needed, such as ${provider}`,
  ],
  [
    "an action that is none",
    { ...base, Action: "sts:Assume" },
    'Statement[0].Action: found "sts:Assume"; allowed are sts:AssumeRole, sts:AssumeRoleWithSAML, sts:AssumeRoleWithWebIdentity, sts:SetSourceIdentity, sts:TagSession',
  ],
  [
    "the wrong action",
    { ...base, Action: "sts:AssumeRole" },
    "Statement[0].Action: found sts:AssumeRole; an OpenID Connect provider goes with sts:AssumeRoleWithWebIdentity",
  ],
  ["an effect that is none", { ...base, Effect: "allow" }, 'Statement[0].Effect: found "allow"; allowed are Allow, Deny'],
  ["a resource", { ...base, Resource: "*" }, "Statement[0].Resource: is not known; allowed are Sid, Effect, Principal, Action, Condition"],
  [
    "an empty list",
    { ...base, Condition: { StringEquals: { ...equals, "aws:SourceIp": [] } } },
    "Statement[0].Condition.StringEquals.aws:SourceIp: found []; a string or a list of at least one string is needed",
  ],
])("%s is refused", (_name, statement, message) => expect(found(statement)).toBe(message));

test("an operator that IAM does not know is refused", () => {
  expect(found({ ...base, Condition: { StringEquals: equals, StringMatches: { a: "b" } } })).toMatch(
    /^Statement\[0\]\.Condition\.StringMatches: is no condition operator; known are StringEquals, /,
  );
  expect(found({ ...base, Condition: { StringEquals: equals, NullIfExists: { a: "true" } } })).toMatch(
    /^Statement\[0\]\.Condition\.NullIfExists: is no condition operator; /,
  );
});

test("version, statements and size", () => {
  expect(found(base, { Version: "2020-01-01" })).toBe('Version: found "2020-01-01"; allowed are 2012-10-17, 2008-10-17');
  expect(found(base, { Statement: [] })).toBe("Statement: found none; at least one is needed");
  const subjects = Array.from({ length: 60 }, (_, i) => `repo:ai-dynamo/dynamo:environment:number-${i}`);
  const text = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ ...base, Condition: { StringEquals: { ...equals, [`${host}:sub`]: subjects } } }],
  });
  expect(describeFindings(trustPolicyFindings(text))).toBe(
    `the document has ${text.length} characters without white space; at most 2048 are allowed`,
  );
});

test("the trusted providers are read from the policy, each once", () => {
  expect(federatedProviders(JSON.stringify({ Statement: [base, base, { ...base, Principal: { Federated: [`${provider}2`] } }] }))).toEqual([
    provider,
    `${provider}2`,
  ]);
});
