import { resourceRule } from "../../kit/rule";
import { at, listed, show, texts } from "../../kit/values";
import { githubIssuer, knownSubjects, repositoriesConfig } from "./repositories";

export const federatedCredentialType = "azure-native:managedidentity:FederatedIdentityCredential";

export const azureFederationExact = resourceRule({
  name: "azure-federation-exact",
  title: "Azure identities trust exact GitHub subjects",
  severity: "critical",
  level: "mandatory",
  holds: "A federated credential names GitHub's issuer, the one audience of Entra's token exchange, and one subject of a configured environment in the form that the repository's tokens carry.",
  why: "Azure accepts any subject without a word: one that is wrong lets nobody in, one that is too wide lets the wrong job in.",
  fix: "Set issuer, audiences and subject to the values that GitHub's tokens carry.",
  source: { title: "Microsoft Entra: workload identity federation", url: "https://learn.microsoft.com/entra/workload-id/workload-identity-federation" },
  types: [federatedCredentialType],
  config: repositoriesConfig,
  *judge(credential, config) {
    const issuer = at(credential.props, "issuer");
    if (issuer !== `https://${githubIssuer}`) yield { property: "issuer", found: show(issuer), wanted: `https://${githubIssuer}` };
    const audiences = texts(at(credential.props, "audiences"));
    if (listed(audiences) !== "api://AzureADTokenExchange") yield { property: "audiences", found: listed(audiences), wanted: "api://AzureADTokenExchange" };
    const expression = at(credential.props, "claimsMatchingExpression");
    if (expression !== undefined) yield { property: "claimsMatchingExpression", found: show(expression), wanted: "nothing: an expression may match more than one subject" };
    const subject = at(credential.props, "subject");
    if (!knownSubjects(config).includes(String(subject))) yield { property: "subject", found: show(subject), wanted: "a subject of a configured environment, in the repository's form" };
  },
});
