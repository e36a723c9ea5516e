/** The command line: finds the command, loads no other, reads what was given, and turns what comes of it into text and an exit code. */
import { CommanderError, Command as Parser } from "commander";
import { COMMANDS } from "./commands";
import { targetOf, type Command, type Entry, type Io } from "./kit/command";
import { ENVIRONMENT, helpOfAll, helpOfOne } from "./kit/help";
import { asksForHelp, givenByArguments, givenByMake, inputOf, type Given } from "./kit/read";
import { ExitError, flagOf, sentence, UsageError, variableOf, type Finding, type NameOf } from "./kit/usage";
import { description, version } from "../package.json";

/** Names of the variables that stand on make's command line; set where a target of the Makefile runs a command. */
const MAKE = "GPU_CICD_MAKE";

/** Before the name of each of them: its text, which make has not expanded. */
const MAKE_PREFIX = "GPU_CICD_MAKE_";

/** A command line without its program, or a target with variables. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  const make = takeMake(io.environment);
  const entry = make === undefined ? entryOf(args) : COMMANDS.find((one) => targetOf(one) === args[0]);
  if (entry === undefined) return aboutAll(args, io);
  const rest = args.slice(entry.name.split(" ").length);
  const { command } = await entry.load();
  if (make === undefined && asksForHelp(rest)) {
    io.out(helpOfOne(entry, command));
    return 0;
  }
  const given = make === undefined ? givenByArguments(command, rest) : givenByMake(command, make.named, (name) => make.texts[name] ?? io.environment[name]);
  return ran(entry, command, given, io, make === undefined ? flagOf : variableOf);
}

/** A command is named by as many words as fit. */
function entryOf(args: readonly string[]): Entry | undefined {
  return [2, 1].map((count) => COMMANDS.find(({ name }) => name === args.slice(0, count).join(" "))).find((entry) => entry !== undefined);
}

interface Make {
  readonly named: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
}

/** What make says; undefined where it did not call. Taken out of the environment, so that what the command starts is not taken for make's. */
function takeMake(environment: NodeJS.ProcessEnv): Make | undefined {
  const names = environment[MAKE];
  if (names === undefined) return undefined;
  const texts = Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (name.startsWith(MAKE_PREFIX) ? [[name.slice(MAKE_PREFIX.length), value ?? ""]] : [])));
  for (const name of [MAKE, ...Object.keys(texts).map((name) => MAKE_PREFIX + name)]) delete environment[name];
  for (const name of Object.keys(ENVIRONMENT)) if (texts[name] !== undefined) environment[name] = texts[name];
  return { named: names.split(" ").filter((name) => name !== "" && !(name in ENVIRONMENT)), texts };
}

/** No command: help, the version, or what is wrong with the name. */
function aboutAll(args: readonly string[], io: Io): number {
  const [name] = args;
  if (name === undefined || name === "help" || name === "-h" || name === "--help") {
    (name === undefined ? io.err : io.out)(helpOfAll(COMMANDS, description));
    return name === undefined ? 1 : 0;
  }
  if (name === "-V" || name === "--version") {
    io.out(`${version}\n`);
    return 0;
  }
  const group = groupOf(name);
  if (group.length > 0 && asksForHelp(args)) {
    io.out(helpOfAll(group, description));
    return 0;
  }
  io.err(`${unknownName(args)}\n`);
  return 1;
}

/** Commands that begin with a word and have another one. */
function groupOf(word: string): readonly Entry[] {
  return COMMANDS.filter(({ name }) => name.startsWith(`${word} `));
}

/** Commander knows which name is meant where one is near. */
function unknownName([name = "", second]: readonly string[]): string {
  const group = groupOf(name).map((entry) => entry.name);
  if (group.length > 0) return second === undefined ? `${name} needs one more word: allowed are ${group.join(", ")}` : `unknown command ${JSON.stringify(`${name} ${second}`)}: allowed are ${group.join(", ")}`;
  if (name.startsWith("-")) return `unknown option ${name}: options come behind the command; gpu-cicd --help lists the commands`;
  const near = /\(Did you mean [^)]*\)/.exec(parserError(name))?.[0];
  return [`unknown command ${JSON.stringify(name)}: allowed are ${COMMANDS.map((entry) => entry.name).join(", ")}`, ...(near === undefined ? [] : [near])].join("\n");
}

function parserError(name: string): string {
  const parser = new Parser().exitOverride().configureOutput({ writeErr: () => undefined }).helpOption(false);
  for (const entry of COMMANDS) parser.command(entry.name.replaceAll(" ", "-"));
  try {
    parser.parse([name], { from: "user" });
    return "";
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
}

async function ran(entry: Entry, command: Command, given: Given, io: Io, name: NameOf): Promise<number> {
  try {
    const read = inputOf(command, given);
    if ("findings" in read) throw new UsageError(read.findings);
    return (await command.run(read.input, io)) ?? 0;
  } catch (error) {
    if (error instanceof UsageError) {
      io.err(`${told(error.findings, name)}\nnpx gpu-cicd ${entry.name} --help says more.\n`);
      return 1;
    }
    io.err(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof ExitError ? error.code : 1;
  }
}

function told(findings: readonly Finding[], name: NameOf): string {
  return findings.map((finding) => sentence(finding, name)).join("\n");
}
