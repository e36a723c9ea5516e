import { resourceRule } from "../../kit/rule";
import { at, show, texts } from "../../kit/values";
import { managedClusterType } from "./aks";

export const aksSupportedVersion = resourceRule({
  name: "aks-supported-version",
  title: "Clusters run a supported version and take patches",
  severity: "medium",
  level: "mandatory",
  holds: "The Kubernetes version is at least the configured floor, an upgrade channel is on, and node images are renewed.",
  why: "AKS supports three minor versions: below them a cluster gets neither patches nor help.",
  fix: "Raise kubernetesVersion one minor at a time and set autoUpgradeProfile.",
  source: { title: "AKS: supported Kubernetes versions", url: "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions" },
  types: [managedClusterType],
  config: {
    floor: { type: "string", default: "1.35", description: "Oldest minor version that AKS supports; as of 2026-11" },
    channels: { type: "array", items: { type: "string" }, default: ["patch", "stable", "rapid"], description: "Upgrade channels that are allowed" },
  },
  *judge(cluster, config) {
    const version = String(at(cluster.props, "kubernetesVersion"));
    if (!(minor(version) >= minor(String(config["floor"])))) yield { property: "kubernetesVersion", found: version, wanted: `${String(config["floor"])} or newer` };
    const channel = at(cluster.props, "autoUpgradeProfile.upgradeChannel");
    if (!texts(config["channels"]).includes(String(channel))) yield { property: "autoUpgradeProfile.upgradeChannel", found: show(channel), wanted: `one of ${texts(config["channels"]).join(", ")}` };
    const os = at(cluster.props, "autoUpgradeProfile.nodeOSUpgradeChannel");
    if (os !== "NodeImage" && os !== "SecurityPatch") yield { property: "autoUpgradeProfile.nodeOSUpgradeChannel", found: show(os), wanted: '"NodeImage" or "SecurityPatch"' };
  },
});

/** Minor part of `1.34` or `1.34.2`; NaN for what is no version of Kubernetes 1. */
function minor(version: string): number {
  return Number(/^1\.(\d+)(\.\d+)?$/.exec(version)?.[1] ?? Number.NaN);
}
