/**
 * What changes in a workflow file in meaning: its jobs, rights, triggers, secrets, environments, conditions, runners and actions. What loosens
 * it is a danger of its own, also where the config says so: people have to see it.
 */
import { parseFile } from "../diff/documents";
import { elementsOf } from "../diff/canonical";
import { say, type Sentence } from "../statement";
import { isFields, type Value } from "../value";
import type { DangerKind } from "./catalogue";

/** Something that is looser than before. */
export interface Loosened {
  readonly kind: DangerKind;
  /** Where in the file: `jobs.build.permissions`. */
  readonly at: string;
  readonly found: readonly string[];
  readonly sentence: Sentence;
}

export interface WorkflowMeaning {
  readonly loosened: readonly Loosened[];
  /** What differs, in words such as `runners` and `actions`; none where the meaning is the same. */
  readonly areas: readonly string[];
}

type Fields = { readonly [key: string]: Value };

/** What changes from one content of a workflow file to another; undefined where one of them is no YAML that can be read. */
export function workflowMeaning(file: string, before: string, after: string): WorkflowMeaning | undefined {
  const [was, becomes] = [parseFile(file, before)?.value, parseFile(file, after)?.value];
  if (!isFields(was) || !isFields(becomes)) return undefined;
  const jobs = Object.keys({ ...fieldsAt(was, "jobs"), ...fieldsAt(becomes, "jobs") });
  const pairs = jobs.map((id): Pair => ({ id, old: jobAt(was, id), now: jobAt(becomes, id) }));
  return {
    loosened: [...triggers(file, was, becomes), ...pairs.flatMap((pair) => [...ofJob(file, pair, was, becomes)])],
    areas: AREAS.filter(([, part]) => text(part(was)) !== text(part(becomes))).map(([name]) => name),
  };
}

/** A job on both sides; undefined where it is not there. */
interface Pair {
  readonly id: string;
  readonly old: Fields | undefined;
  readonly now: Fields | undefined;
}

/** Events whose runs have the rights of the default branch, whoever caused them (docs.github.com/actions/reference/events-that-trigger-workflows). */
const PRIVILEGED: ReadonlySet<string> = new Set([
  "pull_request_target",
  "workflow_run",
  "issue_comment",
  "issues",
  "discussion",
  "discussion_comment",
  "fork",
  "watch",
  "repository_dispatch",
  "workflow_dispatch",
]);

function* triggers(file: string, was: Fields, becomes: Fields): Iterable<Loosened> {
  const [old, now] = [eventsOf(was), eventsOf(becomes)];
  const added = Object.keys(now).filter((event) => !(event in old) && PRIVILEGED.has(event));
  if (added.length > 0)
    yield {
      kind: "workflow-trigger-added",
      at: "on",
      found: added,
      sentence: say`${file} also starts on ${added}, with the rights of the default branch.`,
    };
  for (const event of Object.keys(old)) {
    if (!(event in now))
      yield {
        kind: "workflow-condition-changed",
        at: `on.${event}`,
        found: [event],
        sentence: say`${file} no longer starts on ${event}: what it checks is not reported there.`,
      };
    else if (text(old[event]) !== text(now[event]))
      yield {
        kind: "workflow-condition-changed",
        at: `on.${event}`,
        found: [event],
        sentence: say`Which runs of ${event} start ${file} is changed.`,
      };
  }
}

function eventsOf({ on = null }: Fields): Fields {
  return isFields(on) ? on : Object.fromEntries(elementsOf(on).map((event) => [String(event), null]));
}

