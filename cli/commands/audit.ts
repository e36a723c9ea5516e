/**
 * Judges what is deployed, without running a program or asking a cloud. What somebody changed by hand shows once `pulumi refresh` has put it into the
 * state. The export's secrets stay sealed: no passphrase is needed, and a property that a policy would have to open is itself a violation.
 *
 * Why not `pulumi policy analyze`, which runs the same pack on a state: it shows policies only the inputs of each resource, where a refresh may
 * note a change by hand in the outputs; puts the text `[secret]` in the place of sealed values, which passes for a value; and its exit code tells no
 * severity. It works with this pack, though, for whoever has no checkout of this project's commands.
 */
import { policyConfigFile, readPolicyConfig } from "../../config/policies";
import { readPackConfig } from "../../policy/kit/config";
import { rules } from "../../policy/rules";
import { audit, exitCodeOf, type Audit } from "../audit/audit";
import { auditJson, auditText, summary } from "../audit/text";
import { deployedState } from "../deployed";
import { answered, answerOptions, type Answer } from "../kit/answer";
import { define, type Io } from "../kit/command";
import { readFileOf, unwritableFile } from "../kit/files";
import { text, type ValuesOf } from "../kit/options";
import { PROJECT, stackOption } from "../kit/project";
import { auditSarif } from "../sarif/audit";

const FORMATS = ["text", "json", "sarif"] as const;

const OPTIONS = {
  stack: stackOption,
  state: text("FILE", "judges what `pulumi stack export` wrote, of any stack; - reads standard input; without it, what the sandbox holds"),
  config: text("FILE", "a policy config to judge by, in the place of policy/config/STACK.json"),
  ...answerOptions(FORMATS),
};

export const command = define({
  about: ["Judges a deployed state by the policies of this project, without running a program or asking a cloud."],
  options: OPTIONS,
  examples: [
    ["audit --stack prod", "the stack of the sandbox, after a rehearsal"],
    ["audit --state state.json --config own.json", "an exported state of any stack, by a config of its own"],
    ["audit --state - --format sarif --out audit.sarif", "a state from standard input, for code scanning"],
  ],
  exits: {
    0: "judged, without a violation",
    1: "nothing could be judged: the command was called wrongly, or no state is there",
    2: "the worst violation is of low severity",
    3: "the worst violation is of medium severity",
    4: "the worst violation is of high severity",
    5: "the worst violation is critical",
  },
  check: ({ options: { out } }) => unwritableFile("out", out),
  async run({ options }, io) {
    return answered(await answer(options, io), options.out, io);
  },
});

/** What is asked. */
export type Question = Omit<ValuesOf<typeof OPTIONS>, "out">;

/** How a report is written. */
const WRITERS: Readonly<Record<(typeof FORMATS)[number], (made: Audit, config: string) => string>> = { text: auditText, json: auditJson, sarif: auditSarif };

/**
 * Makes the audit.
 * @throws UsageError for a file that cannot be read, NoStateError, StateError or PackConfigError: each says what was found and what is wanted
 */
export async function answer({ stack, state, config, format }: Question, io: Io): Promise<Answer> {
  const chosen = config === undefined ? readPolicyConfig(PROJECT, stack) : readPackConfig(rules, readFileOf("config", config));
  const made = audit(rules, chosen, await deployedState(PROJECT, stack, state, io));
  const shownConfig = config ?? policyConfigFile(".", stack);
  return { report: WRITERS[format](made, shownConfig), summary: summary(made, shownConfig), exitCode: exitCodeOf(made) };
}
