/** The core container: built, never pushed; Rust and pytest run inside it. */
import { withFrameworkMarkers } from "../../pipeline/frameworks";
import { rustCommands, type BuildFacts } from "../../pipeline/build";
import type { CoreBuild, Pipeline, Trust } from "../../pipeline/model";
import { actions } from "../actions";
import { CORE_JOB, PLAN_JOB } from "../legs";
import { assumeAwsRole, checkout, variable } from "../steps";
import { VARIABLE_NAMES } from "../variables";
import { expression, literal, type ActionStep, type Environment, type RunStep, type Step, type StepsJob } from "../syntax";
import { cacheLogin, jobArguments, jobContexts, mountLines, mountStep, preparation, prepareStep, secretEnvironment, secretLines } from "./contract";
import { imageEnvironment, onMain, runnerClass, runnerLabel, type RenderContext } from "./context";
import { planOutput, selected } from "./plan-job";

/** Names on the runner: of the image, of the one that commands run in where tests have a Dockerfile of their own, and of the container. */
const BUILT_IMAGE = "core-container:built";
const CORE_IMAGE = "core-container:checked";
const CONTAINER = "core-container";

/** Where the image holds the repository, and where the job's checkout is in the container. */
const IN_IMAGE = "/workspace";
const IN_CHECKOUT = "/checkout";
/** Where pytest's reports are in the container. */
const REPORTS = "/tmp/reports";

/**
 * Makes room on a machine of GitHub's and holds what there is against what the job needs. GitHub promises 14 GiB (docs.github.com, "GitHub-hosted
 * runners reference"). What there is differs: a disk of 72 GiB with 20 free beside a second one below /mnt, or one of 145 GiB with 86 free and no
 * second one (users' measurements in 2026: github.com/easimon/maximize-build-space issue 47 and pull request 57).
 */
const MAKE_ROOM = `sudo rm --recursive --force /usr/local/lib/android /usr/share/dotnet /opt/ghc /usr/local/.ghcup /opt/hostedtoolcache/CodeQL
free_gib() { df --output=avail --block-size=1G "$1" | tail --lines=1 | tr --delete ' '; }
folder="$(docker info --format '{{.DockerRootDir}}')"
if mountpoint --quiet /mnt && (( $(free_gib /mnt) > $(free_gib "\${folder}") )); then
  sudo systemctl stop docker.socket docker.service
  sudo mkdir --parents /mnt/docker /etc/docker
  settings="$(jq '. + {"data-root": "/mnt/docker"}' /etc/docker/daemon.json 2>/dev/null || echo '{"data-root": "/mnt/docker"}')"
  sudo tee /etc/docker/daemon.json <<<"\${settings}" >/dev/null
  sudo systemctl start docker.service
  folder=/mnt/docker
fi
free="$(free_gib "\${folder}")"
echo "\${free} GiB are free below \${folder}; the core container needs \${NEEDED_GIB}."
if (( free < NEEDED_GIB )); then
  echo "::error::This machine has \${free} GiB free and the core container needs \${NEEDED_GIB}. Run the job again for another machine, or name a class with a larger disk in core.runners."
  exit 1
fi
`;

/** Services are reached at localhost, as on a developer's machine: the container shares the network of the machine that they publish their ports on. */
const START = `docker run --detach --name ${CONTAINER} --network host --volume "\${GITHUB_WORKSPACE}:${IN_CHECKOUT}" --entrypoint sleep "\${CORE_IMAGE}" infinity
docker exec ${CONTAINER} mkdir --parents ${REPORTS}
`;

const START_SERVICES = `read -r -a services <<<"\${SERVICES}"
docker compose --file "\${COMPOSE}" up --detach --wait --wait-timeout 120 "\${services[@]}"
`;

/** One container for all commands: what one of them compiles the next need not, and what a component adds stays. */
function inContainer(variables: readonly string[]): string {
  return `docker exec --workdir "\${DIRECTORY}" ${variables.map((name) => `--env ${name} `).join("")}${CONTAINER} bash -euo pipefail -c "\${COMMAND}"\n`;
}

/** pytest's 5 means that no test fits the markers: nothing passes by not having run. @param workers processes of pytest-xdist */
function pytestInContainer(workers: number): string {
  const parallel = workers === 1 ? "" : ` --numprocesses=${workers}`;
  return `code=0
docker exec --workdir "\${DIRECTORY}" ${CONTAINER} python3 -m pytest --strict-markers -m "\${MARKERS}"${parallel} --basetemp="/tmp/pytest-\${PASS}" --junitxml="${REPORTS}/\${PASS}.xml" || code=$?
if [[ "\${code}" == 5 ]]; then
  echo "::error::No test fits '\${MARKERS}': a pass without tests does not pass for one that ran."
fi
exit "\${code}"
`;
}

