/** AWS's evaluation of trust conditions, by table and by property. */
import fc from "fast-check";
import { canAssume } from "../../../../sandbox/aws/trust/evaluate";
import { TrustPolicyError } from "../../../../sandbox/aws/trust/statement";

const iss = "https://token.actions.githubusercontent.com";
const host = "token.actions.githubusercontent.com";
const provider = `arn:aws:iam::123456789012:oidc-provider/${host}`;
const claims = {
  iss,
  aud: "sts.amazonaws.com",
  sub: "repo:ai-dynamo/dynamo:environment:main-images",
  ref: "refs/heads/main",
  environment: "main-images",
  repository_id: "7",
  runner_environment: "self-hosted",
};
const statement = (condition?: object, rest: object = {}): object => ({
  Effect: "Allow",
  Principal: { Federated: provider },
  Action: "sts:AssumeRoleWithWebIdentity",
  ...(condition && { Condition: condition }),
  ...rest,
});
const policy = (...statements: object[]): Record<string, unknown> => ({ Version: "2012-10-17", Statement: statements });
const allowed = (condition: object, given: object = claims): boolean => canAssume(policy(statement(condition)), { iss, ...given }).allowed;
const on = (claim: string, value: unknown): object => ({ [`${host}:${claim}`]: value });

test.each<[string, object, object, boolean]>([
  ["equal", { StringEquals: on("sub", claims.sub) }, claims, true],
  ["not equal", { StringEquals: on("sub", "repo:evil/evil:environment:main-images") }, claims, false],
  ["one of a list", { StringEquals: on("sub", ["x", claims.sub]) }, claims, true],
  ["a wildcard is a letter for StringEquals", { StringEquals: on("sub", "repo:ai-dynamo/*") }, claims, false],
  ["like", { StringLike: on("sub", "repo:ai-dynamo/dynamo:*") }, claims, true],
  ["like one character", { StringLike: on("repository_id", "?") }, claims, true],
  ["like is anchored", { StringLike: on("sub", "ai-dynamo/*") }, claims, false],
  ["a literal star", { StringLike: on("ref", "refs/heads/${*}") }, claims, false],
  ["a literal star, found", { StringLike: on("ref", "refs/heads/${*}") }, { ref: "refs/heads/*" }, true],
  ["other dots are letters", { StringLike: on("ref", "a.c") }, { ref: "abc" }, false],
  ["case matters", { StringEquals: on("environment", "Main-Images") }, claims, false],
  ["case does not matter", { StringEqualsIgnoreCase: on("environment", "Main-Images") }, claims, true],
  ["keys ignore case", { StringEquals: { [`${host}:SUB`.replace("token", "Token")]: claims.sub } }, claims, true],
  ["not equals", { StringNotEquals: on("ref", "refs/heads/main") }, claims, false],
  ["not equals any of a list", { StringNotEquals: on("ref", ["a", "refs/heads/main"]) }, claims, false],
  ["not like", { StringNotLike: on("ref", "refs/pull/*") }, claims, true],
  ["absent: equals", { StringEquals: on("environment", "x") }, {}, false],
  ["absent: not equals", { StringNotEquals: on("environment", "x") }, {}, true],
  ["absent: if exists", { StringEqualsIfExists: on("environment", "x") }, {}, true],
  ["present: if exists", { StringEqualsIfExists: on("environment", "x") }, claims, false],
  ["absent: for all values", { "ForAllValues:StringEquals": on("environment", "x") }, {}, true],
  ["absent: for any value", { "ForAnyValue:StringEquals": on("environment", "x") }, {}, false],
  ["absent: for any value, negated", { "ForAnyValue:StringNotEquals": on("environment", "x") }, {}, false],
  ["for all values", { "ForAllValues:StringLike": on("aud", ["a*", "b"]) }, { aud: ["a1", "b"] }, true],
  ["for all values, one not", { "ForAllValues:StringLike": on("aud", ["a*"]) }, { aud: ["a1", "b"] }, false],
  ["for any value", { "ForAnyValue:StringEquals": on("aud", "b") }, { aud: ["a", "b"] }, true],
  ["for any value, negated", { "ForAnyValue:StringNotEquals": on("aud", "b") }, { aud: ["a", "b"] }, true],
  ["for all values, negated", { "ForAllValues:StringNotEquals": on("aud", "b") }, { aud: ["a", "b"] }, false],
  ["an empty list is absent", { Null: on("aud", "true") }, { aud: [] }, true],
  ["null: absent", { Null: on("environment", true) }, {}, true],
  ["null: present", { Null: on("environment", "false") }, claims, true],
  ["null: should be present", { Null: on("environment", "false") }, {}, false],
  ["bool", { Bool: on("actor", "true") }, { actor: true }, true],
  ["bool absent", { Bool: on("actor", "false") }, {}, false],
  [
    "several operators: all have to hold",
    { StringEquals: on("aud", "sts.amazonaws.com"), StringLike: on("ref", "refs/tags/*") },
    claims,
    false,
  ],
  ["several keys: all have to hold", { StringEquals: { ...on("aud", "sts.amazonaws.com"), ...on("repository_id", "8") } }, claims, false],
  ["a claim that STS does not take is absent", { StringEquals: on("runner_environment", "self-hosted") }, claims, false],
  ["a key of another issuer is absent", { StringEquals: { "gitlab.com:sub": claims.sub } }, claims, false],
])("%s", (_name, condition, given, expected) => expect(allowed(condition, given)).toBe(expected));

