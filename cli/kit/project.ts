/** The project that the commands are of, and the option that names one of its stacks. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { stacksIn } from "../../config/stacks";
import { CHOICES, type Choice } from "../../sandbox/plugins/words";
import { choice, lateChoice, or, required, text, type Option } from "./options";

/** Root of this checkout. */
export const PROJECT = join(__dirname, "..", "..");

/** Name of the project, which the URNs of its resources carry. */
export function projectName(): string {
  const { name } = parse(readFileSync(join(PROJECT, "Pulumi.yaml"), "utf8")) as { name: string };
  return name;
}

/** The stack that is meant where none is named. */
export const DEFAULT_STACK = "prod";

/** Names of the stacks that have a committed file, sorted. */
export function committedStacks(): string[] {
  return stacksIn(PROJECT);
}

const STACK = lateChoice("STACK", "a stack of this project", committedStacks);

/** The stack, and production where none is named. */
export const stackOption: Option<string> = or(STACK, DEFAULT_STACK);

/** Another file of config: what a stack would be with its keys. */
export const withOption: Option<string | undefined> = text("FILE", "a file of stack config whose keys take the place of the stack's, such as docs/examples/rendered-layout.yaml");

/** The stack, which has to be named: for what changes one. */
export const namedStackOption: Option<string> = required(STACK);

/** Who stands for the clouds' providers in the sandbox. */
export const providersOption: Option<Choice> = or(choice(CHOICES, "real provider plugins wherever one can be had, or an error where one cannot, or the sandbox's own"), "auto");
