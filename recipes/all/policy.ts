import { weaken } from "../../policy/mutations/mutation";
import { after, newFile } from "../edits";
import type { Recipe } from "../recipe";

const NAME = "nodes-without-public-addresses";
const EXPORT = "nodesWithoutPublicAddresses";
const MODULE = `./cluster/${NAME}`;

/** Source of the rule: learn.microsoft.com/azure/aks/use-node-public-ips. */
const RULE = `import { resourceRule } from "../../kit/rule";
import { at, show } from "../../kit/values";
import { agentPoolType } from "./aks";

export const ${EXPORT} = resourceRule({
  name: "${NAME}",
  title: "No node of a pool has a public address",
  severity: "high",
  level: "mandatory",
  holds: "No node pool gives its nodes addresses that the internet reaches.",
  why: "A runner's node would be reachable from outside, beside every rule that the cluster's network has.",
  fix: "Leave enableNodePublicIP out of the pool, or set it to false.",
  source: { title: "AKS: use instance-level public IPs", url: "https://learn.microsoft.com/azure/aks/use-node-public-ips" },
  types: [agentPoolType],
  *judge(pool) {
    const found = at(pool.props, "enableNodePublicIP");
    if (found !== undefined && found !== false) yield { property: "enableNodePublicIP", found: show(found), wanted: "false" };
  },
});
`;

const PROOF = `
  {
    rule: ${EXPORT},
    sound: { "what Azure makes of nothing": [subject(POOL, {})], "none": [subject(POOL, { enableNodePublicIP: false })] },
    wrong: {
      "an address for each node": [[subject(POOL, { enableNodePublicIP: true })], \`\${POOL} "it": enableNodePublicIP: found true; wanted false.\`],
      "what is no boolean": [[subject(POOL, { enableNodePublicIP: "yes" })], \`\${POOL} "it": enableNodePublicIP: found "yes"; wanted false.\`],
    },
  },
  `;

const TYPE_IMPORT = 'import type { ResourceRule, Rule } from "../kit/rule";\n';
const SUBJECT_IMPORT = 'import type { Subject } from "../../policy/kit/rule";\n';

export const policy: Recipe = {
  name: "policy",
  task: "a policy",
  edits: [
    newFile(`policy/rules/cluster/${NAME}.ts`, RULE),
    after("policy/rules/index.ts", TYPE_IMPORT, `import { ${EXPORT} } from "${MODULE}";\n`),
    after("policy/rules/index.ts", "const judging: readonly Rule[] = [\n", `  ${EXPORT},\n`),
    after("test/policy/cluster.test.ts", SUBJECT_IMPORT, `import { ${EXPORT} } from "../../policy/rules/cluster/${NAME}";\n`),
    after("test/policy/cluster.test.ts", 'prove("cluster", [', PROOF),
    after(
      "policy/mutations/infrastructure.ts",
      "export const infrastructureMutations: readonly Mutation[] = [\n",
      `  ...weaken("${NAME}", pool, "enableNodePublicIP", true),\n`,
    ),
  ],
  refused: [],
  harms: [{ what: "a pool whose nodes have public addresses", byEntry: true, mutations: () => weaken(NAME, "AgentPool runner-cluster-pool-gpu1", "enableNodePublicIP", true) }],
  tests: ["test/policy/cluster.test.ts", "test/policy/rules.test.ts"],
};
