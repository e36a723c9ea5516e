/** The reusable workflow of one image: build it, push it by digest to both registries, test exactly that digest. */
import { TEST_SUFFIX } from "../../pipeline/images";
import type { IdentityPurpose, Pipeline } from "../../pipeline/model";
import { WORKFLOWS } from "../../pipeline/workflow-files";
import { actions } from "../actions";
import { checkout, imageRepositories, registryLogins, variable } from "../steps";
import { expression, literal, type ActionStep, type CallInput, type Environment, type Step, type StepsJob, type Workflow } from "../syntax";
import { environmentFor, type RenderContext } from "./context";
import { cacheReference, noBuildRecords } from "./core";
import { VARIABLE_NAMES } from "../variables";
import { cacheLogin, filledArguments, filledContexts, mountStep, prepareStep, secretEnvironment } from "./contract";
import { TEST_SECRET } from "./secrets";

export const IMAGE_FILE = WORKFLOWS.image.file;

/** Label with the id of the image. Source: opencontainers/image-spec, annotations.md. */
export const TITLE_LABEL = "org.opencontainers.image.title";

type StepInputs = NonNullable<ActionStep["with"]>;

/** What a caller says of its image. */
export const imageInputs = {
  image: { description: "Id of the image: its tag without the prefix", type: "string", required: true },
  subject: { description: "Framework or component that the image is of", type: "string", required: true },
  architecture: { description: "CPU architecture, as OCI platforms spell it", type: "string", required: true },
  runner: { description: "Label of the runner that builds", type: "string", required: true },
  environment: { description: "Environment whose identity pushes", type: "string", required: true },
  dockerfile: { description: "Path of the Dockerfile", type: "string", required: true },
  context: { description: "Build context", type: "string", required: true },
  target: { description: "Stage of the Dockerfile; empty for the last one", type: "string", required: true },
  "test-target": { description: "Stage in which tests run; empty where it is the image itself", type: "string", required: true },
  "test-dockerfile": { description: "Path of its Dockerfile", type: "string", required: true },
  "test-arg": { description: "Build argument that takes the image to be tested; empty for the arguments of the image", type: "string", required: true },
  parents: { description: "Images of the same commit that this one is made of, one a line: the build argument and the image by its digest", type: "string", required: true },
  "build-args": { description: "Build arguments, one a line, as a template of what the build knows", type: "string", required: true },
  "secret-envs": { description: "BuildKit secrets, one a line: the id and the variable that holds it", type: "string", required: true },
  "build-contexts": { description: "Named build contexts, one a line, as a template", type: "string", required: true },
  mounts: { description: "Secrets beside those that the Dockerfile mounts, one a line: the id, the secret of the Dockerfile, the variable", type: "string", required: true },
  prepare: { description: "Command of the repository that runs before the build; empty for none", type: "string", required: true },
  "prepare-image": { description: "Image in which that command runs; empty for the runner itself", type: "string", required: true },
  "prepare-writes": { description: "Files that it has to make, one a line", type: "string", required: true },
  lfs: { description: "Whether the checkout takes the files of Git LFS", type: "boolean", required: true },
  "timeout-minutes": { description: "Minutes until the build is given up", type: "number", required: true },
  tag: { description: "Full tag of the image", type: "string", required: true },
  tests: { description: "Test suites of the image, JSON", type: "string", required: true },
} as const satisfies Record<string, CallInput>;

/**
 * Says whether this commit's image is there already: then a run that is started again tests it instead of building another one. Every pull request's
 * identity may push under every tag, so a tag alone says nothing: a run of this branch at this commit has to have recorded its digest. The record is an
 * artifact, and which run, branch and commit an artifact is of is written by GitHub. No job of another branch can leave one here, and a fork's carries the
 * fork's number. Source: docs.github.com, "REST API endpoints for GitHub Actions artifacts".
 */