describe("statements", () => {
  test("any Allow allows, and says which", () => {
    const other = statement({ StringEquals: on("ref", "x") }, { Sid: "First" });
    expect(canAssume(policy(other, statement(undefined, { Sid: "Second" })), claims)).toEqual({ allowed: true, why: "Second allows" });
    expect(canAssume(policy(other), claims)).toEqual({
      allowed: false,
      why: `First: StringEquals ${host}:ref: found refs/heads/main, wanted x`,
    });
    expect(canAssume(policy(statement({ StringEquals: on("actor", "x") })), claims).why).toBe(
      `statement 1: StringEquals ${host}:actor: found no such claim, wanted x`,
    );
  });

  test("Deny wins, wherever it stands, and only when its conditions hold", () => {
    const deny = (ref: string): object => statement({ StringEquals: on("ref", ref) }, { Effect: "Deny", Sid: "No" });
    for (const order of [policy(deny(claims.ref), statement()), policy(statement(), deny(claims.ref))]) {
      expect(canAssume(order, claims)).toEqual({ allowed: false, why: "No denies" });
    }
    expect(canAssume(policy(deny("x"), statement()), claims).allowed).toBe(true);
    expect(canAssume(policy(deny("x")), claims)).toEqual({ allowed: false, why: "no statement allows" });
  });

  test.each<[string, object, boolean]>([
    ["the provider", {}, true],
    ["a list with it", { Principal: { Federated: ["arn:aws:iam::123456789012:oidc-provider/a", provider] } }, true],
    ["another provider", { Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/gitlab.com" } }, false],
    ["a host that ends alike", { Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/evil.${host}` } }, false],
    ["an account", { Principal: { AWS: "arn:aws:iam::123456789012:root" } }, false],
    ["everybody", { Principal: "*" }, true],
    ["everybody, as account", { Principal: { AWS: "*" } }, true],
    ["the action in another case", { Action: "STS:assumerolewithwebidentity" }, true],
    ["an action by wildcard", { Action: ["sts:Assume*"] }, true],
    ["another action", { Action: "sts:AssumeRole" }, false],
  ])("%s", (_name, rest, expected) => expect(canAssume(policy(statement(undefined, rest)), claims).allowed).toBe(expected));

  test("the given provider has to be named exactly", () => {
    expect(canAssume(policy(statement()), claims, provider).allowed).toBe(true);
    expect(canAssume(policy(statement()), claims, provider.replace("123456789012", "999999999999")).allowed).toBe(false);
  });

  test("text and object are one", () =>
    expect(canAssume(JSON.stringify(policy(statement())), claims)).toEqual(canAssume(policy(statement()), claims)));
});

test.each<[string, unknown, string]>([
  [
    "an unknown operator, even where another statement allows",
    policy(statement(), statement({ StringMatches: { a: "b" } })),
    "condition operators that cannot be evaluated: StringMatches (statement 2); known are ",
  ],
  [
    "an operator for numbers",
    policy(statement({ NumericEquals: { a: "1" } })),
    "condition operators that cannot be evaluated: NumericEquals (statement 1); known are ",
  ],
  [
    "a policy variable",
    policy(statement({ StringLike: on("sub", "${aws:username}") })),
    "the policy variable ${aws:username} cannot be evaluated",
  ],
  [
    "NotAction",
    policy(statement(undefined, { NotAction: "x" })),
    "statement 1: NotAction cannot be evaluated; known are Sid, Effect, Principal, Action, Condition",
  ],
  ["NotPrincipal", policy({ Effect: "Deny", NotPrincipal: "*", Action: "*" }), "statement 1: NotPrincipal cannot be evaluated"],
  ["an effect that is none", policy(statement(undefined, { Effect: "allow" })), 'statement 1: Effect is "allow"; allowed are Allow, Deny'],
  ["no statement", { Version: "2012-10-17" }, "the document has no Statement"],
  ["no JSON", "{", "the document is not JSON: "],
])("%s is an error, never a refusal", (_name, document, message) => {
  const evaluate = (): unknown => canAssume(document as string, claims);
  expect(evaluate).toThrow(TrustPolicyError);
  expect(evaluate).toThrow(message);
});

test("claims without an issuer are an error", () => {
  expect(() => canAssume(policy(statement()), { sub: "x" })).toThrow(
    "the claims have no iss; without an issuer no identity provider is meant",
  );
});

describe("for any claims", () => {
  const text = fc.string({ maxLength: 12 }).filter((value) => !/[*?$]/.test(value));

  test("a positive operator and its negation decide oppositely while the claim is there", () => {
    fc.assert(
      fc.property(text, fc.array(text, { minLength: 1 }), fc.constantFrom("Equals", "Like", "EqualsIgnoreCase"), (sub, wanted, base) => {
        expect(allowed({ [`String${base}`]: on("sub", wanted) }, { sub })).toBe(
          !allowed({ [`StringNot${base}`]: on("sub", wanted) }, { sub }),
        );
      }),
    );
  });

  test("a list is a disjunction, and a prefix with a star finds all that begin so", () => {
    fc.assert(
      fc.property(text, fc.array(text, { minLength: 1 }), text, (sub, wanted, rest) => {
        expect(allowed({ StringEquals: on("sub", wanted) }, { sub })).toBe(
          wanted.some((value) => allowed({ StringEquals: on("sub", value) }, { sub })),
        );
        expect(allowed({ StringLike: on("sub", `${sub}*`) }, { sub: `${sub}${rest}` })).toBe(true);
      }),
    );
  });

  test("a further condition never lets in more, a further Allow never less", () => {
    const conditions = fc.record(
      {
        StringEquals: fc.record({ [`${host}:ref`]: fc.constantFrom("a", "b") }),
        StringLike: fc.record({ [`${host}:sub`]: fc.constantFrom("*", "a*") }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(conditions, conditions, fc.constantFrom("a", "b", "c"), fc.constantFrom("a", "ab", "x"), (one, two, ref, sub) => {
        const given = { iss, ref, sub };
        const single = canAssume(policy(statement(one)), given).allowed;
        expect(canAssume(policy(statement({ ...one, Null: on("environment", "false") })), given).allowed).toBe(false);
        expect(canAssume(policy(statement(one), statement(two)), given).allowed || !single).toBe(true);
        expect(canAssume(policy(statement(one), statement(undefined, { Effect: "Deny" })), given).allowed).toBe(false);
      }),
    );
  });
});
