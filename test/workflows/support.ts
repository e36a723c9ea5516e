/** What the tests of the workflows share: the fixture's large pipeline rendered once, and its workflows read back from the YAML. */
import { parse } from "yaml";
import type { Pipeline } from "../../pipeline/model";
import { fixture, settingsOf } from "../fixture";
import { mergeQueue } from "../pipeline/fixtures";
import { renderFiles, type RenderedFile, type RenderSettings } from "../../workflows/index";

export const { pipeline } = fixture("large");
export const settings: RenderSettings = settingsOf("large");

/** The pipeline with the substitute for copy-pr-bot, and the secret that it needs. */
export const withMirrorBot: Pipeline = {
  ...pipeline,
  mirrorBot: { kind: "workflow", vetters: ["vera"], trustees: ["tom"], syncDrafts: false, appId: 4242 },
  environments: [...pipeline.environments, { name: "mirror-bot", branches: ["trunk"], reviewers: [], waitMinutes: 0, identity: "none" }],
  secrets: [...pipeline.secrets, { name: "MIRROR_APP_PRIVATE_KEY", title: "Key of the app that writes mirror branches", environments: ["mirror-bot"], optional: false }],
};

/** The pipeline with a merge queue. */
export const withMergeQueue: Pipeline = { ...pipeline, mergeQueue };

/** A step as YAML has it. */
export interface ParsedStep {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

/** A job as YAML has it. */
export interface ParsedJob {
  readonly name?: string;
  readonly needs?: readonly string[];
  readonly if?: string;
  readonly "runs-on"?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number | string;
  readonly strategy?: object;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly ParsedStep[];
}

export interface ParsedWorkflow {
  readonly name: string;
  readonly on: Readonly<Record<string, { readonly branches?: readonly string[]; readonly paths?: unknown } | null>>;
  readonly permissions: object;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean | string };
  readonly defaults: { readonly run: { readonly shell: string } };
  readonly jobs: Readonly<Record<string, ParsedJob>>;
}

/** The workflow files among rendered files, by file name. */
export function parsedWorkflows(files: readonly RenderedFile[]): Record<string, ParsedWorkflow> {
  const own = files.filter(({ path }) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path));
  return Object.fromEntries(own.map(({ path, content }) => [path.replace(".github/workflows/", ""), parse(content) as ParsedWorkflow]));
}

export const files = renderFiles(pipeline, settings);
export const workflows = parsedWorkflows(files);

/** Content of a rendered file. */
export function contentOf(path: string, among: readonly RenderedFile[] = files): string {
  const file = among.find((each) => each.path === path);
  if (!file) throw new Error(`${path} is not rendered; there are ${among.map((each) => each.path).join(", ")}`);
  return file.content;
}

/** Every job with the file it is in. */
export function allJobs(of: Readonly<Record<string, ParsedWorkflow>> = workflows): { file: string; id: string; job: ParsedJob }[] {
  return Object.entries(of).flatMap(([file, { jobs }]) => Object.entries(jobs).map(([id, job]) => ({ file, id, job })));
}