const FIND_EXISTING = `digest_of() {
  local answer
  if answer="$(docker buildx imagetools inspect "\${ECR_IMAGE}:$1" --format '{{json .Manifest.Digest}}' 2>&1)"; then
    grep --extended-regexp --only-matching 'sha256:[0-9a-f]{64}' <<<"\${answer}"
  elif [[ "\${answer}" != *"not found"* ]]; then
    echo "::error::\${answer}" >&2
    return 1
  fi
}
digest="$(digest_of "\${TAG}")"
test_digest=""
if [[ -n "\${digest}" && -n "\${TEST_TARGET}" ]]; then test_digest="$(digest_of "\${TAG}${TEST_SUFFIX}")"; fi
if [[ -n "\${digest}" ]]; then
  record="image-\${TAG}-\${digest#sha256:}\${test_digest:+-\${test_digest#sha256:}}"
  records="$(curl --fail --silent --show-error --header @- "\${GITHUB_API_URL}/repos/\${GITHUB_REPOSITORY}/actions/artifacts?name=\${record}&per_page=100" <<<"Authorization: Bearer \${GITHUB_TOKEN}" \\
    | jq --arg commit "\${GITHUB_SHA}" --arg branch "\${GITHUB_REF_NAME}" --arg repository "\${GITHUB_REPOSITORY_ID}" \\
      '[.artifacts[].workflow_run | select(.head_sha == $commit and .head_branch == $branch and (.head_repository_id | tostring) == $repository)] | length')"
  if (( records == 0 )); then
    echo "::error title=An image that is not ours::\${ECR_IMAGE}:\${TAG} is \${digest}, and no run of \${GITHUB_REF_NAME} at this commit recorded it. Find out who pushed it, delete the tag in the registry, and run this job again; or push another commit."
    exit 1
  fi
  echo "::notice::\${TAG} was built before from this commit; its image is tested again."
fi
echo "digest=\${digest}" >>"\${GITHUB_OUTPUT}"
echo "test-digest=\${test_digest}" >>"\${GITHUB_OUTPUT}"
`;

/** Days that a record is kept: GitHub's most. A tag whose record is gone is built under another commit. */
const RECORD_DAYS = 90;

const RECORD = `mkdir --parents "\${RUNNER_TEMP}/record"
printf '%s\\n' "\${DIGEST}" "\${TEST_DIGEST}" >"\${RUNNER_TEMP}/record/digests"
echo "name=image-\${TAG}-\${DIGEST#sha256:}\${TEST_DIGEST:+-\${TEST_DIGEST#sha256:}}" >>"\${GITHUB_OUTPUT}"
`;

/**
 * ECR last, and the image after what tests run in: a tag that is in ECR is in both, and all of it is there. Without `--prefer-index=false` a single
 * manifest gets an index around it, and the tag another digest than was recorded (docker/buildx, util/imagetools/create.go).
 */
const TAG_BOTH = `if [[ -n "\${TEST_DIGEST}" ]]; then
  docker buildx imagetools create --tag "\${ACR_IMAGE}:\${TAG}${TEST_SUFFIX}" --prefer-index=false "\${ACR_IMAGE}@\${TEST_DIGEST}"
  docker buildx imagetools create --tag "\${ECR_IMAGE}:\${TAG}${TEST_SUFFIX}" --prefer-index=false "\${ECR_IMAGE}@\${TEST_DIGEST}"
fi
docker buildx imagetools create --tag "\${ACR_IMAGE}:\${TAG}" --prefer-index=false "\${ACR_IMAGE}@\${DIGEST}"
docker buildx imagetools create --tag "\${ECR_IMAGE}:\${TAG}" --prefer-index=false "\${ECR_IMAGE}@\${DIGEST}"
`;

const SHOW_RESULT = `echo "digest=\${DIGEST}" >>"\${GITHUB_OUTPUT}"
echo "reference=\${ACR_IMAGE}@\${DIGEST}" >>"\${GITHUB_OUTPUT}"
if [[ -n "\${TEST_DIGEST}" ]]; then echo "test-reference=\${ACR_IMAGE}@\${TEST_DIGEST}" >>"\${GITHUB_OUTPUT}"; fi
{
  echo "### \${IMAGE}"
  echo
  echo "| Registry | Image |"
  echo "| --- | --- |"
  echo "| ECR | \\\`\${ECR_IMAGE}@\${DIGEST}\\\` |"
  echo "| ACR | \\\`\${ACR_IMAGE}@\${DIGEST}\\\` |"
} >>"\${GITHUB_STEP_SUMMARY}"
`;

