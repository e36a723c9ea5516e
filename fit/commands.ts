/** The commands that a pipeline runs in a checkout, and what of the repository each of them names. */
import { posix } from "node:path";
import { rustCommands } from "../pipeline/build";
import type { Pipeline } from "../pipeline/model";

export interface RepositoryCommand {
  /** Path in config. */
  readonly path: string;
  readonly run: string;
  /** Where it runs. */
  readonly directory: string;
  /** Targets of make, and the folder whose Makefile has them. */
  readonly make?: { readonly folder: string; readonly targets: readonly string[] };
  /** Features of cargo, and the folder of its `Cargo.toml`. */
  readonly cargo?: { readonly folder: string; readonly features: readonly string[] };
  /** Scripts of the repository. */
  readonly scripts: readonly string[];
}

const DIRECTORY = ".";

/** Every command. Rust's are listed once for each workspace in which they run. */
export function commandsOf({ core, components, frameworks, requiredChecks }: Pipeline): RepositoryCommand[] {
  const prepared = [...frameworks.map((each) => ({ at: `frameworks.${each.id}`, build: each.build })), ...components.map((each) => ({ at: `components.${each.id}`, build: each.build })), { at: "core", build: core.build }];
  return [
    ...rustCommands(core).map(({ name, run, directory }) => commandOf(`core.rust.${name}`, run, directory)),
    ...requiredChecks.flatMap((check) => (check.kind === "run" ? check.run.map(({ name, run, directory }) => commandOf(`requiredChecks.${check.context}.run.${name}`, run, directory ?? DIRECTORY)) : [])),
    ...components.flatMap(({ id, checks }) => checks.map(({ name, run, directory }) => commandOf(`components.${id}.checks.${name}`, run, directory ?? DIRECTORY))),
    ...prepared.flatMap(({ at, build }) => (build.prepare === undefined ? [] : [commandOf(`${at}.build.prepare`, build.prepare.run, DIRECTORY)])),
  ];
}

/** Programs that run a script which is handed to them. */
const INTERPRETERS = ["python", "python3", "bash", "sh", "node"];

function commandOf(path: string, run: string, directory: string): RepositoryCommand {
  const parts = run.split(/&&|\|\||[;|\n]/).map((part) => part.trim().split(/\s+/).filter((word) => !/^[A-Za-z_]\w*=/.test(word)));
  const make = parts.find(([program]) => program === "make");
  const cargo = parts.find(([program]) => program === "cargo");
  return {
    path,
    run,
    directory,
    ...(make === undefined ? {} : { make: makeOf(make.slice(1), directory) }),
    ...(cargo === undefined ? {} : { cargo: { folder: directory, features: featuresOf(cargo) } }),
    scripts: parts.flatMap((words) => scriptOf(words, directory)),
  };
}

function makeOf(words: readonly string[], directory: string): NonNullable<RepositoryCommand["make"]> {
  let folder = directory;
  const targets: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const [, value] = /^(?:-C|--directory=)(.*)$/.exec(word) ?? [];
    if (value !== undefined) folder = posix.join(directory, value === "" ? words[++at] ?? "" : value);
    else if (!word.startsWith("-") && !word.includes("=")) targets.push(word);
  }
  return { folder, targets };
}

function featuresOf(words: readonly string[]): string[] {
  return words.flatMap((word, at) => {
    const given = /^(?:--features|-F)=(.*)$/.exec(word)?.[1] ?? (word === "--features" || word === "-F" ? words[at + 1] : undefined);
    return given === undefined ? [] : given.split(",").filter((feature) => feature !== "");
  });
}

function scriptOf([program = "", ...rest]: readonly string[], directory: string): string[] {
  const first = rest.find((word) => !word.startsWith("-"));
  const named = INTERPRETERS.includes(program) && !rest.includes("-m") && !rest.includes("-c") ? first : program.includes("/") && !program.startsWith("/") ? program : undefined;
  return named === undefined || named.startsWith("/") || named.includes("$") ? [] : [posix.normalize(posix.join(directory, named))];
}
