/** Reads a Dockerfile with a parser, and what each stage takes from where. Source of the syntax: docs.docker.com/reference/dockerfile. */
import { DockerfileParser, Keyword, type Copy, type From, type Instruction, type JSONInstruction } from "dockerfile-ast";
import type { ArgDeclaration, ContextUse, Dockerfile, Read, SecretMount, Stage, StageUse, VariableUse } from "../readings";

const KEYWORDS = new Set<string>(Object.values(Keyword));

/** A Dockerfile, or the first thing that BuildKit would refuse. */
export function readDockerfile(text: string): Read<Dockerfile> {
  let instructions: Instruction[];
  try {
    instructions = DockerfileParser.parse(text).getInstructions();
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
  const unknown = instructions.find((each) => !KEYWORDS.has(each.getKeyword()));
  if (unknown) return refused(`unknown instruction ${JSON.stringify(unknown.getInstruction().slice(0, 40))}`, lineOf(unknown));
  const first = instructions.findIndex((each) => each.getKeyword() === "FROM");
  if (first === -1) return refused("there is no FROM");
  const early = instructions.slice(0, first).find((each) => each.getKeyword() !== "ARG");
  if (early) return refused(`${early.getKeyword()} stands before the first FROM`, lineOf(early));
  const empty = instructions.find((each) => each.getArguments().length === 0 && each.getKeyword() !== "SHELL");
  if (empty) return refused(`${empty.getKeyword()} has no arguments`, lineOf(empty));
  return { ok: true, value: { args: instructions.slice(0, first).flatMap(declared), stages: stagesOf(instructions.slice(first)) } };
}

function refused(message: string, line?: number): Read<never> {
  return { ok: false, fault: { kind: "unparsable", message, line } };
}

function lineOf(instruction: { getRange(): { start: { line: number } } | null }): number {
  return (instruction.getRange()?.start.line ?? 0) + 1;
}

function stagesOf(instructions: readonly Instruction[]): Stage[] {
  const groups: Instruction[][] = [];
  for (const instruction of instructions) {
    if (instruction.getKeyword() === "FROM") groups.push([instruction]);
    else groups.at(-1)!.push(instruction);
  }
  return groups.map(stageOf);
}

function stageOf([from, ...body]: readonly Instruction[]): Stage {
  const head = from as From;
  const mounts = body.filter((each) => each.getKeyword() === "RUN").flatMap((each) => mountsOf(each as JSONInstruction));
  const copies = body.filter((each) => each.getKeyword() === "COPY" || each.getKeyword() === "ADD");
  return {
    name: head.getBuildStage()?.toLowerCase(),
    from: head.getImage() ?? "",
    line: lineOf(head),
    args: body.flatMap(declared),
    environment: body.flatMap(environmentOf),
    variables: body.flatMap(variablesOf),
    secrets: mounts.flatMap(secretOf),
    stages: [...copies.flatMap((each) => fromOf(each as Copy)), ...mounts.flatMap(({ fields, line }) => (fields.from === undefined ? [] : [{ from: fields.from, line }]))],
    context: [...copies.flatMap(contextOf), ...mounts.flatMap(boundOf)],
  };
}

/** `ARG A=1 B` declares both. */
function declared(instruction: Instruction): ArgDeclaration[] {
  if (instruction.getKeyword() !== "ARG") return [];
  return instruction.getArguments().map((argument) => {
    const [, name, , fallback] = /^([^=]+)(=([^]*))?$/.exec(argument.getValue()) ?? [];
    return { name: name ?? argument.getValue(), fallback: fallback === undefined ? undefined : unquoted(fallback), line: argument.getRange().start.line + 1 };
  });
}

function unquoted(value: string): string {
  return value.replace(/^"([^]*)"$/, "$1").replace(/^'([^]*)'$/, "$1");
}

/** `ENV A=1 B=2`, and the old `ENV A 1`. */
function environmentOf(instruction: Instruction): string[] {
  if (instruction.getKeyword() !== "ENV") return [];
  const words = instruction.getArguments().map((argument) => argument.getValue());
  const names = words.flatMap((word) => /^([A-Za-z_]\w*)=/.exec(word)?.[1] ?? []);
  return names.length > 0 ? names : words.slice(0, 1);
}

/** What BuildKit or the shell puts in the place of a variable, with the forms that cope with an empty one. */
function variablesOf(instruction: Instruction): VariableUse[] {
  if (instruction.getKeyword() === "ARG" || instruction.getKeyword() === "CMD" || instruction.getKeyword() === "ENTRYPOINT") return [];
  const text = instruction.getRawArgumentsContent() ?? "";
  const start = lineOf(instruction);
  const asked = askedFor(text);
  return [...text.matchAll(/(?<!\\)\$(?:\{([A-Za-z_]\w*)([^}]*)\}|([A-Za-z_]\w*))/g)].map((match) => {
    const name = match[1] ?? match[3] ?? "";
    const copes = /^:?[-+]/.test(match[2] ?? "");
    return { name, line: start + text.slice(0, match.index).split("\n").length - 1, optional: copes || asked.has(name) };
  });
}

/** Variables that the same script tests, as `[ -n "${A}" ]` and `[[ $A == true ]]` do: an empty one has a branch of its own. */
function askedFor(text: string): Set<string> {
  const tests = [...text.matchAll(/\[\[?\s([^\]]*)\]/g)].map(([, inside]) => inside ?? "");
  return new Set(tests.flatMap((test) => [...test.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name]) => name ?? "")));
}

interface Mount {
  readonly line: number;
  readonly fields: Readonly<Partial<Record<string, string>>>;
}

function mountsOf(instruction: JSONInstruction): Mount[] {
  return instruction.getFlags().flatMap((flag) => {
    if (flag.getName() !== "mount") return [];
    const pairs = (flag.getValue() ?? "").split(",").map((field) => field.split(/=([^]*)/, 2) as [string, string | undefined]);
    return [{ line: flag.getRange().start.line + 1, fields: Object.fromEntries(pairs.map(([name, value]) => [name.trim(), value ?? "true"])) }];
  });
}

/** Without an id a secret is known by its target's name. */
function secretOf({ line, fields }: Mount): SecretMount[] {
  if (fields.type !== "secret") return [];
  const target = fields.target ?? fields.dst ?? fields.destination;
  const id = fields.id ?? target?.split("/").at(-1) ?? fields.env;
  return id === undefined ? [] : [{ id, line, required: fields.required === "true" }];
}

function boundOf({ line, fields }: Mount): ContextUse[] {
  if ((fields.type ?? "bind") !== "bind" || fields.from !== undefined) return [];
  const source = fields.source ?? fields.src;
  return source === undefined ? [] : [{ path: source, line }];
}

function fromOf(copy: Copy): StageUse[] {
  const flag = copy.getFlags().find((each) => each.getName() === "from");
  const from = flag?.getValue();
  return flag === undefined || from == null ? [] : [{ from, line: flag.getRange().start.line + 1 }];
}

/** Sources of `COPY` and `ADD` that are in the context; the last word is where they go. */
function contextOf(instruction: Instruction): ContextUse[] {
  const copy = instruction as Copy;
  if (copy.getHeredocs().length > 0 || copy.getFlags().some((each) => each.getName() === "from")) return [];
  const line = lineOf(copy);
  const words = copy.getJSONStrings().length > 0 ? copy.getJSONStrings().map((each) => each.getJSONValue()) : copy.getArguments().map((each) => unquoted(each.getValue()));
  return words.slice(0, -1).filter((path) => !/^(https?:\/\/|git@|git:\/\/)/.test(path)).map((path) => ({ path, line }));
}
