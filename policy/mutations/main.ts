/**
 * Proves the policies: makes every mutation of a stack's resources and tells which of them no policy noticed.
 *
 *   npx tsx policy/mutations/main.ts [STACK] [--state FILE]
 *
 * The resources are those that the program registers for the stack (by default prod), or those of an exported state. The last line is
 * `caught N, missed N`; a harmless change that a policy objects to counts as missed. Exit code 1 when anything is missed.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readPackConfig } from "../kit/config";
import { describe } from "../kit/judge";
import { recordProgram } from "../resources/program";
import { rules } from "../rules";
import { harmful, harmless, judgeAll, outcomeOf } from "./run";

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [stack = "prod"] = positionals;
  const project = join(__dirname, "../..");
  const config = readPackConfig(rules, readFileSync(join(project, "policy/config", `${stack}.json`), "utf8"));
  const resources = await recordProgram(project, stack, "up");

  const before = judgeAll(resources, config);
  for (const violation of before) console.log(`unmutated: ${violation.rule.name}: ${describe(violation)}`);
  const outcomes = [...harmful, ...harmless].map((mutation) => outcomeOf(mutation, resources, config));
  const missed = outcomes.filter(({ right }) => !right);
  for (const { mutation, violations } of missed) {
    const found = [...new Set(violations.map(({ rule }) => rule.name))].join(", ") || "nobody";
    console.log(`missed: ${mutation.what}\n  expected ${mutation.rule ?? "nobody"}, objected: ${found}`);
  }
  console.log(`${resources.length} resources, ${rules.length} policies, ${harmful.length} harmful changes, ${harmless.length} harmless ones`);
  console.log(`caught ${outcomes.length - missed.length}, missed ${missed.length + before.length}`);
  process.exitCode = missed.length + before.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
