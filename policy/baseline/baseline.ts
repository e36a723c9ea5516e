/** The state before a change, as far as policies judge against it: a policy is shown only the state after it. */
import type { PackConfig } from "../kit/config";
import type { Resource } from "../resources/resource";
import { protectionNotWeakened } from "../rules/checks/protection-not-weakened";
import { rulesetType } from "../rules/checks/rulesets";

/** The policy that judges against it. */
const { name: policy } = protectionNotWeakened;

/** The config with the rulesets of the state before as the baseline below which none may fall. */
export function withBaseline(config: PackConfig, before: readonly Resource[]): PackConfig {
  const baseline = before.filter(({ type }) => type === rulesetType).map(({ props }) => props);
  return { ...config, [policy]: { ...config[policy], baseline } };
}

/** The config for a state that cannot be read: nobody can say that nothing becomes weaker, so that it is a violation. */
export function demandingBaseline(config: PackConfig): PackConfig {
  return { ...config, [policy]: { ...config[policy], required: true } };
}
