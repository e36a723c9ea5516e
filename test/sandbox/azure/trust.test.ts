/** Which GitHub tokens Entra would exchange: whole strings, nothing else. */
import fc from "fast-check";
import { canExchange, type FederatedCredential } from "../../../sandbox/azure/trust/evaluate";

const ISSUER = "https://token.actions.githubusercontent.com";
const AUDIENCE = "api://AzureADTokenExchange";
const credentials: readonly FederatedCredential[] = [
  { name: "old-form", issuer: ISSUER, subject: "repo:ai-dynamo/dynamo:environment:main-images", audiences: [AUDIENCE] },
  { name: "new-form", issuer: ISSUER, subject: "repo:ai-dynamo@1/dynamo@2:environment:main-images", audiences: [AUDIENCE] },
];
const claims = { iss: ISSUER, sub: "repo:ai-dynamo/dynamo:environment:main-images", aud: AUDIENCE };

describe("an exchange", () => {
  it.each([
    [claims, "old-form"],
    [{ ...claims, sub: "repo:ai-dynamo@1/dynamo@2:environment:main-images" }, "new-form"],
    [{ ...claims, aud: ["other", AUDIENCE] }, "old-form"],
  ])("of %j goes through %s", (given, credential) => {
    expect(canExchange(credentials, given)).toEqual({ allowed: true, credential });
  });

  it.each([
    [{ ...claims, iss: `${ISSUER}/` }, "AADSTS700211", `No matching federated identity record found for presented assertion issuer '${ISSUER}/'.`],
    [{ ...claims, sub: "repo:ai-dynamo/dynamo:pull_request" }, "AADSTS700213", "No matching federated identity record found for presented assertion subject 'repo:ai-dynamo/dynamo:pull_request'."],
    [{ ...claims, sub: "repo:AI-Dynamo/dynamo:environment:main-images" }, "AADSTS700213", "No matching federated identity record found for presented assertion subject 'repo:AI-Dynamo/dynamo:environment:main-images'."],
    [{ ...claims, aud: "sts.amazonaws.com" }, "AADSTS700212", "No matching federated identity record found for presented assertion audience 'sts.amazonaws.com'."],
  ])("of %j is refused", (given, code, reason) => {
    expect(canExchange(credentials, given)).toEqual({ allowed: false, code, reason });
  });

  it("is refused for every subject that is not one of the credentials'", () => {
    const subject = fc.oneof(fc.string(), fc.constantFrom("", "*", "repo:*", "repo:ai-dynamo/dynamo:environment:*", "repo:ai-dynamo/dynamo:environment:main-images "));
    fc.assert(fc.property(subject, (sub) => canExchange(credentials, { ...claims, sub }).allowed === credentials.some((credential) => credential.subject === sub)));
  });
});
