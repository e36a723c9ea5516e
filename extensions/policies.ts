/** Policies that a team adds to the pack: extensions/README.md. A rule imports `policy/kit` only; policy/rules has examples. */
import type { Rule } from "../policy/kit/rule";

export const ownPolicies: readonly Rule[] = [];