/** Every exit code but 0 fails the job. pytest's 5 means that no test fits the markers, which is said: nothing passes by not having run. */
const RUN_TESTS = `markers="\${MARKERS//\\{framework\\}/\${FRAMEWORK}}"
arguments=(--strict-markers -m "\${markers}")
if (( WORKERS > 1 )); then
  arguments+=(-n "\${WORKERS}")
fi
if [[ -n "\${SHARD}" ]]; then
  arguments+=(--splits "\${SHARD#*/}" --group "\${SHARD%/*}" --durations-path "\${GITHUB_WORKSPACE}/\${DURATIONS}")
fi
if [[ -n "\${COLLECT_ONLY}" ]]; then
  echo "::notice::Collected and not run: \${COLLECT_ONLY}"
  arguments+=(--collect-only --quiet)
else
  arguments+=(--junitxml="\${GITHUB_WORKSPACE}/reports/\${SUITE}.xml")
fi
code=0
python3 -m pytest "\${arguments[@]}" || code=$?
if [[ "\${code}" == 5 ]]; then
  echo "::error::No test of suite \${SUITE} fits '\${markers}' in \${IMAGE}: a suite without tests does not pass for one that ran."
fi
exit "\${code}"
`;

/** Before the checkout, which wants a home of its own. HOME cannot be a variable of the container: the container hooks leave it out (prepare-job.ts, actions/runner-container-hooks 0.8). */
const SET_ENVIRONMENT = `printf '%s' "\${TEST_ENVIRONMENT}" >>"\${GITHUB_ENV}"
`;

/** A pod template is the runner class's, and a container's options are dropped by Kubernetes' hooks: so the job looks whether it got what it was promised. */
const CHECK_POD = `failed=0
miss() {
  echo "::error title=The pod is not what the tests need::$1"
  failed=1
}
user="$(id -u)"
if [[ "\${user}" != "\${WANTED_USER}" ]]; then
  miss "The user is \${user}, and testContract.user is \${WANTED_USER}."
fi
has="$(df --block-size=1M --output=size /dev/shm | tail -n 1 | tr -d ' ')"
if (( has < SHARED_MEMORY_GIB * 1024 )); then
  miss "/dev/shm has \${has} MiB, and testContract.sharedMemoryGiB is \${SHARED_MEMORY_GIB}."
fi
# CAP_IPC_LOCK is bit 14 (linux/capability.h).
capabilities="$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)"
if [[ "\${MEMLOCK}" == unlimited && "$(ulimit -l)" != unlimited ]] && (( (16#\${capabilities} >> 14 & 1) == 0 )); then
  miss "Processes may lock $(ulimit -l) KiB of memory, and testContract.memlock is unlimited."
fi
exit "\${failed}"
`;

/** By Python, which every image with pytest has; curl is not everywhere. */
const WAIT_FOR_SERVICES = `while IFS= read -r address; do
  [[ -n "\${address}" ]] || continue
  answered=""
  for _ in {1..60}; do
    if python3 -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=2)' "\${address}" 2>/dev/null; then
      answered=yes
      break
    fi
    sleep 1
  done
  if [[ -z "\${answered}" ]]; then
    echo "::error::\${address} did not answer within a minute."
    exit 1
  fi
done <<<"\${READY}"
`;

const SANITY = `bash -euo pipefail -c "\${SANITY}"
`;

/** The whole file. */
export function imageWorkflow(context: RenderContext): Workflow {
  return {
    name: WORKFLOWS.image.name,
    on: {
      workflow_call: {
        inputs: imageInputs,
        secrets: { [TEST_SECRET]: { description: "Token of the model hub, for tests; the environment holds it", required: false } },
        outputs: {
          digest: { description: "Digest of the image", value: expression("jobs.build.outputs.digest") },
          reference: { description: "The image in ACR, by digest", value: expression("jobs.build.outputs.reference") },
        },
      },
    },
    permissions: {},
    defaults: { run: { shell: "bash" } },
    jobs: { build: buildJob(context), test: testJob(context) },
  };
}