/**
 * The job for code of one trust. Code that nobody vetted gets no identity, and so no cache: it builds from nothing on a hosted machine.
 */
export function coreJob({ pipeline }: RenderContext, trust: Trust): StepsJob {
  const { core } = pipeline;
  const hosted = runnerClass(pipeline, core.runners[trust]).kind === "hosted";
  return {
    name: CORE_JOB,
    needs: [PLAN_JOB],
    if: selected(CORE_JOB),
    "runs-on": runnerLabel(pipeline, core.runners[trust]),
    ...(trust === "fork" ? {} : { environment: imageEnvironment(pipeline, trust, trust === "protected" ? "suite" : "backend") }),
    permissions: trust === "fork" ? { contents: "read" } : { contents: "read", "id-token": "write" },
    "timeout-minutes": core.timeoutMinutes,
    steps: [
      ...(hosted ? [{ name: "Make room", env: { NEEDED_GIB: String(core.freeDiskGiB) }, run: MAKE_ROOM }] : []),
      { ...checkout, with: { ...checkout.with, lfs: core.build.lfs } },
      ...cloudLogins(core, trust),
      { name: "Set up Buildx", uses: actions.setupBuildx },
      prepareStep(preparation(core.build, factsOf(core))),
      ...(trust === "fork" || Object.keys(core.build.mounts).length === 0 ? [] : [mountStep(core.build.dockerfile, mountLines(core.build))]),
      buildStep(pipeline, trust),
      ...testImageStep(core),
      ...startSteps(core),
      ...rustSteps(pipeline),
      ...pytestSteps(pipeline, trust),
      ...reportSteps(pipeline),
    ],
  };
}

function factsOf({ id, cuda }: CoreBuild): BuildFacts {
  return { framework: id, cuda, arch: "amd64" };
}

function cloudLogins({ build }: CoreBuild, trust: Trust): Step[] {
  if (trust === "fork") return [];
  return [...(takesSecrets(build, trust) ? [cacheLogin()] : []), assumeAwsRole, { name: "Log in to ECR", uses: actions.ecrLogin }];
}

/** Code that nobody vetted is given none. */
function takesSecrets({ secrets }: CoreBuild["build"], trust: Trust): boolean {
  return trust !== "fork" && Object.keys(secrets).length > 0;
}

function buildStep(pipeline: Pipeline, trust: Trust): ActionStep {
  const { core } = pipeline;
  const { build } = core;
  const secrets = takesSecrets(build, trust);
  const cache = `type=registry,ref=${variable("ecr-registry")}/${variable("ecr-cache-repository")}:${core.id}`;
  return {
    name: "Build the core container",
    id: "build",
    uses: actions.buildPush,
    with: {
      context: build.context,
      file: build.dockerfile,
      target: build.testDockerfile === undefined ? build.testTarget ?? build.target : build.target,
      "build-args": jobArguments(build, factsOf(core), trust !== "fork"),
      ...(Object.keys(build.contexts).length === 0 ? {} : { "build-contexts": jobContexts(build) }),
      ...(secrets ? { "secret-envs": secretLines(build) } : {}),
      tags: build.testDockerfile === undefined ? CORE_IMAGE : BUILT_IMAGE,
      load: true,
      provenance: false,
      ...(trust === "fork" ? {} : { "cache-from": cache }),
      // Only main writes what others read.
      ...(trust === "protected" ? { "cache-to": expression(`${onMain(pipeline)} && ${cacheReference(literal(core.id))} || ''`) } : {}),
    },
    env: { ...noBuildRecords, ...(secrets ? secretEnvironment : {}) },
  };
}

/** Expression of where layers are kept, and how. @param id expression of the cache's tag */
export function cacheReference(id: string): string {
  const form = "type=registry,ref={0}/{1}:{2},mode=max,image-manifest=true,oci-mediatypes=true";
  return `format(${literal(form)}, vars.${VARIABLE_NAMES["ecr-registry"]}, vars.${VARIABLE_NAMES["ecr-cache-repository"]}, ${id})`;
}

