/** The workflows of the repository that holds this project: preview on a pull request, apply after a merge, drift every night. */
import { headerLines, WORKFLOW_FOLDER } from "../names";
import type { RenderedFile } from "../settings";
import type { Workflow } from "../syntax";
import { toYaml } from "../yaml";
import { applyWorkflow } from "./apply";
import { driftWorkflow } from "./drift";
import { previewWorkflow } from "./preview";

export { concernedStacks } from "./concerned";
export { applyEnvironment, previewEnvironment } from "./environments";
export { PULUMI_VERSION } from "./steps";

export interface InfrastructureSettings {
  /** `OWNER/NAME` of the repository that holds this project. */
  readonly repository: string;
  readonly defaultBranch: string;
  /** Every stack, in the order in which they are shown. */
  readonly stacks: readonly string[];
}

/** When drift is looked for: after the nightly runs, which start at midnight and take up to five hours. */
const DRIFT_SCHEDULE = { cron: "30 5 * * *", timezone: "America/Los_Angeles" };

export function infrastructureWorkflows({ defaultBranch, stacks }: InfrastructureSettings): Record<string, Workflow> {
  return {
    "infrastructure-preview.yml": previewWorkflow(),
    "infrastructure-apply.yml": applyWorkflow(defaultBranch, stacks),
    "infrastructure-drift.yml": driftWorkflow(DRIFT_SCHEDULE),
  };
}

/** The files, sorted by path. The same settings give the same bytes. */
export function renderInfrastructureFiles(settings: InfrastructureSettings): RenderedFile[] {
  const header = headerLines("workflows/infrastructure", settings.repository).map((line) => line.replace("the next `pulumi up` writes it again", "`make render-own` writes it again"));
  return Object.entries(infrastructureWorkflows(settings))
    .map(([name, workflow]) => ({ path: `${WORKFLOW_FOLDER}/${name}`, content: toYaml(workflow, header, ["jobs", "steps"]) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
