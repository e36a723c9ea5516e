/** Bundles the policy pack for the engine. */
import { bundlePack } from "../../policy/bundle";
import { define } from "../kit/command";

export const command = define({
  about: ["Writes policy/bin/index.js, which the engine starts where plain pulumi is given --policy-pack policy. Commands that run the engine bundle it themselves."],
  options: {},
  examples: [["policy-bundle", "then: pulumi preview --policy-pack policy --policy-pack-config policy/config/prod.json"]],
  run: () => bundlePack(),
});
