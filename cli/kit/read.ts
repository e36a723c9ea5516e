/** From what was typed to the values of a command's options: every finding at once. */
import { Command as Parser } from "commander";
import { words as wordsIn, WordsError } from "../words";
import type { Command, Input } from "./command";
import type { Option, Options } from "./options";
import { flagOf, notAllowed, variableOf, type Finding } from "./usage";

/** What was given, as text; a switch is `1` or `0`. What is not given is left out. */
export interface Given {
  readonly values: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly findings: readonly Finding[];
}

/** True where help is asked for, by an argument before `--`. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end === -1 ? args.length : end).some((arg) => arg === "-h" || arg === "--help");
}

/** A command line. An option with an empty value counts as not given. */
export function givenByArguments({ options, words }: Command, args: readonly string[]): Given {
  const parser = parserOf(options);
  const repeated = repeatedIn(parser, options);
  const { operands, unknown } = parser.parseOptions([...args]);
  const end = unknown.indexOf("--");
  const rest = end === -1 ? unknown : unknown.slice(0, end);
  const unknownOptions = rest.filter(isOption).map((arg) => arg.split("=")[0]!);
  const others = [...operands, ...rest.filter((arg) => !isOption(arg)), ...(end === -1 ? [] : unknown.slice(end + 1))];
  const values: Record<string, string> = {};
  const findings: Finding[] = [...unknownOptions.map((name) => unknownOption(name, options)), ...[...repeated].map((key) => `${flagOf(key)} is given more than once: allowed is once`)];
  for (const [key, value] of Object.entries(parser.opts<Record<string, unknown>>())) {
    const placeholder = options[key]?.placeholder;
    if (value === true && placeholder !== undefined) findings.push(`${flagOf(key)} needs a value: ${flagOf(key)} ${placeholder}`);
    else if (typeof value === "boolean") values[key] = value ? "1" : "0";
    else if (typeof value === "string" && value !== "") values[key] = value;
  }
  // The word behind an unknown option may be its value.
  if (words === undefined && unknownOptions.length === 0) findings.push(...others.map((word) => `unexpected argument ${JSON.stringify(word)}: the command takes only options`));
  return { values, words: words === undefined ? [] : others, findings };
}

/** Keys of options with a value that come again. Filled while the parser reads. Which of two values was meant, nobody knows. */
function repeatedIn(parser: Parser, options: Options): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const key of Object.keys(options)) {
    if (options[key]?.placeholder === undefined) continue;
    parser.on(`option:${flagOf(key).slice(2)}`, () => void (seen.has(key) ? repeated : seen).add(key));
  }
  return repeated;
}

/** A switch that was given a value is not known either. */
function unknownOption(name: string, options: Options): string {
  const isSwitch = Object.entries(options).some(([key, option]) => option.placeholder === undefined && shownFlag(key, option) === name);
  return isSwitch ? `${name} takes no value` : `unknown option ${name}: ${allowedOptions(options)}`;
}

function isOption(arg: string): boolean {
  return arg.startsWith("-") && arg !== "-";
}

/** Values are optional for the parser, so that it does not end at the first one that is missing, nor take the next option for one. */
function parserOf(options: Options): Parser {
  const parser = new Parser().helpOption(false);
  for (const [key, { placeholder, fallback }] of Object.entries(options)) {
    if (placeholder !== undefined) parser.option(`${flagOf(key)} [value]`);
    else parser.option(fallback === "1" ? flagOf(key).replace("--", "--no-") : flagOf(key));
  }
  return parser;
}

function allowedOptions(options: Options): string {
  const names = Object.entries(options).map(([key, option]) => shownFlag(key, option));
  return names.length === 0 ? "the command has none but --help" : `allowed are ${[...names, "--help"].join(", ")}`;
}

/** An option as it is typed, without its value. */
export function shownFlag(key: string, { placeholder, fallback }: Option<unknown>): string {
  return placeholder === undefined && fallback === "1" ? flagOf(key).replace("--", "--no-") : flagOf(key);
}

/**
 * Make variables: those of make's command line, and those of the environment, as make itself counts them.
 * @param named variables of make's command line; one that the command does not know is a finding
 * @param valueOf the text of a variable, whoever set it
 */
export function givenByMake({ options, words }: Command, named: readonly string[], valueOf: (name: string) => string | undefined): Given {
  const keys = new Map(Object.keys(options).map((key) => [variableOf(key), key]));
  const known = [...keys.keys(), ...(words === undefined ? [] : [words.variable])];
  const findings: Finding[] = named.filter((name) => !known.includes(name)).map((name) => `unknown variable ${name}: ${known.length === 0 ? "the target takes none" : `allowed are ${known.join(", ")}`}`);
  const values: Record<string, string> = {};
  for (const [name, key] of keys) {
    const value = valueOf(name);
    if (value !== undefined && value !== "") values[key] = value;
  }
  const list = words === undefined ? { words: [], findings: [] } : listIn(words.variable, valueOf(words.variable) ?? "");
  return { values, words: list.words, findings: [...findings, ...list.findings] };
}

function listIn(variable: string, text: string): Pick<Given, "words" | "findings"> {
  try {
    return { words: wordsIn(text, variable), findings: [] };
  } catch (error) {
    if (!(error instanceof WordsError)) throw error;
    return { words: [], findings: [error.message] };
  }
}

/** The values, or everything that is wrong with what was given. */
export function inputOf(command: Command, given: Given): { readonly input: Input<Options> } | { readonly findings: readonly Finding[] } {
  const findings = [...given.findings];
  const options: Record<string, unknown> = {};
  for (const [key, option] of Object.entries(command.options)) {
    const text = given.values[key] ?? option.fallback;
    if (text === undefined && option.required) findings.push((name) => `${name(key)} is missing: ${option.help}; allowed ${option.allowed()}`);
    const value = text === undefined ? undefined : option.read(text);
    if (text !== undefined && value === undefined) findings.push(notAllowed(key, text, option.allowed()));
    options[key] = value;
  }
  const input: Input<Options> = { options, words: given.words };
  // Options that are wrong by themselves count as not given here.
  findings.push(...(command.check?.(input) ?? []));
  return findings.length > 0 ? { findings } : { input };
}
