/**
 * `make audit STACK=prod [STATE=FILE] [FORMAT=text|json|sarif] [OUT=FILE] [CONFIG=FILE]`: judges what is deployed, without running a program or
 * asking a cloud. What somebody changed by hand shows once `pulumi refresh` has put it into the state.
 *
 * Usage: `npx tsx cli/audit.ts [STACK] [OPTION...]`; an option without a value counts as not given.
 *   STACK      by default prod: the stack of the sandbox, and whose policy config it is judged by
 *   --state    a file that `pulumi stack export` wrote, of any stack; `-` reads standard input; by default the sandbox's stack
 *   --config   another policy config than policy/config/STACK.json
 *   --format   text (default), json or sarif; `--json` is short for `--format json`
 *   --out      where to write the report; by default standard output
 *
 * Exit code: 0 without a violation; 1 when nothing could be judged; else by the worst violation: 2 low, 3 medium, 4 high, 5 critical. The export's
 * secrets stay sealed: no passphrase is needed, and a property that a policy would have to open is itself a violation.
 *
 * Why not `pulumi policy analyze`, which runs the same pack on a state: it shows policies the inputs of each resource alone, where a refresh may
 * note a change by hand in the outputs; puts the text `[secret]` in the place of sealed values, which passes for a value; and its exit code tells no
 * severity. It works with this pack, though, for whoever has no checkout of this project's commands.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { policyConfigFile, readPolicyConfig } from "../config/policies";
import { readPackConfig, type PackConfig } from "../policy/kit/config";
import { rules } from "../policy/rules";
import { audit, exitCodeOf, type Audit } from "./audit/audit";
import { auditJson, auditText, summary } from "./audit/text";
import { deployedState } from "./deployed";
import { auditSarif } from "./sarif/audit";
import { givenOf } from "./usage";

const PROJECT = join(__dirname, "..");
const DEFAULT_STACK = "prod";

const FORMATS = ["text", "json", "sarif"] as const;
type Format = (typeof FORMATS)[number];

/** What is asked, as text; undefined where nothing was given. */
export interface Question {
  readonly stack?: string | undefined;
  readonly state?: string | undefined;
  readonly config?: string | undefined;
  readonly format?: string | undefined;
}

export interface Answer {
  readonly report: string;
  /** One line for people. */
  readonly summary: string;
  readonly exitCode: number;
}

/**
 * Makes the audit.
 * @throws Error for a question that cannot be answered, NoStateError, StateError or PackConfigError: each says what was found and what is wanted
 */
export async function answer({ stack = DEFAULT_STACK, state, config, format = FORMATS[0] }: Question): Promise<Answer> {
  const write = writerOf(format);
  const chosen = config === undefined ? readPolicyConfig(PROJECT, stack) : readConfigFile(config);
  const made = audit(rules, chosen, await deployedState(PROJECT, stack, state));
  const shownConfig = config ?? policyConfigFile(".", stack);
  return { report: write(made, shownConfig), summary: summary(made, shownConfig), exitCode: exitCodeOf(made) };
}

function writerOf(format: string): (made: Audit, config: string) => string {
  const writers: Readonly<Record<Format, (made: Audit, config: string) => string>> = { text: auditText, json: auditJson, sarif: auditSarif };
  const writer = FORMATS.find((known) => known === format);
  if (writer === undefined) throw new Error(`FORMAT is ${JSON.stringify(format)}: allowed are ${FORMATS.join(", ")}`);
  return writers[writer];
}

function readConfigFile(file: string): PackConfig {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`CONFIG is ${JSON.stringify(file)}: ${(error as Error).message}`);
  }
  return readPackConfig(rules, text);
}

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { state: text, config: text, format: text, out: text, json: { type: "boolean" } } });
  const given = givenOf(values);
  const [stack] = positionals.filter((word) => word !== "");
  const made = await answer({ ...given, stack, format: given.json ? "json" : given.format });
  if (given.out === undefined) console.log(made.report);
  else {
    writeFileSync(given.out, `${made.report}\n`);
    console.log(made.summary);
  }
  process.exitCode = made.exitCode;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
