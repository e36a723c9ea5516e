/** Exclusion filters, identity providers and access policies, one rule broken at a time; and documents compared by meaning. */
import fc from "fast-check";
import { documentAsRead, normalizeDocument, sameDocument } from "../../../../sandbox/aws/document";
import { knownActions } from "../../../../sandbox/aws/validate/actions";
import { exclusionFindings } from "../../../../sandbox/aws/validate/exclusion";
import { describeFindings } from "../../../../sandbox/aws/validate/finding";
import { oidcProviderFindings } from "../../../../sandbox/aws/validate/oidc";
import { policyFindings, type PolicyTarget } from "../../../../sandbox/aws/validate/policy";

const PATH = "imageTagMutabilityExclusionFilters";
const wildcard = (...filters: string[]): { filter: string; filterType: string }[] =>
  filters.map((filter) => ({ filter, filterType: "WILDCARD" }));

test.each([
  ["IMMUTABLE_WITH_EXCLUSION", wildcard("main-*", "nightly-*"), ""],
  ["MUTABLE", undefined, ""],
  [
    "IMMUTABLE",
    wildcard("main-*"),
    `${PATH}: found 1 with imageTagMutability "IMMUTABLE"; filters go with IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION only`,
  ],
  ["IMMUTABLE_WITH_EXCLUSION", undefined, `${PATH}: found 0 filters; imageTagMutability "IMMUTABLE_WITH_EXCLUSION" needs 1 to 5`],
  [
    "MUTABLE_WITH_EXCLUSION",
    wildcard("a", "b", "c", "d", "e", "f"),
    `${PATH}: found 6 filters; imageTagMutability "MUTABLE_WITH_EXCLUSION" needs 1 to 5`,
  ],
  ["IMMUTABLE_WITH_EXCLUSION", wildcard("*a*b*"), `${PATH}[0].filter: "*a*b*" has 3 wildcards; at most 2 are allowed`],
  ["IMMUTABLE_WITH_EXCLUSION", wildcard("main/*"), `${PATH}[0].filter: found "main/*"; a string like ^[0-9a-zA-Z._*-]{1,128}$ is needed`],
  ["IMMUTABLE_WITH_EXCLUSION", wildcard("a", "a"), `${PATH}[1].filter: "a" is given twice`],
  ["IMMUTABLE_WITH_EXCLUSION", [{ filter: "a", filterType: "REGEX" }], `${PATH}[0].filterType: found "REGEX"; allowed is WILDCARD`],
])("%s with %j", (mutability, filters, message) => expect(describeFindings(exclusionFindings(mutability, filters))).toBe(message));

test.each([
  [{}, ""],
  [{ url: "http://a.example" }, 'url: found "http://a.example"; a URL that begins with https:// is needed'],
  [{ url: "a.example" }, 'url: found "a.example"; a URL that begins with https:// is needed'],
  [{ url: "https://a.example:8443" }, "url: found port 8443; a port is not allowed"],
  [{ url: "https://a.example?x=1" }, 'url: found "https://a.example?x=1"; a query or a fragment is not allowed'],
  [{ clientIds: ["a", "a"] }, 'clientIdLists[1]: "a" is given twice'],
  [{ clientIds: [""] }, "clientIdLists[0]: found 0 characters; 1 to 255 are allowed"],
  [{ thumbprints: ["abc"] }, 'thumbprintLists[0]: found "abc"; 40 hexadecimal digits are needed'],
])("the identity provider %j", (change, message) => {
  expect(
    describeFindings(oidcProviderFindings({ url: "https://a.example", clientIds: ["sts.amazonaws.com"], thumbprints: [], ...change })),
  ).toBe(message);
});

