/** The workflows of the repository that holds this project: tests and preview on a pull request, apply after a merge, drift and fit every night. */
import { headerLines, WORKFLOW_FOLDER } from "../names";
import type { RenderedFile } from "../settings";
import type { Workflow } from "../syntax";
import { toYaml } from "../yaml";
import { applyWorkflow } from "./apply";
import { driftWorkflow } from "./drift";
import { INFRASTRUCTURE_FILES } from "./environments";
import { fitWorkflow } from "./fit";
import { previewWorkflow } from "./preview";
import { projectWorkflow } from "./project";

export { concernedStacks } from "./concerned";
export { applyEnvironment, previewEnvironment } from "./environments";
export { GO_VERSION } from "./project";
export { NODE_VERSION, PULUMI_VERSION } from "./steps";

export interface InfrastructureSettings {
  /** `OWNER/NAME` of the repository that holds this project. */
  readonly repository: string;
  readonly defaultBranch: string;
  /** Every stack, in the order in which they are shown. */
  readonly stacks: readonly string[];
}

/** When drift is looked for: after the nightly runs, which start at midnight and take up to five hours. */
const DRIFT_SCHEDULE = { cron: "30 5 * * *", timezone: "America/Los_Angeles" };

/** When the pipeline is held against the product repository: before the nightly runs. */
const FIT_SCHEDULE = { cron: "30 22 * * *", timezone: "America/Los_Angeles" };

/** When the tests run although nobody changed anything: what they fetch may have changed. */
const TEST_SCHEDULE = { cron: "0 4 * * 1", timezone: "America/Los_Angeles" };

/** The workflows, by the names of their files. */
export function infrastructureWorkflows({ defaultBranch, stacks }: InfrastructureSettings): Record<string, Workflow> {
  return {
    [INFRASTRUCTURE_FILES.preview]: previewWorkflow(),
    [INFRASTRUCTURE_FILES.apply]: applyWorkflow(defaultBranch, stacks),
    [INFRASTRUCTURE_FILES.drift]: driftWorkflow(DRIFT_SCHEDULE),
    // These take no identity, so no cloud has to know their names.
    "infrastructure-fit.yml": fitWorkflow(FIT_SCHEDULE),
    "tests.yml": projectWorkflow(TEST_SCHEDULE),
  };
}

/** The files, sorted by path. The same settings give the same bytes. */
export function renderInfrastructureFiles(settings: InfrastructureSettings): RenderedFile[] {
  const header = headerLines("workflows/infrastructure", settings.repository).map((line) => line.replace("the next `pulumi up` writes it again", "`make generate` writes it again"));
  return Object.entries(infrastructureWorkflows(settings))
    .map(([name, workflow]) => ({ path: `${WORKFLOW_FOLDER}/${name}`, content: toYaml(workflow, header, ["jobs", "steps"]) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
