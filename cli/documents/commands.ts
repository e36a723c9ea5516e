/** Renders docs/commands.md and cli/targets.mk from the list of commands. */
import { COMMANDS } from "../commands";
import { targetOf, type Command, type Entry } from "../kit/command";
import { exitsOf } from "../kit/exits";
import { ENVIRONMENT, sentenceOf } from "../kit/help";
import { shownFlag } from "../kit/read";
import { variableOf } from "../kit/usage";
import type { Option } from "../kit/options";
import type { Generated } from "../generate/generator";

/** The generator of both files. */
export async function commandFiles(): Promise<Generated> {
  const commands = await Promise.all(COMMANDS.map(async (entry) => ({ entry, command: (await entry.load()).command })));
  return {
    files: [
      { path: "docs/commands.md", content: commandsDoc(commands) },
      { path: "cli/targets.mk", content: targets() },
    ],
  };
}

interface Loaded {
  readonly entry: Entry;
  readonly command: Command;
}

function commandsDoc(commands: readonly Loaded[]): string {
  return `${["<!-- Rendered from cli/commands.ts and cli/commands by `make generate`. -->", "# Commands", INTRODUCTION, "## Exit codes", exitTable(commands), "Make itself ends with 2 whenever a command ends with anything but 0.", ...commands.flatMap(section)].join("\n\n")}\n`;
}

const INTRODUCTION = `Each command is \`npx gpu-cicd COMMAND\`, \`node_modules/.bin/gpu-cicd COMMAND\` or \`npm run gpu-cicd -- COMMAND\` after \`make install\`, and a
target of make that takes the same options as variables: \`gpu-cicd report --stack dev --drift\` is \`make report STACK=dev DRIFT=1\`. \`gpu-cicd COMMAND --help\`
says what stands here.

Values reach a command as they are: neither make nor a shell expands them. An option with an empty value counts as not given. A make variable
that a command does not know is an error, as an unknown option is. What is wrong with a call is one message, with every finding and what is allowed.

Lists of files come from arguments, from git, or from standard input, which has no limit: \`git diff --name-only -z main... | gpu-cicd explain --files-from -\`, or
\`make explain FILES_FROM=-\` behind the same pipe. They are separated by zero bytes where there is one, else by line breaks. In \`FILES="..."\` spaces
separate names, and quotes or backslashes keep them inside one; the system takes 128 KiB there at most.

Secrets are never arguments: other processes could read them. Commands that speak to GitHub read \`GITHUB_TOKEN\` from the environment. Every command reads
${Object.entries(ENVIRONMENT).map(([name, meaning]) => `\`${name}\`: ${meaning}`).join("; ")}.`;

function exitTable(commands: readonly Loaded[]): string {
  const own = commands.flatMap(({ entry, command }) => (command.exits === undefined ? [] : exitsOf(command).map(([code, meaning]) => `| \`${entry.name}\` | ${code} | ${cell(meaning)} |`)));
  const all = exitsOf({}).map(([code, meaning]) => `| every other | ${code} | ${cell(meaning)} |`);
  return ["| command | code | meaning |", "|---|---|---|", ...all, ...own].join("\n");
}

function section({ entry, command: { about, options, words, examples, environment = {} } }: Loaded): string[] {
  const rows = [...(words === undefined ? [] : [`| \`${words.placeholder}...\` | \`${words.variable}\` | | ${cell(words.help)} |`]), ...Object.entries(options).map(([key, option]) => row(key, option))];
  return [
    `## ${entry.name}`,
    [sentenceOf(entry.summary), ...about.map((line) => (line.startsWith("  ") ? `- ${line.trim()}` : line))].map(prose).join("\n"),
    ...(rows.length === 0 ? [] : [["| option | make | default | meaning |", "|---|---|---|---|", ...rows].join("\n")]),
    ["```sh", ...examples.map(([line, meaning]) => `gpu-cicd ${line}  # ${meaning}`), "```"].join("\n"),
    ...(Object.keys(environment).length === 0 ? [] : [`Environment: ${Object.entries(environment).map(([name, meaning]) => `\`${name}\`, ${prose(meaning)}`).join("; ")}.`]),
  ];
}

function row(key: string, option: Option<unknown>): string {
  const { placeholder, fallback, required, help } = option;
  const value = placeholder === undefined ? "" : ` ${placeholder}`;
  const variable = placeholder === undefined ? `${variableOf(key)}=${fallback === "1" ? "0" : "1"}` : variableOf(key);
  return `| \`${shownFlag(key, option)}${value.replaceAll("|", "\\|")}\` | \`${variable}\` | ${required ? "required" : placeholder === undefined || fallback === undefined ? "" : `\`${fallback}\``} | ${cell(help)} |`;
}

function cell(text: string): string {
  return prose(text).replaceAll("|", "\\|");
}

/** Nothing in a text is markup but its code. */
function prose(text: string): string {
  return text.split(/(`[^`]*`)/).map((part, at) => (at % 2 === 1 ? part : part.replace(/[<>*_]/g, "\\$&"))).join("");
}

/** Names for make, and what `make help` prints: a dollar sign would be make's. */
function targets(): string {
  const groups = [...new Set(COMMANDS.map(({ group }) => group))];
  const width = Math.max(...COMMANDS.map((entry) => targetOf(entry).length));
  const help = groups.flatMap((group) => ["", group, ...COMMANDS.filter((entry) => entry.group === group).map((entry) => `  make ${targetOf(entry).padEnd(width)}  ${entry.summary}`)]);
  const lines = [
    "# Rendered from cli/commands.ts by `make generate`.",
    `COMMANDS := ${COMMANDS.map(targetOf).join(" ")}`,
    "",
    "define HELP",
    "make TARGET [VARIABLE=value...]. npx gpu-cicd COMMAND --help tells a command's variables; docs/commands.md holds all of them.",
    ...help.map((line) => line.replaceAll("$", "$$$$")),
    "endef",
  ];
  return `${lines.join("\n")}\n`;
}
