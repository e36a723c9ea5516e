/** Every workflow of a pipeline, as the typed objects that are written. */
import { runChecks, verdictCheck, workflowFileOf } from "../pipeline/checks";
import type { Pipeline } from "../pipeline/model";
import { WORKFLOW_FILES } from "../pipeline/select";
import type { RenderContext } from "./files/context";
import { DEPLOYMENT_FILE, deploymentWorkflow } from "./files/deployment";
import { checkWorkflow, coreWorkflow } from "./files/direct";
import { IMAGE_FILE, imageWorkflow } from "./files/image";
import { IMAGE_PUBLISH_FILE, imagePublishWorkflow } from "./files/image-publish";
import { MIRROR_FILE, mirrorWorkflow } from "./files/mirror";
import { prWorkflow } from "./files/pr";
import { suiteWorkflow } from "./files/suite";
import { VERDICTS_FILE, verdictsWorkflow } from "./files/verdicts";
import type { RenderSettings } from "./settings";
import type { Workflow } from "./syntax";

/** Every workflow of a pipeline by file name, as the typed objects that are written. */
export function workflows(pipeline: Pipeline, settings: RenderSettings): Record<string, Workflow> {
  const context: RenderContext = { pipeline, settings };
  return {
    ...Object.fromEntries(runChecks(pipeline).map((check) => [workflowFileOf(check), checkWorkflow(context, check)])),
    ...(verdictCheck(pipeline, "direct") === undefined ? {} : { [WORKFLOW_FILES.direct]: coreWorkflow(context) }),
    [WORKFLOW_FILES.backend]: prWorkflow(context),
    [WORKFLOW_FILES.suite]: suiteWorkflow(context),
    [IMAGE_FILE]: imageWorkflow(context),
    [IMAGE_PUBLISH_FILE]: imagePublishWorkflow(context),
    [DEPLOYMENT_FILE]: deploymentWorkflow(context),
    ...(pipeline.verdictApp === undefined ? {} : { [VERDICTS_FILE]: verdictsWorkflow(context, pipeline.verdictApp) }),
    ...(pipeline.mirrorBot.kind === "workflow" ? { [MIRROR_FILE]: mirrorWorkflow(context) } : {}),
  };
}
