import { resourceRule } from "../../kit/rule";

export const statefulProtected = resourceRule({
  name: "stateful-protected",
  title: "Stateful resources are protected in production",
  severity: "high",
  level: "mandatory",
  holds: "In a stack that config calls production, registries, clusters and the resource group that holds them are protected from deletion.",
  why: "A rename in a pull request would otherwise delete every image, or the cluster with all that runs on it.",
  fix: "Set protect in the resource's options; the stack's config key protect does so for all of them.",
  source: { title: "Pulumi: protect", url: "https://www.pulumi.com/docs/iac/concepts/resources/options/protect/" },
  types: ["aws:ecr/repository:Repository", "azure-native:containerregistry:Registry", "azure-native:containerservice:ManagedCluster", "azure-native:resources:ResourceGroup"],
  config: { production: { type: "boolean", default: false, description: "True in stacks that are production" } },
  *judge(resource, config) {
    if (config["production"] === true && !resource.protect) yield { property: "protect", found: "false", wanted: "true" };
  },
});
