/** Every rule, in the order in which findings are told. */
import { buildRules } from "./builds";
import { commandRules } from "./commands";
import { deploymentRules } from "./deployments";
import { fileRules } from "./files";
import { governanceRules } from "./governance";
import type { Rule } from "./rule";
import { testRules } from "./tests";

export const rules: readonly Rule[] = [...buildRules, ...commandRules, ...testRules, ...fileRules, ...deploymentRules, ...governanceRules];

/** Findings that come before any rule: the checkout itself cannot be judged. */
export const CHECKOUT_RULES = [
  { id: "checkout-missing", title: "The folder is a checkout of a git repository." },
  { id: "checkout-shallow", title: "The checkout has its history." },
  { id: "checkout-sparse", title: "The checkout has every folder." },
  { id: "commit-unknown", title: "The commit is in the checkout." },
] as const;

/** The finding about an excuse. */
export const EXCUSE_RULE = { id: "excuse-unused", title: "Every excuse covers a finding." } as const;

/** Ids and titles of everything that can be found. */
export const allRules: readonly { readonly id: string; readonly title: string }[] = [...CHECKOUT_RULES, ...rules, EXCUSE_RULE];
