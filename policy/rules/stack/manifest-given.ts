import { stackRule } from "../../kit/rule";

export const manifestGiven = stackRule({
  name: "manifest-given",
  title: "The stack has a manifest to be held to",
  severity: "low",
  // Advisory, as the pack is of use to stacks of other projects too: this says once how far it goes there.
  level: "advisory",
  holds: "The pack is told what the stack is meant to be. Advisory, because the general policies hold without it.",
  why: "Without a manifest only what the general policies know is judged: an image, a host, a principal or a file that they do not forbid passes.",
  fix: "Run make generate, which writes policy/manifests/STACK.json, and give the pack a config that holds it.",
  source: {
    title: "NIST SP 800-53 CM-3: configuration change control",
    url: "https://csrc.nist.gov/projects/cprt/catalog#/cprt/framework/version/SP_800_53_5_1_1/home?element=CM-03",
  },
  config: { given: { type: "boolean", default: false, description: "True where resources-as-intended has a manifest" } },
  *judge(subjects, config) {
    if (config["given"] !== true)
      yield { property: "manifest", found: "none", wanted: `a manifest: without one only the general policies judge ${subjects.length} resources` };
  },
});
