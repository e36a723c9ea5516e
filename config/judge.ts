/** Everything that a stack of the right shape is held to: coherence, rules of lifecycles and runners, and what GitHub takes. */
import { infrastructureChecks, jobFindings, pipelineChecks, placementChecks, type Check, type PlacementInput } from "../pipeline/coherence";
import { runChecks } from "../pipeline/coherence/check";
import type { Finding } from "../pipeline/model";
import { atGivenPool } from "../pipeline/resolve";
import { retentionFindings } from "../components/registries/lifecycle";
import { runnerModeFindings } from "../components/runners/runner-mode";
import { jobFacts, LimitsError, RenderError, renderFiles, variables, type RenderedFile } from "../workflows";

/** What a stack is described by. */
export type Stack = PlacementInput;

/** Checks that stand with what they hold, outside of coherence. */
const ownChecks: readonly Check<Stack>[] = [
  {
    name: "retention-newest",
    holds: "As many images are kept as one run tags.",
    find: ({ pipeline, infrastructure }) => retentionFindings(pipeline, infrastructure.registries.retention),
  },
  { name: "runner-mode", holds: "No runner class needs a Docker daemon and GPUs in one pod.", find: ({ pipeline }) => runnerModeFindings(pipeline) },
  {
    // One installation of an app serves one owner, so one provider reaches both repositories only where they have the same.
    name: "repository-owner",
    holds: "The repository of this project has the owner of the repository whose CI it is.",
    find: ({ pipeline: { repository }, infrastructure: { github } }) => {
      const { owner } = github.infrastructureRepository;
      const allowed = `${repository.owner}, the owner of the repository whose CI this is`;
      return owner === repository.owner ? [] : [{ path: "infrastructure.github.infrastructureRepository.owner", found: owner, allowed }];
    },
  },
];

/** Every check that needs no rendered file. */
export const structuralChecks: readonly Check<Stack>[] = [...pipelineChecks, ...infrastructureChecks, ...placementChecks, ...ownChecks];

/** Checks whose findings about one thing follow from nothing else. */
export const separateChecks: ReadonlySet<string> = new Set(infrastructureChecks.map(({ name }) => name));

/** What is wrong before any file is rendered. */
export function structuralFindings(stack: Stack): Finding[] {
  return runChecks(structuralChecks, stack).map((finding) => atGivenPool(finding, stack));
}

/** What rendering gives, or why it cannot be done. */
export interface Rendered {
  readonly files: readonly RenderedFile[];
  readonly findings: readonly Finding[];
  /** Set when the files cannot be made at all. */
  readonly error?: unknown;
}

/** Name of the check of what GitHub takes: the one that looks at the files' texts. */
export const LIMITS_CHECK = "github-limits";

/**
 * The files of a stack, and what is wrong with their jobs. Where a file is beyond what GitHub takes, its jobs are judged all the same.
 * @param withFiles false where only jobs are asked about, which takes half the time: then there are no files, and no findings about them
 */
export function render(name: string, { pipeline, infrastructure }: Stack, withFiles = true): Rendered {
  const { repository, pullRequestImages } = infrastructure.registries;
  const settings = { source: `Pulumi.${name}.yaml`, imageRepository: repository, pullRequestImages };
  try {
    const { files, findings } = withFiles ? withinLimits(() => renderFiles(pipeline, settings)) : NO_FILES;
    const provided = variables(pipeline.environments).map(({ name: variable, environment }) => ({ name: variable, environment }));
    return { files, findings: [...findings, ...jobFindings({ pipeline, infrastructure, jobs: jobFacts(pipeline, settings), variables: provided })] };
  } catch (error) {
    return { files: [], findings: [], error };
  }
}

const NO_FILES: Rendered = { files: [], findings: [] };

function withinLimits(files: () => RenderedFile[]): Rendered {
  try {
    return { files: files(), findings: [] };
  } catch (error) {
    if (!(error instanceof LimitsError)) throw error;
    return { files: [], findings: error.findings.map((finding) => ({ check: LIMITS_CHECK, about: "frameworks", ...finding })) };
  }
}

/** A pipeline that cannot be rendered, as a finding. @throws what is no such error, as nothing in config can mend that */
export function renderFinding(error: unknown): Finding {
  if (!(error instanceof RenderError)) throw error;
  return { check: "render", path: "gpu-cicd", found: error.message, allowed: "a pipeline that GitHub's files can hold", about: "environments" };
}
