/** What CI does for a change, and why. */
import { occasionOf, queueBranch } from "../../pipeline/events";
import type { Pipeline } from "../../pipeline/model";
import type { ChangedFile, Changes, PipelineEvent } from "../../pipeline/plan";
import { explain, explanationJson, explanationText } from "../../report/explain";
import { changedFilesSince } from "../changed-files";
import { define } from "../kit/command";
import { pathsIn, readTextOf, STANDARD_INPUT } from "../kit/files";
import { choice, or, pattern, text, type ValuesOf } from "../kit/options";
import { stackOption } from "../kit/project";
import { UsageError, type Finding } from "../kit/usage";
import { readCommittedStack } from "../stack";

const EVENTS = ["pull_request", "push", "merge_group", "schedule", "workflow_dispatch"] as const satisfies readonly PipelineEvent["name"][];

const OPTIONS = {
  event: or(choice(EVENTS, "the event that starts CI"), "pull_request"),
  ref: pattern("REF", "full ref of the event; a push needs one, a schedule and a dispatch are main's, a pull request is not numbered yet", /^refs\/./, "is a full ref, such as refs/heads/main"),
  stack: stackOption,
  filesFrom: text("FILE", "reads the changed files from a file, or from standard input for -: one a line, or each with a zero byte behind it"),
  base: text("COMMIT", "takes the files that the commit checked out in --dir changes since it left COMMIT, such as origin/main"),
  dir: or(text("FOLDER", "a checkout of the target repository, with --base"), "."),
  format: or(choice(["text", "json"], "how the answer is written"), "text"),
};

/** What is asked. */
export interface Question extends ValuesOf<typeof OPTIONS> {
  /** Changed files, from the target repository's root. */
  readonly files: readonly string[];
}

export const command = define({
  about: [
    "Names the required checks, jobs, images, tags, tests and deployments of the change, the runner of each, and why it runs.",
    "The changed files are arguments, a list in a file or from standard input, or what git says. A push to main or to a release branch takes everything and needs none.",
  ],
  words: { placeholder: "FILE", variable: "FILES", help: "a changed file, from the target repository's root; - reads a list from standard input" },
  options: OPTIONS,
  examples: [
    ["explain lib/llm/src/a.rs docs/x.md", "a pull request that changes two files"],
    ["explain --base origin/main --dir ../dynamo", "what the branch that is checked out changes"],
    ["explain --event push --ref refs/heads/main", "a push to main"],
    ["explain --files-from - --format json", "a list from standard input, such as git diff --name-only -z writes, as JSON"],
  ],
  check: ({ options, words }) => findings(options, words),
  async run({ options, words }, io) {
    const list = options.filesFrom ?? (words.includes(STANDARD_INPUT) ? STANDARD_INPUT : undefined);
    const listed = list === undefined ? [] : pathsIn(await readTextOf("filesFrom", list, io));
    if (list !== undefined && listed.length === 0) throw new UsageError([(name) => `${name("filesFrom")} is ${JSON.stringify(list)}: it names no file`]);
    io.out(answer({ ...options, files: [...words.filter((word) => word !== STANDARD_INPUT), ...listed] }));
  },
});

function findings({ event, ref, base, filesFrom }: ValuesOf<typeof OPTIONS>, words: readonly string[]): Finding[] {
  const sources = [...(words.length > 0 ? ["files"] : []), ...(filesFrom === undefined ? [] : ["filesFrom"])];
  return [
    ...(event === "push" && ref === undefined ? [(name: (option: string) => string) => `${name("event")} is "push" and needs ${name("ref")}, the full ref that is pushed, such as refs/heads/main or refs/heads/pull-request/7`] : []),
    ...(base === undefined ? [] : sources.map((source): Finding => (name) => `${source === "files" ? filesName(name) : name(source)} and ${name("base")} are both given: one of them names the changed files`)),
  ];
}

/** Only make has a name for the words. */
function filesName(name: (option: string) => string): string {
  return name("files") === "FILES" ? "FILES" : "files";
}

/**
 * The answer, as it is printed.
 * @throws UsageError, UnknownEventError or ConfigError: each says what was found and what is allowed
 */
export function answer(question: Question): string {
  const { pipeline, infrastructure } = readCommittedStack(question.stack);
  const { repository, pullRequestImages } = infrastructure.registries;
  const settings = { source: `Pulumi.${question.stack}.yaml`, imageRepository: repository, pullRequestImages };
  const event = eventOf(pipeline, question);
  const explanation = explain(pipeline, settings, event, changesOf(pipeline, event, question));
  return question.format === "json" ? `${JSON.stringify(explanationJson(explanation), undefined, 2)}\n` : explanationText(explanation);
}

function eventOf({ repository }: Pipeline, { event: name, ref }: Question): PipelineEvent {
  const main = `refs/heads/${repository.defaultBranch}`;
  const usual = { pull_request: "refs/pull/N/merge", merge_group: `refs/heads/${queueBranch(repository, "pr-N")}`, push: main, schedule: main, workflow_dispatch: main };
  return { name, ref: ref ?? usual[name] };
}

/** Runs of main and of release branches take everything, so only there no file need be named. */
function changesOf(pipeline: Pipeline, event: PipelineEvent, { base, dir, files }: Question): Changes {
  const changed = base === undefined ? inRepository(files).map((path): ChangedFile => ({ path, status: "modified" })) : changedFilesSince(dir, base);
  if (changed.length > 0) return { known: true, files: changed };
  if (base !== undefined) throw new UsageError([(name) => `${name("base")} is ${JSON.stringify(base)}: the checked-out commit changes nothing since then; what is not committed does not count`]);
  if (occasionOf(pipeline, event).mode !== "pull-request") return { known: true, files: [] };
  throw new UsageError([(name) => `${event.name} on ${event.ref} runs what the changed files concern: name them${name("files") === "FILES" ? ' with FILES="lib/llm/src/a.rs docs/x.md"' : ", as in gpu-cicd explain lib/llm/src/a.rs docs/x.md"}, or take them from git with ${name("base")}`]);
}

/** Most paths that an error lists. */
const MOST_LISTED = 10;

/** Paths as git writes them. @throws UsageError that lists those that are none */
function inRepository(paths: readonly string[]): string[] {
  const plain = paths.map((path) => path.replace(/^(\.\/+)+/, ""));
  const wrong = paths.filter((_, index) => plain[index] === "" || plain[index]!.startsWith("/") || plain[index]!.split("/").includes(".."));
  if (wrong.length === 0) return plain;
  const listed = wrong.slice(0, MOST_LISTED).map((path) => JSON.stringify(path));
  throw new UsageError([(name) => `${filesName(name)}: found ${listed.join(", ")}${wrong.length > MOST_LISTED ? ` and ${wrong.length - MOST_LISTED} more` : ""}; allowed are paths from the target repository's root, such as lib/llm/src/a.rs`]);
}
