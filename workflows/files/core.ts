/** The core container: built, never pushed; Rust and pytest run inside it. */
import type { Pipeline, Trust } from "../../pipeline/model";
import { actions } from "../actions";
import { CORE_JOB, PLAN_JOB } from "../legs";
import { assumeAwsRole, checkout, variable } from "../steps";
import { type RunStep, type Step, type StepsJob } from "../syntax";
import { environmentFor, imagePurpose, runnerLabel, type RenderContext } from "./context";
import { planOutput, selected } from "./plan-job";

/** Name of the image on the runner. */
const CORE_IMAGE = "core-container:checked";

/** Runs one command of the repository inside the core container. */
const IN_CONTAINER = [
  `docker run --rm --volume "\${GITHUB_WORKSPACE}:/workspace" --workdir "/workspace/\${DIRECTORY}" "\${CORE_IMAGE}" \\`,
  `  bash -euo pipefail -c "\${COMMAND}"`,
  "",
].join("\n");

/** Runs a marker expression of pytest inside the core container. */
const PYTEST_IN_CONTAINER = [
  `docker run --rm --volume "\${GITHUB_WORKSPACE}:/workspace" --workdir /workspace "\${CORE_IMAGE}" \\`,
  `  python3 -m pytest --strict-markers -m "\${MARKERS}"`,
  "",
].join("\n");

/**
 * The job for code of one trust. Code that nobody vetted gets no identity, and so no cache: it builds from nothing on a hosted machine.
 */
export function coreJob({ pipeline }: RenderContext, trust: Trust): StepsJob {
  return {
    name: CORE_JOB,
    needs: [PLAN_JOB],
    if: selected(CORE_JOB),
    "runs-on": runnerLabel(pipeline, pipeline.core.runners[trust]),
    ...(trust === "fork" ? {} : { environment: environmentFor(pipeline, imagePurpose(trust)).name }),
    permissions: trust === "fork" ? { contents: "read" } : { contents: "read", "id-token": "write" },
    "timeout-minutes": pipeline.core.timeoutMinutes,
    steps: [checkout, ...cacheLogin(trust), { name: "Set up Buildx", uses: actions.setupBuildx }, buildStep(pipeline, trust), ...rustSteps(pipeline), ...pytestSteps(pipeline)],
  };
}

function cacheLogin(trust: Trust): Step[] {
  return trust === "fork" ? [] : [assumeAwsRole, { name: "Log in to ECR", uses: actions.ecrLogin }];
}

function buildStep({ core }: Pipeline, trust: Trust): Step {
  const cache = `type=registry,ref=${variable("ecr-registry")}/${variable("ecr-cache-repository")}:${core.id}`;
  return {
    name: "Build the core container",
    id: "build",
    uses: actions.buildPush,
    with: {
      context: core.build.context,
      file: core.build.dockerfile,
      target: core.build.target,
      "build-args": `CUDA_VERSION=${core.cuda}\n`,
      tags: CORE_IMAGE,
      load: true,
      provenance: false,
      ...(trust === "fork" ? {} : { "cache-from": cache }),
      // Main alone writes what others read.
      ...(trust === "protected" ? { "cache-to": `${cache},mode=max,image-manifest=true,oci-mediatypes=true` } : {}),
    },
    env: noBuildRecords,
  };
}

/** The build action's summary and artifact say nothing that the plan's and the verdict's do not. */
export const noBuildRecords = { DOCKER_BUILD_SUMMARY: "false", DOCKER_BUILD_RECORD_UPLOAD: "false" } as const;

/** Every command runs, also after another one failed, so that one run shows all that is wrong. */
function whenBuilt(part: "rust" | "core"): string {
  return `!cancelled() && steps.build.outcome == 'success' && fromJSON(${planOutput("parts")}).${part}`;
}

function rustSteps({ core }: Pipeline): RunStep[] {
  return core.rust.map(({ name, run, directory }) => ({
    name,
    if: whenBuilt("rust"),
    env: { CORE_IMAGE, COMMAND: run, DIRECTORY: directory ?? "." },
    run: IN_CONTAINER,
  }));
}

function pytestSteps({ core }: Pipeline): RunStep[] {
  return core.pytest.map(({ name, markers }) => ({
    name: `pytest: ${name}`,
    if: whenBuilt("core"),
    env: { CORE_IMAGE, MARKERS: markers },
    run: PYTEST_IN_CONTAINER,
  }));
}

