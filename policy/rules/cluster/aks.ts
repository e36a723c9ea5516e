/** Types that the cluster rules look at, and a rule that demands single values of a cluster. */
import { resourceRule, type Finding, type ResourceRule, type RuleFacts, type Subject } from "../../kit/rule";
import { at, items, show, texts } from "../../kit/values";

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

/** Names of the inline pools of a cluster that are resources of their own. */
export function poolsOfTheirOwn(cluster: Subject, subjects: readonly Subject[]): ReadonlySet<string> {
  const inline = texts(items(at(cluster.props, "agentPoolProfiles")).map((profile) => at(profile, "name")));
  const namesakes = subjects.filter(({ type, props }) => type === agentPoolType && inline.includes(String(at(props, "agentPoolName"))));
  const own = namesakes.filter(({ props }) => at(props, "resourceName") === at(cluster.props, "resourceName"));
  return new Set(own.map(({ props }) => String(at(props, "agentPoolName"))));
}
