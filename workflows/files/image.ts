/** The reusable workflow of one image: build it, push it by digest to both registries, test exactly that digest. */
import { actions } from "../actions";
import { checkout, imageRepositories, registryLogins, variable } from "../steps";
import { expression, type CallInput, type Step, type StepsJob, type Workflow } from "../syntax";
import { environmentFor, type RenderContext } from "./context";
import { noBuildRecords } from "./core";
import { COMPILER_CACHE_PREFIX, VARIABLE_NAMES } from "../variables";
import { TEST_SECRET } from "./secrets";

export const IMAGE_FILE = "image.yml";

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
  cuda: { description: "CUDA version; empty for images without CUDA", type: "string", required: true },
  "timeout-minutes": { description: "Minutes until the build is given up", type: "number", required: true },
  tag: { description: "Full tag of the image", type: "string", required: true },
  tests: { description: "Test suites of the image, JSON", type: "string", required: true },
} as const satisfies Record<string, CallInput>;

/** Says whether this commit's image is there already: then a run that is started again tests it instead of building another one. */
const FIND_EXISTING = `digest=""
if found="$(docker buildx imagetools inspect "\${ECR_IMAGE}:\${TAG}" --format '{{json .Manifest.Digest}}' 2>/dev/null)"; then
  digest="$(jq --raw-output . <<<"\${found}")"
  echo "::notice::\${TAG} was built before from this commit; its image is tested again."
fi
echo "digest=\${digest}" >>"\${GITHUB_OUTPUT}"
`;

/** ECR last: a tag that is in ECR is in both. */
const TAG_BOTH = `docker buildx imagetools create --tag "\${ACR_IMAGE}:\${TAG}" "\${ACR_IMAGE}@\${DIGEST}"
docker buildx imagetools create --tag "\${ECR_IMAGE}:\${TAG}" "\${ECR_IMAGE}@\${DIGEST}"
`;

const SHOW_RESULT = `echo "digest=\${DIGEST}" >>"\${GITHUB_OUTPUT}"
echo "reference=\${ACR_IMAGE}@\${DIGEST}" >>"\${GITHUB_OUTPUT}"
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
if [[ -n "\${COLLECT_ONLY}" ]]; then
  echo "::notice::Collected and not run: \${COLLECT_ONLY}"
  arguments+=(--collect-only --quiet)
else
  arguments+=(--junitxml="reports/\${SUITE}.xml")
fi
code=0
python3 -m pytest "\${arguments[@]}" || code=$?
if [[ "\${code}" == 5 ]]; then
  echo "::error::No test of suite \${SUITE} fits '\${markers}' in \${IMAGE}: a suite without tests does not pass for one that ran."
fi
exit "\${code}"
`;

/** The whole file. */
export function imageWorkflow(context: RenderContext): Workflow {
  return {
    name: "Image",
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
    jobs: { build: buildJob(context), test: testJob() },
  };
}

function buildJob({ pipeline }: RenderContext): StepsJob {
  const main = environmentFor(pipeline, "main-images").name;
  const mirror = environmentFor(pipeline, "pull-request-images").name;
  const isMirror = `inputs.environment == '${mirror}'`;
  const isNew = "steps.existing.outputs.digest == ''";
  const digest = expression("steps.existing.outputs.digest || steps.build.outputs.digest");
  return {
    name: "build",
    "runs-on": expression("inputs.runner"),
    environment: expression("inputs.environment"),
    permissions: { contents: "read", "id-token": "write" },
    "timeout-minutes": expression("inputs.timeout-minutes"),
    outputs: { digest: expression("steps.result.outputs.digest"), reference: expression("steps.result.outputs.reference") },
    env: { IMAGE: expression("inputs.image"), TAG: expression("inputs.tag"), ...imageRepositories },
    steps: [
      checkout,
      ...registryLogins,
      { name: "Look for this commit's image", id: "existing", if: isMirror, run: FIND_EXISTING },
      { name: "Set up Buildx", if: isNew, uses: actions.setupBuildx },
      buildStep(main, isNew),
      { name: "Tag", if: `${isMirror} && ${isNew}`, env: { DIGEST: digest }, run: TAG_BOTH },
      { name: "Show the result", id: "result", env: { DIGEST: digest }, run: SHOW_RESULT },
    ],
  };
}

function buildStep(mainEnvironment: string, condition: string): Step {
  const isMain = `inputs.environment == '${mainEnvironment}'`;
  const cache = `type=registry,ref=${variable("ecr-registry")}/${variable("ecr-cache-repository")}:${expression("inputs.image")}`;
  const cacheReference = `format('type=registry,ref={0}/{1}:{2},mode=max,image-manifest=true,oci-mediatypes=true', vars.${VARIABLE_NAMES["ecr-registry"]}, vars.${VARIABLE_NAMES["ecr-cache-repository"]}, inputs.image)`;
  return {
    name: "Build and push by digest",
    id: "build",
    if: condition,
    uses: actions.buildPush,
    with: {
      context: expression("inputs.context"),
      file: expression("inputs.dockerfile"),
      target: expression("inputs.target"),
      platforms: `linux/${expression("inputs.architecture")}`,
      "build-args": [
        `FRAMEWORK=${expression("inputs.subject")}`,
        `CUDA_VERSION=${expression("inputs.cuda")}`,
        `SCCACHE_BUCKET=${variable("sccache-bucket")}`,
        `SCCACHE_REGION=${variable("aws-region")}`,
        `SCCACHE_S3_KEY_PREFIX=${COMPILER_CACHE_PREFIX}`,
        "",
      ].join("\n"),
      // The publishing job reads the commit back from the image.
      labels: `org.opencontainers.image.revision=${expression("github.sha")}\n`,
      // The compiler cache logs in as the job's role: main's writes it, a pull request's reads it.
      "secret-envs": ["aws_access_key_id=AWS_ACCESS_KEY_ID", "aws_secret_access_key=AWS_SECRET_ACCESS_KEY", "aws_session_token=AWS_SESSION_TOKEN", ""].join("\n"),
      outputs: `type=image,"name=${variable("ecr-registry")}/${variable("ecr-repository")},${variable("acr-registry")}/${variable("acr-repository")}",push-by-digest=true,name-canonical=true,push=true`,
      "cache-from": cache,
      "cache-to": expression(`${isMain} && ${cacheReference} || ''`),
      provenance: expression(`${isMain} && 'mode=max' || 'false'`),
      sbom: expression(isMain),
    },
    env: noBuildRecords,
  };
}

/** Runs on the architecture's tester, inside the image itself: the cluster's nodes may pull from ACR, so no login is needed. */
function testJob(): StepsJob {
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
    container: { image: { value: expression("needs.build.outputs.reference"), note: "zizmor: ignore[unpinned-images] a digest that the build pushed" } },
    steps: [
      checkout,
      {
        name: "Test",
        env: {
          SUITE: expression("matrix.suite"),
          MARKERS: expression("matrix.markers"),
          FRAMEWORK: expression("inputs.subject"),
          IMAGE: expression("inputs.image"),
          COLLECT_ONLY: expression(collectOnly),
          [TEST_SECRET]: expression(`secrets.${TEST_SECRET}`),
        },
        run: RUN_TESTS,
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
