import { resourceRule } from "../../kit/rule";
import { at, listed, show, texts } from "../../kit/values";
import { githubIssuer } from "./repositories";

export const oidcProviderExact = resourceRule({
  name: "oidc-provider-exact",
  title: "AWS accepts only GitHub's tokens that are meant for it",
  severity: "critical",
  level: "mandatory",
  holds: "An OIDC provider is GitHub's, and the one audience that it accepts is that of AWS STS.",
  why: "A token that a job asked for to show elsewhere would otherwise open AWS as well.",
  fix: "Set url to GitHub's issuer and clientIdLists to only sts.amazonaws.com.",
  source: { title: "GitHub: OpenID Connect in AWS", url: "https://docs.github.com/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws" },
  types: ["aws:iam/openIdConnectProvider:OpenIdConnectProvider"],
  *judge(provider) {
    const url = at(provider.props, "url");
    // AWS returns the address without its scheme.
    if (String(url).replace(/^https:\/\//, "") !== githubIssuer) yield { property: "url", found: show(url), wanted: `https://${githubIssuer}` };
    const audiences = texts(at(provider.props, "clientIdLists"));
    if (audiences.join() !== "sts.amazonaws.com") yield { property: "clientIdLists", found: listed(audiences), wanted: "sts.amazonaws.com" };
  },
});
