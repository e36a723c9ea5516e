/** Types that the cluster rules look at, and a rule that demands single values of a cluster. */
import { resourceRule, type Finding, type ResourceRule, type RuleFacts } from "../../kit/rule";
import { at, show } from "../../kit/values";

export const managedClusterType = "azure-native:containerservice:ManagedCluster";
export const agentPoolType = "azure-native:containerservice:AgentPool";

/** A rule that wants exactly one value of each of some properties. */
export function clusterRule(facts: RuleFacts, demands: Readonly<Record<string, unknown>>): ResourceRule {
  return resourceRule({
    ...facts,
    types: [managedClusterType],
    *judge(cluster): Iterable<Finding> {
      for (const [property, wanted] of Object.entries(demands)) {
        const found = at(cluster.props, property);
        if (found !== wanted) yield { property, found: show(found), wanted: show(wanted) };
      }
    },
  });
}