function buildJob({ pipeline }: RenderContext): StepsJob {
  const isOf = (purpose: IdentityPurpose): string => `inputs.environment == ${literal(environmentFor(pipeline, purpose).name)}`;
  const isMirror = isOf("pull-request-images");
  const isNew = "steps.existing.outputs.digest == ''";
  const digests: Environment = {
    DIGEST: expression("steps.existing.outputs.digest || steps.build.outputs.digest"),
    TEST_DIGEST: expression("steps.existing.outputs.test-digest || steps.test-image.outputs.digest"),
  };
  return {
    name: "build",
    "runs-on": expression("inputs.runner"),
    environment: expression("inputs.environment"),
    permissions: { actions: "read", contents: "read", "id-token": "write" },
    "timeout-minutes": expression("inputs.timeout-minutes"),
    outputs: {
      digest: expression("steps.result.outputs.digest"),
      reference: expression("steps.result.outputs.reference"),
      "test-reference": expression("steps.result.outputs.test-reference"),
    },
    env: { IMAGE: expression("inputs.image"), TAG: expression("inputs.tag"), ...imageRepositories },
    steps: [
      { ...checkout, with: { ...checkout.with, lfs: expression("inputs.lfs") } },
      // Before the job's own login, which leaves its session in the environment of all later steps.
      cacheLogin("inputs.secret-envs != ''"),
      ...registryLogins,
      {
        name: "Look for this commit's image",
        id: "existing",
        if: isMirror,
        env: { TEST_TARGET: expression("inputs.test-target"), GITHUB_TOKEN: expression("github.token") },
        run: FIND_EXISTING,
      },
      { name: "Set up Buildx", if: isNew, uses: actions.setupBuildx },
      prepareStep({ command: expression("inputs.prepare"), image: expression("inputs.prepare-image"), writes: expression("inputs.prepare-writes") }, isNew),
      mountStep(expression("inputs.dockerfile"), expression("inputs.mounts"), `${isNew} && inputs.mounts != ''`),
      buildStep(isOf("main-images"), `!(${isMirror})`, isNew),
      testImageStep(`${isNew} && inputs.test-target != ''`),
      // Before the tag: one without a record would be nobody's.
      { name: "Name the record of it", id: "record", if: `${isMirror} && ${isNew}`, env: digests, run: RECORD },
      {
        name: "Record it",
        if: `${isMirror} && ${isNew}`,
        uses: actions.uploadArtifact,
        with: { name: expression("steps.record.outputs.name"), path: `${expression("runner.temp")}/record/digests`, "if-no-files-found": "error", "retention-days": RECORD_DAYS },
      },
      { name: "Tag", if: `${isMirror} && ${isNew}`, env: digests, run: TAG_BOTH },
      { name: "Show the result", id: "result", env: digests, run: SHOW_RESULT },
    ],
  };
}

/** What both builds of the job are given. */
const buildInputs: StepInputs = {
  context: expression("inputs.context"),
  platforms: `linux/${expression("inputs.architecture")}`,
  "build-contexts": filledContexts("inputs.build-contexts"),
  // The compiler cache has roles of its own: main's writes it, a pull request's reads it.
  "secret-envs": expression("inputs.secret-envs"),
  outputs: `type=image,"name=${variable("ecr-registry")}/${variable("ecr-repository")},${variable("acr-registry")}/${variable("acr-repository")}",push-by-digest=true,name-canonical=true,push=true`,
  "cache-from": `type=registry,ref=${variable("ecr-registry")}/${variable("ecr-cache-repository")}:${expression("inputs.image")}`,
};

/** The contract's arguments and the images of the commit that it is made of. */
const ARGUMENTS = `format('{0}{1}', ${filledArguments("inputs.build-args")}, inputs.parents)`;

/** The image that tests run in, where it is not the one that is published: of the same Dockerfile, or of one that is made of the published image. */
function testImageStep(condition: string): Step {
  const built = `format('{0}={1}/{2}@{3}', inputs.test-arg, vars.${VARIABLE_NAMES["acr-registry"]}, vars.${VARIABLE_NAMES["acr-repository"]}, steps.build.outputs.digest)`;
  return {
    name: "Build what tests run in",
    id: "test-image",
    if: condition,
    uses: actions.buildPush,
    with: {
      ...buildInputs,
      file: expression("inputs.test-dockerfile"),
      target: expression("inputs.test-target"),
      "build-args": expression(`inputs.test-arg != '' && ${built} || ${ARGUMENTS}`),
      // What nothing asks for is not handed out.
      "secret-envs": expression("inputs.test-arg == '' && inputs.secret-envs || ''"),
      provenance: false,
    },
    env: { ...noBuildRecords, ...secretEnvironment },
  };
}

