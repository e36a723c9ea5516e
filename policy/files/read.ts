/** Workflow files as the stack delivers them, read from their YAML: what rules about jobs and triggers judge. */
import type { Subject } from "../kit/rule";
import { at, isProps, items } from "../kit/values";
import { parseYaml } from "../kit/yaml";

export const fileType = "github:index/repositoryFile:RepositoryFile";

export interface Workflow {
  readonly subject: Subject;
  /** Path in the repository. */
  readonly path: string;
  readonly repository: string;
  /** Events with their filters. */
  readonly on: Readonly<Record<string, unknown>>;
  readonly jobs: readonly Job[];
  /** The whole file; empty when it is no YAML mapping. */
  readonly document: Readonly<Record<string, unknown>>;
}

export interface Job {
  readonly id: string;
  /** The check that it reports, as far as the file tells: its name, else its id. */
  readonly context: string;
  readonly value: Readonly<Record<string, unknown>>;
  readonly steps: readonly Readonly<Record<string, unknown>>[];
}

/** Every workflow file among the resources. A file that is no YAML mapping has no jobs: `workflow-files-parse` reports it. */
export function workflows(subjects: readonly Subject[]): readonly Workflow[] {
  return subjects.filter(isWorkflowFile).map(readWorkflow);
}

/** Whether a resource is a workflow file that GitHub would run. */
export function isWorkflowFile(subject: Subject): boolean {
  return hasPath(subject, /^\.github\/workflows\/[^/]+\.ya?ml$/);
}

/** A composite action, whose steps run in the jobs that use it. */
export function isActionFile(subject: Subject): boolean {
  return hasPath(subject, /(^|\/)action\.ya?ml$/) && !isWorkflowFile(subject);
}

function hasPath(subject: Subject, path: RegExp): boolean {
  return subject.type === fileType && path.test(String(at(subject.props, "file")));
}

/** The file as a workflow; a composite action as one whose only job is called `runs`. */
export function readWorkflow(subject: Subject): Workflow {
  const content = parseYaml(String(at(subject.props, "content")));
  const document = isProps(content) ? content : {};
  const jobs = isActionFile(subject) ? { runs: document["runs"] } : isProps(document["jobs"]) ? document["jobs"] : {};
  return {
    subject,
    path: String(at(subject.props, "file")),
    repository: String(at(subject.props, "repository")),
    on: events(document["on"]),
    jobs: Object.entries(jobs).map(([id, job]) => readJob(id, job)),
    document,
  };
}

/** Where a finding is, for people. */
export function placeOf(workflow: Workflow, job?: Job): string {
  return job === undefined ? `content of ${workflow.path}` : `content of ${workflow.path}, job ${job.id}`;
}

function readJob(id: string, job: unknown): Job {
  const value = isProps(job) ? job : {};
  return { id, context: typeof value["name"] === "string" ? value["name"] : id, value, steps: items(value["steps"]).filter(isProps) };
}

/** `on` may be a name, a list of names, or a mapping. */
function events(on: unknown): Readonly<Record<string, unknown>> {
  if (typeof on === "string") return { [on]: {} };
  if (Array.isArray(on)) return Object.fromEntries(on.map((name) => [String(name), {}]));
  return isProps(on) ? on : {};
}
