import { resourceRule } from "../../kit/rule";
import { at, isProps, listed, texts } from "../../kit/values";

export const resourcesTagged = resourceRule({
  name: "resources-tagged",
  title: "Cloud resources say whose they are",
  severity: "low",
  level: "mandatory",
  holds: "Every taggable resource of AWS and Azure carries the configured tags.",
  why: "Nobody can be asked about, or charged for, a resource without an owner.",
  fix: "Add the missing keys to the stack's tags.",
  source: { title: "Azure Cloud Adoption Framework: tagging", url: "https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-tagging" },
  types: [
    "aws:ecr/repository:Repository",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
    "aws:iam/policy:Policy",
    "aws:iam/role:Role",
    "aws:s3/bucket:Bucket",
    "azure-native:containerregistry:Registry",
    "azure-native:containerregistry:Task",
    "azure-native:containerservice:AgentPool",
    "azure-native:containerservice:ManagedCluster",
    "azure-native:managedidentity:UserAssignedIdentity",
    "azure-native:resources:ResourceGroup",
  ],
  config: { keys: { type: "array", items: { type: "string" }, default: ["owner", "stack", "cost-centre"], description: "Tags that must be there and not empty" } },
  *judge(resource, config) {
    const tags = at(resource.props, "tags");
    const missing = texts(config["keys"]).filter((key) => !(isProps(tags) && typeof tags[key] === "string" && tags[key] !== ""));
    if (missing.length > 0) yield { property: "tags", found: `no ${listed(missing)}`, wanted: `all of ${listed(texts(config["keys"]))}` };
  },
});
