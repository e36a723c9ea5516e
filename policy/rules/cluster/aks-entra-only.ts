import { clusterRule } from "./aks";

export const aksEntraOnly = clusterRule(
  {
    name: "aks-entra-only",
    title: "Clusters accept only Entra ID identities",
    severity: "critical",
    level: "mandatory",
    holds: "Local accounts are off, Entra logs in, Azure RBAC decides, and pods can hold workload identities.",
    why: "A local account is a certificate that nobody can revoke and no log tells apart.",
    fix: "Set disableLocalAccounts, aadProfile.managed, aadProfile.enableAzureRBAC, the OIDC issuer and workload identity.",
    source: { title: "AKS: manage local accounts; CIS AKS Benchmark 5.1", url: "https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad" },
  },
  {
    disableLocalAccounts: true,
    enableRBAC: true,
    "aadProfile.managed": true,
    "aadProfile.enableAzureRBAC": true,
    "oidcIssuerProfile.enabled": true,
    "securityProfile.workloadIdentity.enabled": true,
  },
);