function buildStep(isMain: string, isPublished: string, condition: string): Step {
  return {
    name: "Build and push by digest",
    id: "build",
    if: condition,
    uses: actions.buildPush,
    with: {
      ...buildInputs,
      file: expression("inputs.dockerfile"),
      target: expression("inputs.target"),
      "build-args": expression(ARGUMENTS),
      // A label says what its pusher wants it to: nothing reads one before the image's digest is known to be ours.
      labels: `org.opencontainers.image.revision=${expression("github.sha")}\n${TITLE_LABEL}=${expression("inputs.image")}\n`,
      "cache-to": expression(`${isMain} && ${cacheReference("inputs.image")} || ''`),
      provenance: expression(`${isPublished} && 'mode=max' || 'false'`),
      sbom: expression(isPublished),
    },
    env: { ...noBuildRecords, ...secretEnvironment },
  };
}

/** Runs on the architecture's tester, inside the image itself: the cluster's nodes may pull from ACR, so no login is needed. */
function testJob({ pipeline }: RenderContext): StepsJob {
  const collectOnly = "matrix.collect-only";
  return {
    name: expression("matrix.suite"),
    needs: ["build"],
    if: "inputs.tests != '[]'",
    "runs-on": expression("matrix.runner"),
    environment: expression("inputs.environment"),
    permissions: { contents: "read" },
    "timeout-minutes": expression("matrix.timeout-minutes"),
    strategy: { "fail-fast": false, matrix: { include: expression("fromJSON(inputs.tests)") } },
    container: {
      image: {
        value: expression("inputs.test-target == '' && needs.build.outputs.reference || needs.build.outputs.test-reference"),
        note: "zizmor: ignore[unpinned-images] a digest that the build pushed",
      },
      options: expression("matrix.options"),
    },
    ...servicesOf(pipeline),
    steps: [
      { name: "Set the environment", env: { TEST_ENVIRONMENT: expression("matrix.environment") }, run: SET_ENVIRONMENT },
      checkout,
      {
        name: "Look at the pod",
        if: `${collectOnly} == ''`,
        env: { WANTED_USER: expression("matrix.user"), SHARED_MEMORY_GIB: expression("matrix.shared-memory-gib"), MEMLOCK: expression("matrix.memlock") },
        run: CHECK_POD,
      },
      { name: "Wait for the services", if: "matrix.ready != ''", env: { READY: expression("matrix.ready") }, run: WAIT_FOR_SERVICES },
      { name: "Look at the image", if: "matrix.sanity != ''", env: { SANITY: expression("matrix.sanity") }, run: SANITY, "working-directory": expression("matrix.sanity-directory") },
      {
        name: "Test",
        env: {
          SUITE: expression("matrix.suite"),
          MARKERS: expression("matrix.markers"),
          FRAMEWORK: expression("inputs.subject"),
          IMAGE: expression("inputs.image"),
          COLLECT_ONLY: expression(collectOnly),
          SHARD: expression("matrix.shard"),
          DURATIONS: pipeline.testPlacement.durations,
          WORKERS: expression("matrix.workers"),
          [TEST_SECRET]: expression(`secrets.${TEST_SECRET}`),
        },
        run: RUN_TESTS,
        "working-directory": expression("matrix.directory"),
      },
      {
        name: "Keep the report",
        if: `!cancelled() && ${collectOnly} == ''`,
        uses: actions.uploadArtifact,
        with: {
          name: expression("format('{0}-{1}-{2}', inputs.image, matrix.suite, github.run_attempt)"),
          path: `reports/${expression("matrix.suite")}.xml`,
          "if-no-files-found": "ignore",
          "retention-days": 7,
        },
      },
    ],
  };
}

/** The services that some suite reaches. Which of them start is the leg's to say: one with an empty image does not. */
function servicesOf({ testServices }: Pipeline): Pick<StepsJob, "services"> {
  if (testServices.length === 0) return {};
  const service = ({ id, image, environment }: Pipeline["testServices"][number]): [string, { image: ServiceImage; env: Environment }] => [
    id,
    { image: { value: expression(`contains(matrix.services, ${literal(id)}) && ${literal(image)} || ''`), note: "zizmor: ignore[unpinned-images] config asks for a digest" }, env: environment },
  ];
  return { services: Object.fromEntries(testServices.map(service)) };
}

type ServiceImage = NonNullable<StepsJob["services"]>[string]["image"];
