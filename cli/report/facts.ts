/** What a report is told that neither a preview nor a config says. */
import { AZURE_ROLES } from "../../components/shared/azure-roles";
import { rules } from "../../policy/rules";
import type { PolicyFacts } from "../../report/preview";

/** How to put right what each policy of the pack objects to. */
export function policyFacts(): PolicyFacts[] {
  return rules.map(({ name, fix, source }) => ({ name, remediation: fix, url: source.url }));
}

/** Names of Azure's roles by the id of their definition. */
export function azureRoles(): Record<string, string> {
  return Object.fromEntries(Object.entries(AZURE_ROLES).map(([name, id]) => [id, name]));
}
