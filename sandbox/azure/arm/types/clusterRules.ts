/** Rules of a ManagedCluster that span properties, as AKS validates them. Paths are those of the resource's inputs. */
import type { Finding } from "../errors";
import { contains, overlap } from "../rules";
import { at, isObject, type Json } from "../values";
import { isSupported, supportedMinors } from "../kubernetesVersions";
import { poolFindings } from "./poolBody";

type Body = Json & { readonly properties: Json };

export function clusterFindings(body: Body): readonly Finding[] {
  const { properties } = body;
  return [
    ...identityFindings(body),
    ...poolsFindings(properties),
    ...versionFindings(properties),
    ...entraFindings(properties),
    ...workloadIdentityFindings(properties),
    ...networkFindings(properties),
    ...accessFindings(properties),
    ...tierFindings(body),
  ];
}

function identityFindings(body: Body): Finding[] {
  const type = at(body, "identity.type");
  return type === undefined || type === "None" ? [{ property: "identity", reason: "found no managed identity; a cluster needs SystemAssigned or UserAssigned" }] : [];
}

function poolsFindings(properties: Json): Finding[] {
  const pools = properties.agentPoolProfiles;
  if (!Array.isArray(pools)) return [];
  const names = pools.map((pool: Json) => String(pool.name));
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const findings = pools.flatMap((pool: Json, index) => poolFindings(pool, `agentPoolProfiles[${index}].`));
  if (!pools.some((pool: Json) => pool.mode === "System")) {
    findings.push({ property: "agentPoolProfiles", reason: 'found no pool with the mode "System"; there has to be at least one' });
  }
  return [...findings, ...twice.map((name) => ({ property: "agentPoolProfiles", reason: `found the name ${JSON.stringify(name)} twice; names are unique in a cluster` }))];
}

function versionFindings(properties: Json): Finding[] {
  const version = properties.kubernetesVersion;
  if (typeof version !== "string" || isSupported(version)) return [];
  return [{ property: "kubernetesVersion", reason: `found ${JSON.stringify(version)}; the region offers ${supportedMinors.join(", ")}` }];
}

function entraFindings(properties: Json): Finding[] {
  const findings: Finding[] = [];
  const isManaged = at(properties, "aadProfile.managed") === true;
  if (properties.disableLocalAccounts === true && !isManaged) {
    findings.push({ property: "disableLocalAccounts", reason: "found true without aadProfile.managed: true; only Entra clusters can do without local accounts" });
  }
  if (at(properties, "aadProfile.enableAzureRBAC") === true && (!isManaged || properties.enableRBAC === false)) {
    findings.push({ property: "aadProfile.enableAzureRBAC", reason: "found true; it needs aadProfile.managed: true and Kubernetes RBAC" });
  }
  return findings;
}

function workloadIdentityFindings(properties: Json): Finding[] {
  const isOn = at(properties, "securityProfile.workloadIdentity.enabled") === true;
  return isOn && at(properties, "oidcIssuerProfile.enabled") !== true
    ? [{ property: "securityProfile.workloadIdentity.enabled", reason: "found true without oidcIssuerProfile.enabled: true; workload identity needs the OIDC issuer" }]
    : [];
}

function networkFindings(properties: Json): Finding[] {
  const network = properties.networkProfile;
  if (!isObject(network)) return [];
  return [...dataplaneFindings(network), ...rangeFindings(network)].map(({ property, reason }) => ({ property: `networkProfile.${property}`, reason }));
}

function dataplaneFindings(network: Json): Finding[] {
  const findings: Finding[] = [];
  const { networkPlugin: plugin, networkPluginMode: mode, networkDataplane: dataplane, networkPolicy: policy } = network;
  if (mode === "overlay" && plugin !== "azure") {
    findings.push({ property: "networkPluginMode", reason: `found "overlay" with networkPlugin ${JSON.stringify(plugin)}; overlay needs "azure"` });
  }
  if (dataplane === "cilium" && plugin !== "azure") {
    findings.push({ property: "networkDataplane", reason: `found "cilium" with networkPlugin ${JSON.stringify(plugin)}; Cilium needs "azure"` });
  }
  if (dataplane === "cilium" && policy !== undefined && policy !== "cilium" && policy !== "none") {
    findings.push({ property: "networkPolicy", reason: `found ${JSON.stringify(policy)} with networkDataplane "cilium"; "cilium" or "none" is allowed` });
  }
  if (policy === "cilium" && dataplane !== "cilium") {
    findings.push({ property: "networkPolicy", reason: `found "cilium" with networkDataplane ${JSON.stringify(dataplane)}; it needs "cilium"` });
  }
  return findings;
}

function rangeFindings(network: Json): Finding[] {
  const { serviceCidr, podCidr, dnsServiceIP } = network;
  const findings: Finding[] = [];
  if (typeof serviceCidr === "string" && typeof podCidr === "string" && overlap(serviceCidr, podCidr)) {
    findings.push({ property: "podCidr", reason: `found ${podCidr}; it overlaps serviceCidr ${serviceCidr}` });
  }
  if (typeof serviceCidr === "string" && Number(serviceCidr.split("/")[1]) < 12) {
    findings.push({ property: "serviceCidr", reason: `found ${serviceCidr}; a range of /12 or smaller is allowed` });
  }
  if (typeof serviceCidr === "string" && typeof dnsServiceIP === "string" && (!contains(serviceCidr, dnsServiceIP) || dnsServiceIP === serviceCidr.split("/")[0])) {
    findings.push({ property: "dnsServiceIP", reason: `found ${dnsServiceIP}; an address within serviceCidr ${serviceCidr} other than its first is allowed` });
  }
  return findings;
}

function accessFindings(properties: Json): Finding[] {
  const access = properties.apiServerAccessProfile;
  if (!isObject(access) || access.enablePrivateCluster !== true) return [];
  return Array.isArray(access.authorizedIPRanges) && access.authorizedIPRanges.length > 0
    ? [{ property: "apiServerAccessProfile.authorizedIPRanges", reason: "found ranges on a private cluster; only public API servers take them" }]
    : [];
}

function tierFindings(body: Body): Finding[] {
  const tier = at(body, "sku.tier") ?? "Free";
  const findings: Finding[] = [];
  if (at(body.properties, "metricsProfile.costAnalysis.enabled") === true && tier === "Free") {
    findings.push({ property: "metricsProfile.costAnalysis.enabled", reason: 'found true with sku.tier "Free"; it needs Standard or Premium' });
  }
  if (body.properties.supportPlan === "AKSLongTermSupport" && tier !== "Premium") {
    findings.push({ property: "supportPlan", reason: `found "AKSLongTermSupport" with sku.tier ${JSON.stringify(tier)}; it needs Premium` });
  }
  return findings;
}