function* ofJob(file: string, { id, old, now }: Pair, was: Fields, becomes: Fields): Iterable<Loosened> {
  const at = (part: string): string => `jobs.${id}.${part}`;
  if (now === undefined)
    return yield {
      kind: "workflow-check-removed",
      at: `jobs.${id}`,
      found: [id],
      sentence: say`The job ${id} of ${file} is gone: what it checks is no longer checked.`,
    };
  const names = [old?.["name"] ?? id, now["name"] ?? id].map(String);
  if (old !== undefined && names[0] !== names[1])
    yield {
      kind: "workflow-check-removed",
      at: at("name"),
      found: names,
      sentence: say`The job ${id} of ${file} reports as ${names[1]!} instead of ${names[0]!}.`,
    };
  // A new job that may do what others of the file do makes the file no stronger.
  const others = old === undefined ? jobsOf(was).map(([, job]) => job) : [old];
  const rights =
    others.reduce<readonly string[] | undefined>((least, job) => {
      const more = widened(rightsOf(job, was), rightsOf(now, becomes));
      return least === undefined ? more : least.filter((right) => more.includes(right));
    }, undefined) ?? widened("none", rightsOf(now, becomes));
  if (rights.length > 0)
    yield {
      kind: "workflow-permissions-widened",
      at: at("permissions"),
      found: rights,
      sentence: say`The token of job ${id} of ${file} may do more: ${rights}.`,
    };
  const environment = environmentOf(now);
  if (environment !== undefined && !others.some((job) => environmentOf(job) === environment))
    yield {
      kind: "workflow-environment-added",
      at: at("environment"),
      found: [environment],
      sentence: say`The job ${id} of ${file} takes the environment ${environment}, with its secrets and identities.`,
    };
  const secrets = secretsOf(now).filter((secret) => !others.some((job) => secretsOf(job).includes(secret)));
  if (secrets.length > 0)
    yield {
      kind: "workflow-secret-added",
      at: at("secrets"),
      found: secrets,
      sentence: say`The job ${id} of ${file} reads ${secrets}, which it did not.`,
    };
  if (old !== undefined) yield* conditions(file, id, old, now);
  yield* steps(file, id, old ?? {}, now, old === undefined);
}

function* conditions(file: string, id: string, old: Fields, now: Fields): Iterable<Loosened> {
  const changed = (part: string, found: readonly string[], sentence: Sentence): Loosened => ({
    kind: "workflow-condition-changed",
    at: `jobs.${id}.${part}`,
    found,
    sentence,
  });
  const gone = textsOf(old["needs"]).filter((job) => !textsOf(now["needs"]).includes(job));
  if (gone.length > 0) yield changed("needs", gone, say`The job ${id} of ${file} no longer waits for ${gone}, so it cannot judge it.`);
  if (text(old["if"]) !== text(now["if"]))
    yield changed("if", [shown(now["if"])], say`The job ${id} of ${file} runs under another condition: ${shown(now["if"])}.`);
  if (isOn(now["continue-on-error"]) && !isOn(old["continue-on-error"]))
    yield ignored(`jobs.${id}`, say`The job ${id} of ${file} passes when it fails.`, [id]);
}

function* steps(file: string, id: string, old: Fields, now: Fields, isNew: boolean): Iterable<Loosened> {
  const [before, after] = [stepsOf(old), stepsOf(now)];
  for (const [name] of before) {
    if (!after.has(name))
      yield {
        kind: "workflow-check-removed",
        at: `jobs.${id}.steps.${name}`,
        found: [name],
        sentence: say`The step ${name} of job ${id} of ${file} is gone.`,
      };
  }
  for (const [name, step] of after) {
    const earlier = before.get(name) ?? {};
    const at = `jobs.${id}.steps.${name}`;
    if (isOn(step["continue-on-error"]) && !isOn(earlier["continue-on-error"]))
      yield ignored(at, say`The step ${name} of job ${id} of ${file} passes when it fails.`, [name]);
    else if (swallows(step) && !swallows(earlier))
      yield ignored(at, say`A command of step ${name} of job ${id} of ${file} passes when it fails.`, [name]);
    if (!isNew && before.has(name) && text(step["if"]) !== text(earlier["if"]))
      yield {
        kind: "workflow-condition-changed",
        at,
        found: [shown(step["if"])],
        sentence: say`The step ${name} of job ${id} of ${file} runs under another condition: ${shown(step["if"])}.`,
      };
  }
}

function ignored(at: string, sentence: Sentence, found: readonly string[]): Loosened {
  return { kind: "workflow-error-ignored", at: `${at}.continue-on-error`, found, sentence };
}

/** A command whose failure is let pass. */
function swallows({ run }: Fields): boolean {
  return typeof run === "string" && /\|\|\s*(true|:|exit 0)(\s|;|$)|\bset \+e\b|(^|\n)\s*(true|exit 0)\s*(\n|$)/.test(run);
}

function isOn(value: Value | undefined): boolean {
  return value !== undefined && value !== false && value !== null;
}

/** Steps by what people know them by. */
function stepsOf(job: Fields): ReadonlyMap<string, Fields> {
  const list = elementsOf(job["steps"] ?? null).filter(isFields);
  const nameOf = ({ name, id, uses, run }: Fields): string =>
    String(name ?? id ?? (typeof uses === "string" ? uses.split("@")[0] : String(run ?? "").split("\n")[0]));
  const seen = new Map<string, number>();
  return new Map(
    list.map((step) => {
      const name = nameOf(step);
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return [count === 1 ? name : `${name}, number ${count}`, step];
    }),
  );
}

/** What a token may do: a level by scope, or a word for all of them. */
type Rights = Value | undefined;

