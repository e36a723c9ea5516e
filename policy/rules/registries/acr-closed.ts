import { resourceRule } from "../../kit/rule";
import { at, show } from "../../kit/values";

export const acrClosed = resourceRule({
  name: "acr-closed",
  title: "The Azure registry knows its users",
  severity: "high",
  level: "mandatory",
  holds: "The admin user and anonymous pulls are off.",
  why: "The admin user is one password for everybody, with write access to every image, and cannot be taken back from one of them.",
  fix: "Set adminUserEnabled and anonymousPullEnabled to false; give each reader AcrPull and each writer AcrPush.",
  source: { title: "CIS Azure Foundations; Azure Container Registry: authentication options", url: "https://learn.microsoft.com/azure/container-registry/container-registry-authentication" },
  types: ["azure-native:containerregistry:Registry"],
  *judge(registry) {
    for (const property of ["adminUserEnabled", "anonymousPullEnabled"]) {
      const value = at(registry.props, property);
      // Azure's default is false for both, but a policy cannot see what a later API version makes the default.
      if (value !== false) yield { property, found: show(value), wanted: "false" };
    }
  },
});
