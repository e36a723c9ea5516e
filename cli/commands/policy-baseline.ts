/** Puts together what the pack is told of a stack: its policy config, its manifest, and the rulesets of a deployed state, so that the pack can tell a weakening from what always was. */
import { readPackConfig } from "../../policy/kit/config";
import { withBaseline } from "../../policy/baseline/baseline";
import { readState } from "../../policy/resources/state";
import { rules } from "../../policy/rules";
import { readPolicyConfig } from "../../config/policies";
import { define } from "../kit/command";
import { readFileOf, readTextOf } from "../kit/files";
import { or, text } from "../kit/options";
import { PROJECT, stackOption } from "../kit/project";

export const command = define({
  about: ["For plain pulumi, which shows policies only the state after a change: pulumi preview --policy-pack policy --policy-pack-config FILE. All other commands of this project do it themselves."],
  options: {
    stack: stackOption,
    config: text("FILE", "the policy config, in the place of the stack's own and its manifest"),
    state: or(text("FILE", "what `pulumi stack export` wrote; - reads standard input"), "-"),
  },
  examples: [["policy-baseline --stack prod --state state.json > policies.json", "behind pulumi stack export --file state.json"]],
  async run({ options: { stack, config, state } }, io) {
    const read = config === undefined ? readPolicyConfig(PROJECT, stack) : readPackConfig(rules, readFileOf("config", config));
    const { resources } = readState(await readTextOf("state", state, io));
    io.out(`${JSON.stringify(withBaseline(read, resources), undefined, 2)}\n`);
  },
});
