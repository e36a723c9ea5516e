/** What the pack is told of the state before. */
import { demandingBaseline, withBaseline } from "../../policy/baseline/baseline";
import { violations, withDefaults } from "../../policy/kit/judge";
import type { PackConfig } from "../../policy/kit/config";
import type { Resource } from "../../policy/resources/resource";
import { protectionNotWeakened } from "../../policy/rules/checks/protection-not-weakened";

const config: PackConfig = { "protection-not-weakened": { acknowledged: ["main"] }, "resources-tagged": { keys: ["owner"] } };
const resource = (type: string, name: string): Resource => ({ type, name, urn: `urn:${name}`, protect: false, props: { name, repository: "r", enforcement: "active" }, sources: {} });
const ruleset = resource("github:index/repositoryRuleset:RepositoryRuleset", "main");

test("the rulesets of the state are the baseline, and all other config stays", () => {
  expect(withBaseline(config, [ruleset, resource("aws:ecr/repository:Repository", "images")])).toEqual({
    ...config,
    "protection-not-weakened": { acknowledged: ["main"], baseline: [ruleset.props] },
  });
});

test("without a state that can be read, protection that nobody can compare is a violation", () => {
  const found = (told: PackConfig): string[] => [...violations(protectionNotWeakened, [], withDefaults(protectionNotWeakened, told["protection-not-weakened"]))].map(({ property }) => property);
  expect(found(demandingBaseline(config))).toEqual(["baseline"]);
  expect(found(withBaseline(config, []))).toEqual([]);
});