/** The image was pushed nowhere, so what is made of it is built by the daemon that holds it. */
function testImageStep({ build }: CoreBuild): RunStep[] {
  if (build.testDockerfile === undefined) return [];
  const env = { TEST_DOCKERFILE: build.testDockerfile.dockerfile, TEST_TARGET: build.testTarget ?? "", TEST_ARGUMENT: `${build.testDockerfile.arg}=${BUILT_IMAGE}`, CONTEXT: build.context, CORE_IMAGE };
  const run = `docker buildx build --builder default --file "\${TEST_DOCKERFILE}" --target "\${TEST_TARGET}" --build-arg "\${TEST_ARGUMENT}" --tag "\${CORE_IMAGE}" --load "\${CONTEXT}"\n`;
  return [{ name: "Build what commands run in", env, run }];
}

/** The build action's summary and artifact say nothing that the plan's and the verdict's do not. */
export const noBuildRecords = { DOCKER_BUILD_SUMMARY: "false", DOCKER_BUILD_RECORD_UPLOAD: "false" } as const;

const START_STEP = "start";

function startSteps({ services }: CoreBuild): RunStep[] {
  const start: RunStep = { name: "Start the container", id: START_STEP, env: { CORE_IMAGE }, run: START };
  if (services === undefined) return [start];
  return [{ name: "Start the services", env: { COMPOSE: services.compose, SERVICES: services.names.join(" ") }, run: START_SERVICES }, start];
}

/** Every command runs, also after another one failed, so that one run shows all that is wrong. */
function whenStarted(part: "rust" | "core"): string {
  return `!cancelled() && steps.${START_STEP}.outcome == 'success' && fromJSON(${planOutput("parts")}).${part}`;
}

function folderOf(source: CoreBuild["sources"]["rust"]): string {
  return source === "image" ? IN_IMAGE : IN_CHECKOUT;
}

function rustSteps({ core }: Pipeline): RunStep[] {
  const folder = folderOf(core.sources.rust);
  // The container's user may not own the checkout.
  const target: Environment = core.sources.rust === "image" ? {} : { CARGO_TARGET_DIR: "/tmp/cargo-target" };
  return rustCommands(core).map(({ name, run, directory }) => ({
    name,
    if: whenStarted("rust"),
    env: { COMMAND: run, DIRECTORY: directory === "." ? folder : `${folder}/${directory}`, ...target },
    run: inContainer(Object.keys(target)),
  }));
}

function pytestSteps(pipeline: Pipeline, trust: Trust): RunStep[] {
  return pipeline.core.pytest.flatMap(({ name, markers, workers }): RunStep[] => {
    const chosen = trust === "protected" ? modesOfMain(pipeline, markers) : ofMode(pipeline, markers["pull-request"]);
    if (chosen === undefined) return [];
    return [
      {
        name: `pytest: ${name}`,
        if: [whenStarted("core"), ...(chosen.mode === undefined ? [] : [`${planOutput("mode")} == ${literal(chosen.mode)}`])].join(" && "),
        env: { PASS: fileName(name), MARKERS: chosen.markers, DIRECTORY: folderOf(pipeline.core.sources.pytest) },
        run: pytestInContainer(workers),
      },
    ];
  });
}

/** What a pass selects, and the one mode in which it runs; every mode of the job where it names none. */
interface Selection {
  readonly markers: string;
  readonly mode?: "post-merge" | "nightly";
}

function ofMode(pipeline: Pipeline, markers: string | undefined): Selection | undefined {
  return markers === undefined ? undefined : { markers: withFrameworkMarkers(pipeline, markers) };
}

/** Merged code runs in one of two modes; the plan says which. A pass without markers for one of them runs only in the other. */
function modesOfMain(pipeline: Pipeline, markers: CoreBuild["pytest"][number]["markers"]): Selection | undefined {
  const [merged, nightly] = [ofMode(pipeline, markers["post-merge"]), ofMode(pipeline, markers.nightly)];
  if (merged === undefined || nightly === undefined) return merged === undefined ? nightly && { ...nightly, mode: "nightly" } : { ...merged, mode: "post-merge" };
  if (merged.markers === nightly.markers) return merged;
  return { markers: expression(`${planOutput("mode")} == 'nightly' && ${literal(nightly.markers)} || ${literal(merged.markers)}`) };
}

/** A pass's name as the name of its report. */
function fileName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
}

/** Reports are kept whatever became of the tests. */
function reportSteps({ core }: Pipeline): Step[] {
  if (core.pytest.length === 0) return [];
  return [
    { name: "Take the reports out of the container", if: whenStarted("core"), run: `docker cp ${CONTAINER}:${REPORTS} reports\n` },
    {
      name: "Keep the reports",
      if: whenStarted("core"),
      uses: actions.uploadArtifact,
      with: { name: expression(`format('${core.id}-core-{0}', github.run_attempt)`), path: "reports/*.xml", "if-no-files-found": "warn", "retention-days": 7 },
    },
  ];
}
