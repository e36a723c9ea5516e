import { stackRule } from "../../kit/rule";
import { show } from "../../kit/values";
import { federatedCredentialType } from "./azure-federation-exact";
import { identityOf } from "./azure";

export const azureCredentialsBounded = stackRule({
  name: "azure-credentials-bounded",
  title: "No Azure identity has more credentials than Azure takes",
  severity: "medium",
  level: "mandatory",
  holds: "An identity has at most 20 federated credentials, and it is known which identity a credential belongs to.",
  why: "Azure refuses the 21st in the middle of an apply; an identity that so many jobs share says nothing about who acts.",
  fix: "Give the jobs environments in common, or an identity each.",
  source: { title: "Microsoft Entra: considerations for federated identity credentials", url: "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations" },
  config: { most: { type: "integer", minimum: 1, maximum: 20, default: 20, description: "Federated credentials of one identity at most; Azure takes 20" } },
  *judge(subjects, config) {
    const most = Number(config["most"]);
    const counts = new Map<string, number>();
    for (const credential of subjects.filter(({ type }) => type === federatedCredentialType)) {
      const identity = identityOf(credential, subjects);
      if (identity === undefined) {
        yield { subject: credential, property: "resourceName", found: show(credential.props["resourceName"]), wanted: "an identity of this stack" };
        continue;
      }
      const count = (counts.get(identity.urn) ?? 0) + 1;
      counts.set(identity.urn, count);
      if (count === most + 1) yield { subject: identity, property: "federated credentials", found: `more than ${most}`, wanted: `${most} at most` };
    }
  },
});
