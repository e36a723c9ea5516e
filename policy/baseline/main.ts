/**
 * Adds the rulesets of a deployed state to a policy config, so that the pack can tell a weakening from what always was:
 *
 *   pulumi stack export | npx tsx policy/baseline/main.ts policy/config/prod.json > policies.json
 *   pulumi preview --policy-pack policy --policy-pack-config policies.json
 */
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { readPackConfig } from "../kit/config";
import { readState } from "../resources/state";
import { rules } from "../rules";
import { withBaseline } from "./baseline";

async function main([file]: readonly string[]): Promise<void> {
  if (file === undefined) throw new Error("usage: pulumi stack export | npx tsx policy/baseline/main.ts CONFIG");
  const config = readPackConfig(rules, readFileSync(file, "utf8"));
  const { resources } = readState(await text(process.stdin));
  console.log(JSON.stringify(withBaseline(config, resources), undefined, 2));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
