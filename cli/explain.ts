/**
 * `make explain FILES="a.rs docs/b.md" EVENT=pull_request`: what CI does for a change, and why.
 *
 * Usage: `npx tsx cli/explain.ts [OPTION...] [FILE...]`; an option without a value counts as not given.
 *   --event      pull_request (default), push, merge_group, schedule or workflow_dispatch
 *   --ref        full ref of the event; a push needs one, a schedule and a dispatch are main's, a pull request is not numbered yet
 *   --files      changed files in one text, as `words` reads it; beside or instead of those named one by one
 *   --base       takes the files that the commit checked out in DIRECTORY (by default where the command is called) changes since BASE
 *   --directory  a checkout of the target repository
 *   --stack      prod (default) or another stack of this project
 *   --format     text (default) or json
 */
import { parseArgs } from "node:util";
import { occasionOf, queueBranch } from "../pipeline/events";
import type { Pipeline } from "../pipeline/model";
import type { ChangedFile, Changes, PipelineEvent } from "../pipeline/plan";
import { explain, explanationJson, explanationText } from "../report/explain";
import { changedFilesSince } from "./changed-files";
import { readCommittedStack } from "./stack";
import { givenOf, UsageError } from "./usage";
import { words } from "./words";

const DEFAULT_STACK = "prod";

const EVENTS = ["pull_request", "push", "merge_group", "schedule", "workflow_dispatch"] as const satisfies readonly PipelineEvent["name"][];
const FORMATS = ["text", "json"] as const;

/** What is asked, as text; undefined where nothing was given. */
export interface Question {
  readonly event?: string | undefined;
  readonly ref?: string | undefined;
  readonly stack?: string | undefined;
  readonly base?: string | undefined;
  readonly directory?: string | undefined;
  readonly format?: string | undefined;
  readonly files: readonly string[];
}

/**
 * The answer, as it is printed.
 * @throws UsageError, UnknownEventError, ChangedFilesError, ConfigError, or an Error for an unknown stack: each says what was found and what is allowed
 */
export function answer(question: Question): string {
  const findings = usageFindings(question);
  if (findings.length > 0) throw new UsageError(findings.join("\n"));
  const stack = question.stack ?? DEFAULT_STACK;
  const { pipeline, infrastructure } = readCommittedStack(stack);
  const { repository, pullRequestImages } = infrastructure.registries;
  const settings = { source: `Pulumi.${stack}.yaml`, imageRepository: repository, pullRequestImages };
  const event = eventOf(pipeline, question);
  const explanation = explain(pipeline, settings, event, changesOf(pipeline, event, question));
  return question.format === "json" ? `${JSON.stringify(explanationJson(explanation), undefined, 2)}\n` : explanationText(explanation);
}

function usageFindings({ event, ref, base, files, format }: Question): string[] {
  return [
    ...(event === undefined || oneOf(EVENTS, event) ? [] : [`EVENT is ${JSON.stringify(event)}: allowed are ${EVENTS.join(", ")}`]),
    ...(event === "push" && ref === undefined ? ["EVENT=push needs REF, the full ref that is pushed, such as refs/heads/main or refs/heads/pull-request/7"] : []),
    ...(ref === undefined || ref.startsWith("refs/") ? [] : [`REF is ${JSON.stringify(ref)}: allowed is a full ref, such as refs/heads/${ref}`]),
    ...(base === undefined || files.length === 0 ? [] : ["FILES and BASE are both given: one of them names the changed files"]),
    ...(format === undefined || oneOf(FORMATS, format) ? [] : [`FORMAT is ${JSON.stringify(format)}: allowed are ${FORMATS.join(", ")}`]),
  ];
}

function oneOf<Value extends string>(allowed: readonly Value[], value: string): value is Value {
  return allowed.some((each) => each === value);
}

function eventOf({ repository }: Pipeline, { event, ref }: Question): PipelineEvent {
  const name = (event ?? "pull_request") as PipelineEvent["name"];
  const main = `refs/heads/${repository.defaultBranch}`;
  const usual = { pull_request: "refs/pull/N/merge", merge_group: `refs/heads/${queueBranch(repository, "pr-N")}`, push: main, schedule: main, workflow_dispatch: main };
  return { name, ref: ref ?? usual[name] };
}

/** Runs of main and of release branches take everything, so there alone no file need be named. */
function changesOf(pipeline: Pipeline, event: PipelineEvent, { base, directory, files }: Question): Changes {
  const changed = base === undefined ? files.map((path): ChangedFile => ({ path: inRepository(path), status: "modified" })) : changedFilesSince(directory ?? process.cwd(), base);
  if (changed.length > 0) return { known: true, files: changed };
  if (base !== undefined) throw new UsageError(`BASE=${base}: the checked-out commit changes nothing since then; what is not committed does not count`);
  if (occasionOf(pipeline, event).mode !== "pull-request") return { known: true, files: [] };
  throw new UsageError(`${event.name} on ${event.ref} runs what the changed files concern: FILES="lib/llm/src/a.rs docs/x.md" names them, or BASE=origin/main takes them from git`);
}

/** A path as git writes it. */
function inRepository(path: string): string {
  const plain = path.replace(/^(\.\/+)+/, "");
  if (plain === "" || plain.startsWith("/") || plain.split("/").includes("..")) {
    throw new UsageError(`FILES has ${JSON.stringify(path)}: allowed are paths from the target repository's root, such as lib/llm/src/a.rs`);
  }
  return plain;
}

/** The question that arguments ask. @throws WordsError, or the parser's error for an option that there is not */
export function questionOf(args: readonly string[]): Question {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { event: text, ref: text, stack: text, files: text, base: text, directory: text, format: text },
  });
  return { ...givenOf(values), files: [...positionals, ...words(values.files ?? "", "FILES")] };
}

if (require.main === module) {
  try {
    process.stdout.write(answer(questionOf(process.argv.slice(2))));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