function rightsOf(job: Fields, workflow: Fields): Rights {
  return job["permissions"] ?? workflow["permissions"];
}

const LEVELS: readonly string[] = ["none", "read", "write"];

/** Scopes that get a higher level. Nothing said is the repository's own default, which may be anything. */
function widened(old: Rights, now: Rights): readonly string[] {
  if (text(old) === text(now)) return [];
  if (now === undefined) return ["the repository's default rights"];
  if (!isFields(now)) return now === null || now === "read-all" ? [] : [String(now)];
  const former = (scope: string): number =>
    isFields(old) ? LEVELS.indexOf(String(old[scope] ?? "none")) : old === "write-all" ? 2 : old === "read-all" ? 1 : 0;
  return Object.entries(now)
    .filter(([scope, level]) => LEVELS.indexOf(String(level)) > Math.max(former(scope), old === undefined ? 1 : 0))
    .map(([scope, level]) => `${scope}: ${String(level)}`);
}

function environmentOf({ environment }: Fields): string | undefined {
  const name = isFields(environment) ? environment["name"] : environment;
  return name === undefined || name === null ? undefined : String(name);
}

/** Names of the secrets that a job reads; `all secrets` where it hands on all of them, or could read any. */
function secretsOf(job: Fields): readonly string[] {
  const found = text(job);
  const named = [...found.matchAll(/\bsecrets\s*\.\s*([A-Za-z_]\w*)/g)].map(([, name]) => name!);
  const any = job["secrets"] === "inherit" || /\bsecrets\s*\[|toJSON\(\s*secrets/i.test(found);
  return [...new Set([...named, ...(any ? ["all secrets"] : [])])];
}

function fieldsAt(workflow: Fields, key: string): Fields {
  const found = workflow[key];
  return isFields(found) ? found : {};
}

function jobAt(workflow: Fields, id: string): Fields | undefined {
  const job = fieldsAt(workflow, "jobs")[id];
  return isFields(job) ? job : undefined;
}

function textsOf(value: Value | undefined): readonly string[] {
  return value === undefined || value === null ? [] : elementsOf(value).map(String);
}

function shown(condition: Value | undefined): string {
  return condition === undefined ? "none" : String(condition);
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? "";
}

const jobsOf = (workflow: Fields): readonly (readonly [string, Fields])[] =>
  Object.entries(fieldsAt(workflow, "jobs")).filter((entry): entry is [string, Fields] => isFields(entry[1]));
const ofJobs =
  (key: string) =>
  (workflow: Fields): unknown =>
    jobsOf(workflow).map(([id, job]) => [id, job[key] ?? null]);
const ofSteps =
  (key: string) =>
  (workflow: Fields): unknown =>
    jobsOf(workflow).map(([id, job]) => [
      id,
      elementsOf(job["steps"] ?? null).map((step) => (isFields(step) ? (step[key] ?? null) : step)),
    ]);

/** Parts of a workflow by the word for them. */
const AREAS: readonly (readonly [string, (workflow: Fields) => unknown])[] = [
  ["triggers", (workflow) => workflow["on"]],
  ["permissions", (workflow) => [workflow["permissions"], ofJobs("permissions")(workflow)]],
  ["jobs", (workflow) => jobsOf(workflow).map(([id, job]) => [id, job["name"], job["needs"], job["if"], job["strategy"]])],
  ["environments", ofJobs("environment")],
  ["secrets", (workflow) => jobsOf(workflow).map(([id, job]) => [id, secretsOf(job)])],
  ["runners", ofJobs("runs-on")],
  ["containers", (workflow) => [ofJobs("container")(workflow), ofJobs("services")(workflow)]],
  ["called workflows", (workflow) => [ofJobs("uses")(workflow), ofJobs("with")(workflow)]],
  ["actions", (workflow) => [ofSteps("uses")(workflow), ofSteps("with")(workflow)]],
  ["commands", (workflow) => [ofSteps("run")(workflow), ofSteps("shell")(workflow), ofSteps("working-directory")(workflow)]],
  ["conditions of steps", (workflow) => [ofSteps("if")(workflow), ofSteps("continue-on-error")(workflow)]],
  ["variables", (workflow) => [workflow["env"], ofJobs("env")(workflow), ofSteps("env")(workflow)]],
  ["time limits", (workflow) => [ofJobs("timeout-minutes")(workflow), ofSteps("timeout-minutes")(workflow)]],
  ["what else runs at the same time", (workflow) => [workflow["concurrency"], ofJobs("concurrency")(workflow)]],
  ["results", (workflow) => [ofJobs("outputs")(workflow), ofJobs("continue-on-error")(workflow)]],
];