describe("an access policy", () => {
  const allow = { Effect: "Allow", Action: "ecr:PutImage", Resource: "*" };
  const found = async (target: PolicyTarget, statement: object, rest: object = {}): Promise<string> =>
    describeFindings(
      policyFindings(JSON.stringify({ Version: "2012-10-17", Statement: statement, ...rest }), target, await knownActions()),
    );

  test.each<[string, PolicyTarget, object, string]>([
    ["one statement", "identity", allow, ""],
    ["wildcards", "identity", { ...allow, Action: ["ecr:Get*", "s3:*", "iam:PassRole", "sts:TagSession", "*"] }, ""],
    ["a repository's own", "repository", { Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }, ""],
    [
      "no action",
      "identity",
      { ...allow, Action: undefined },
      "Statement[0]: found neither of Action and NotAction; exactly one is needed",
    ],
    [
      "no resource",
      "identity",
      { ...allow, Resource: undefined },
      "Statement[0]: found neither of Resource and NotResource; exactly one is needed",
    ],
    [
      "no principal",
      "bucket",
      { ...allow, Action: "s3:GetObject" },
      "Statement[0]: found neither of Principal and NotPrincipal; exactly one is needed",
    ],
    [
      "a principal",
      "identity",
      { ...allow, Principal: "*" },
      "Statement[0].Principal: is not known; allowed are Sid, Effect, Action, NotAction, Resource, NotResource, Condition",
    ],
    ["an action that is none", "identity", { ...allow, Action: "ecr:Push" }, 'Statement[0].Action: "ecr:Push" names no action of ecr'],
    ["a wildcard for none", "identity", { ...allow, Action: "s3:Pull*" }, 'Statement[0].Action: "s3:Pull*" names no action of s3'],
    ["a word", "identity", { ...allow, Action: "push" }, 'Statement[0].Action: found "push"; an action is written service:Name'],
    [
      "a bare name",
      "identity",
      { ...allow, Resource: "ai-dynamo/dynamo" },
      'Statement[0].Resource: found "ai-dynamo/dynamo"; "*" or an ARN like arn:aws:service:region:account:resource is needed',
    ],
    ["an odd effect", "identity", { ...allow, Effect: "Permit" }, 'Statement[0].Effect: found "Permit"; allowed are Allow, Deny'],
    ["a Sid with a dash", "identity", { ...allow, Sid: "a-b" }, 'Statement[0].Sid: found "a-b"; letters and digits are allowed'],
    [
      "an operator that is none",
      "identity",
      { ...allow, Condition: { StringIs: { a: "b" } } },
      expect.stringMatching(/^Statement\[0\]\.Condition\.StringIs: is no condition operator/) as unknown as string,
    ],
  ])("%s for %s", async (_name, target, statement, message) => expect(await found(target, statement)).toEqual(message));

  test("is no longer than its target takes", async () => {
    const Resource = Array.from({ length: 300 }, (_, i) => `arn:aws:ecr:us-west-2:123456789012:repository/${i}`);
    expect(await found("identity", { ...allow, Resource })).toMatch(
      /^the document has \d+ characters without white space; at most 10240 are allowed$/,
    );
  });
});

describe("documents", () => {
  test("are the same whatever the order of keys, lists and statements", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ Sid: fc.string(), Action: fc.uniqueArray(fc.string(), { minLength: 1 }) }), {
          selector: ({ Sid }) => Sid,
          minLength: 1,
        }),
        (statements) => {
          const turned = [...statements]
            .reverse()
            .map(({ Sid, Action }) => ({ Action: Action.length === 1 ? Action[0] : [...Action].reverse(), Sid }));
          expect(
            sameDocument(JSON.stringify({ Version: "v", Statement: statements }), JSON.stringify({ Statement: turned, Version: "v" })),
          ).toBe(true);
        },
      ),
    );
  });

  test("differ in any value", () => {
    expect(sameDocument('{"Action":["a","b"]}', '{"Action":["a"]}')).toBe(false);
    expect(sameDocument('{"a":"1"}', '{"a":1}')).toBe(false);
    expect(sameDocument("nope", "nope ")).toBe(false);
  });

  test("are written with sorted keys, and keep the known text while it says the same", () => {
    expect(normalizeDocument({ b: [{ d: 1, c: 2 }], a: 0 })).toBe('{"a":0,"b":[{"c":2,"d":1}]}');
    expect(normalizeDocument("{nope")).toBe("{nope");
    expect(documentAsRead('{"Action":"a"}', '{ "Action": ["a"] }')).toBe('{"Action":"a"}');
    expect(documentAsRead('{"Action":"a"}', '{ "Action": ["b"] }')).toBe('{"Action":["b"]}');
  });
});
