/** Every workflow of a pipeline, as the typed objects that are written. */
import type { Pipeline } from "../pipeline/model";
import { WORKFLOW_FILES } from "../pipeline/select";
import type { RenderContext } from "./files/context";
import { DEPLOYMENT_FILE, deploymentWorkflow } from "./files/deployment";
import { copyrightWorkflow, coreWorkflow, preCommitWorkflow } from "./files/direct";
import { IMAGE_FILE, imageWorkflow } from "./files/image";
import { IMAGE_PUBLISH_FILE, imagePublishWorkflow } from "./files/image-publish";
import { MIRROR_FILE, mirrorWorkflow } from "./files/mirror";
import { prWorkflow } from "./files/pr";
import { suiteWorkflow } from "./files/suite";
import type { RenderSettings } from "./settings";
import type { Workflow } from "./syntax";

/** Names of the direct checks' files. */
export const PRE_COMMIT_FILE = "pre-commit.yml";
export const COPYRIGHT_FILE = "copyright-checks.yml";

/** Every workflow of a pipeline by file name, as the typed objects that are written. */
export function workflows(pipeline: Pipeline, settings: RenderSettings): Record<string, Workflow> {
  const context: RenderContext = { pipeline, settings };
  return {
    [PRE_COMMIT_FILE]: preCommitWorkflow(context, PRE_COMMIT_FILE),
    [COPYRIGHT_FILE]: copyrightWorkflow(context, COPYRIGHT_FILE),
    [WORKFLOW_FILES.direct]: coreWorkflow(context, WORKFLOW_FILES.direct),
    [WORKFLOW_FILES.backend]: prWorkflow(context, WORKFLOW_FILES.backend),
    [WORKFLOW_FILES.suite]: suiteWorkflow(context),
    [IMAGE_FILE]: imageWorkflow(context),
    [IMAGE_PUBLISH_FILE]: imagePublishWorkflow(context),
    [DEPLOYMENT_FILE]: deploymentWorkflow(context),
    ...(pipeline.mirrorBot.kind === "workflow" ? { [MIRROR_FILE]: mirrorWorkflow(context) } : {}),
  };
}
