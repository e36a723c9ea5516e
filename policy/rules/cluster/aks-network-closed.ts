import { resourceRule } from "../../kit/rule";
import { at, listed, show, texts } from "../../kit/values";
import { managedClusterType } from "./aks";

export const aksNetworkClosed = resourceRule({
  name: "aks-network-closed",
  title: "Clusters are reached from known addresses, and pods from known pods",
  severity: "high",
  level: "mandatory",
  holds: "The API server is private or limited to address ranges none of which is the whole internet, run-command is off, and a network policy engine runs.",
  why: "Runners execute what pull requests contain: without network policies one pod reaches all the others, and an open API server is open to everybody's guesses.",
  fix: "Set apiServerAccessProfile (enablePrivateCluster or authorizedIPRanges, disableRunCommand) and networkProfile.networkPolicy.",
  source: { title: "AKS: API server authorized IP ranges; CIS AKS Benchmark 5.4", url: "https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges" },
  types: [managedClusterType],
  config: {
    minPrefix: { type: "integer", minimum: 1, maximum: 32, default: 8, description: "Shortest prefix length of an authorized range" },
    networkPolicies: { type: "array", items: { type: "string" }, default: ["cilium", "azure", "calico"], description: "Network policy engines that are allowed" },
  },
  *judge(cluster, config) {
    const access = at(cluster.props, "apiServerAccessProfile");
    const ranges = texts(at(access, "authorizedIPRanges"));
    if (at(access, "enablePrivateCluster") !== true && ranges.length === 0) yield { property: "apiServerAccessProfile", found: "an API server open to every address", wanted: "a private cluster or authorized ranges" };
    const wide = ranges.filter((range) => !(prefixOf(range) >= Number(config["minPrefix"])));
    if (wide.length > 0) yield { property: "apiServerAccessProfile.authorizedIPRanges", found: listed(wide), wanted: `ranges of /${String(config["minPrefix"])} or narrower` };
    if (at(access, "disableRunCommand") !== true) yield { property: "apiServerAccessProfile.disableRunCommand", found: show(at(access, "disableRunCommand")), wanted: "true" };
    const policy = at(cluster.props, "networkProfile.networkPolicy");
    if (!texts(config["networkPolicies"]).includes(String(policy))) yield { property: "networkProfile.networkPolicy", found: show(policy), wanted: `one of ${texts(config["networkPolicies"]).join(", ")}` };
  },
});

/** Length of a range's prefix, 32 for a single address; NaN for what is no IPv4 range. */
function prefixOf(range: string): number {
  const match = /^(?:\d{1,3}\.){3}\d{1,3}(?:\/(\d{1,2}))?$/.exec(range);
  return match === null ? Number.NaN : Number(match[1] ?? 32);
}
