/**
 * Runs in the copy: what its policies, told of its own config, say of its own program's resources, and of each harm that recipes name. Reads a
 * `Question` from standard input and writes an `Answer`.
 */
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { readPolicyConfig } from "../config/policies";
import { readStackFile } from "../config/file";
import { describe, violations, withDefaults } from "../policy/kit/judge";
import type { PackConfig } from "../policy/kit/config";
import type { Mutation } from "../policy/mutations/mutation";
import { prove } from "../policy/mutations/run";
import { recordProgram } from "../policy/resources/program";
import { subjectOf, type Resource } from "../policy/resources/resource";
import { rules } from "../policy/rules";
import { RECIPES } from "./all";
import { STACK, type Recipe } from "./recipe";

/** Which harms are tried, and what the checkout knew before any recipe. */
export interface Question {
  /** Names of the recipes that are in the copy. */
  readonly recipes: readonly string[];
  readonly policies: readonly string[];
  readonly config: PackConfig;
}

export interface Judged {
  readonly recipe: string;
  readonly what: string;
  /** The change of a resource. */
  readonly change: string;
  /** The policy that has to refuse it. */
  readonly policy: string;
  readonly refused: boolean;
  /** Every policy that does. */
  readonly refusedBy: readonly string[];
  /** True where it has to pass without the recipe's entry, and does not. */
  readonly refusedWithoutEntry: boolean;
}

export interface Answer {
  readonly resources: number;
  /** What is wrong with the stack with all recipes: nothing should be. */
  readonly violations: readonly string[];
  readonly judged: readonly Judged[];
}

const PROJECT = join(__dirname, "..");

async function answer(before: Question): Promise<Answer> {
  const stack = readStackFile(PROJECT, STACK);
  const resources = await recordProgram(PROJECT, STACK, "up");
  const tried = RECIPES.filter(({ name }) => before.recipes.includes(name));
  const harms = tried.flatMap((recipe) => recipe.harms.flatMap((harm) => harm.mutations(stack).map((mutation) => ({ recipe, harm, mutation }))));
  const proof = prove(rules, resources, readPolicyConfig(PROJECT, STACK), harms.map(({ mutation }) => mutation));
  const judged = harms.map(({ recipe, harm, mutation }, index) => {
    const { verdict, noticedBy } = proof.outcomes[index]!;
    return {
      recipe: recipe.name,
      what: harm.what,
      change: mutation.what,
      policy: policyOf(mutation, recipe),
      refused: verdict === "right",
      refusedBy: noticedBy,
      refusedWithoutEntry: harm.byEntry && noticedBefore(mutation, resources, before),
    };
  });
  return { resources: resources.length, violations: proof.before.map((violation) => `${violation.rule.name}: ${describe(violation)}`), judged };
}

/** @throws Error for a change that harms nobody: no recipe proves anything by one */
function policyOf({ rule, what }: Mutation, { name }: Recipe): string {
  if (rule === undefined) throw new Error(`recipe ${name}: ${what}: found no policy that has to refuse it`);
  return rule;
}

/** Whether the policy, told what it was told before, refuses the change too. */
function noticedBefore({ rule: name, apply }: Mutation, resources: readonly Resource[], { policies, config }: Question): boolean {
  const rule = rules.find((each) => each.name === name);
  if (rule === undefined || !policies.includes(rule.name)) return false;
  return violations(rule, apply(resources).map(subjectOf), withDefaults(rule, config[rule.name])).length > 0;
}

async function main(): Promise<void> {
  process.stdout.write(JSON.stringify(await answer(JSON.parse(await text(process.stdin)) as Question)));
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
