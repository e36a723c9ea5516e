/** What `gpu-cicd --help` and `gpu-cicd COMMAND --help` print, and the text of `make help`: all from the list of commands. */
import { Command as Parser, type Help } from "commander";
import { targetOf, type Command, type Entry } from "./command";
import { exitsOf } from "./exits";
import type { Option } from "./options";
import { shownFlag } from "./read";
import { variableOf } from "./usage";

const NAME = "gpu-cicd";

/** Columns of help where it is not on a terminal. */
const COLUMNS = 120;

/** Environment variables that every command reads. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  SANDBOX_DIR: "directory of the sandbox, so that several can run side by side (default: .sandbox)",
};

/** Help about all commands. */
export function helpOfAll(entries: readonly Entry[], description: string): string {
  const program = parser(NAME).usage("COMMAND [OPTION...]").description(description).option("-V, --version", "show the version");
  for (const { name, group, summary } of entries) program.addCommand(parser(name).description(summary).helpGroup(group));
  return `${program.helpInformation()}\n${[`${NAME} COMMAND --help tells a command's options, examples and exit codes. docs/commands.md holds all of them.`, "Each command is a make target too; make help lists those."].join("\n")}\n`;
}

/** Help about one command. */
export function helpOfOne(entry: Entry, command: Command): string {
  const { about, options, words, examples, environment } = command;
  const takes = words === undefined ? "" : ` [${words.placeholder}...]`;
  const one = parser(`${NAME} ${entry.name}`).usage(`[OPTION...]${takes}`).description([sentenceOf(entry.summary), ...about].join("\n"));
  if (words !== undefined) one.argument(`[${words.placeholder}...]`, `${words.help} (make: ${words.variable})`);
  for (const [key, option] of Object.entries(options)) one.option(optionTerm(key, option), optionHelp(key, option));
  return [
    one.helpInformation().trimEnd(),
    ...section("Examples:", examples.map(([line, meaning]) => [`${NAME} ${line}`, meaning])),
    ...section("Exit codes:", exitsOf(command).map(([code, meaning]) => [String(code), meaning])),
    ...section("Environment:", Object.entries({ ...environment, ...ENVIRONMENT })),
    "",
    `Make target: ${targetOf(entry)}. Make ends with 2 whatever the exit code is.`,
    "",
  ].join("\n");
}

/** A summary as a sentence. */
export function sentenceOf(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}

function parser(name: string): Parser {
  const columns = process.stdout.isTTY ? process.stdout.columns : COLUMNS;
  return new Parser(name).configureOutput({ getOutHelpWidth: () => columns }).configureHelp({ subcommandTerm: (command: Parser) => command.name(), sortSubcommands: false } satisfies Partial<Help>).helpCommand(false).helpOption("-h, --help", "show help");
}

function optionTerm(key: string, option: Option<unknown>): string {
  return option.placeholder === undefined ? shownFlag(key, option) : `${shownFlag(key, option)} <${option.placeholder}>`;
}

/** What help says of an option: its meaning, its default and its make variable. */
export function optionHelp(key: string, { help, fallback, required, placeholder }: Option<unknown>): string {
  const standard = placeholder === undefined || fallback === undefined ? "" : `default: ${fallback}; `;
  return `${help} (${required ? "required; " : ""}${standard}make: ${variableOf(key)}${placeholder === undefined ? `=${fallback === "1" ? "0" : "1"}` : ""})`;
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  if (rows.length === 0) return [];
  const width = Math.max(...rows.map(([term]) => term.length));
  return ["", title, ...rows.map(([term, meaning]) => `  ${term.padEnd(width)}  ${meaning}`)];
}
