/** The reusable workflow of an image of main: build and test as for a pull request, then sign it and move the tag. */
import { actions } from "../actions";
import { imageRepositories, registryLogins, checkoutPrograms, variable } from "../steps";
import { expression, type CallInput, type CallJob, type StepsJob, type Workflow } from "../syntax";
import { runnerLabel, type RenderContext } from "./context";
import { IMAGE_FILE, imageInputs } from "./image";
import { TEST_SECRET } from "./secrets";

export const IMAGE_PUBLISH_FILE = "image-publish.yml";

const PUBLISH_INPUTS = {
  movable: { description: "Whether the tag moves from commit to commit", type: "boolean", required: true },
} as const satisfies Record<string, CallInput>;

/**
 * A tag that names a commit stays with its first image. A tag that moves goes forward only: runs of two merges may end in either order, and
 * the older one must not take the tag back. The image's own label says which commit it was built from.
 */
const PUBLISH = `current="$(docker buildx imagetools inspect "\${ECR_IMAGE}:\${TAG}" --format '{{json .Image}}' 2>/dev/null || true)"
if [[ -n "\${current}" && "\${MOVABLE}" != "true" ]]; then
  echo "::notice::\${TAG} is there already, and its registry does not let it move."
  exit 0
fi
revision="$(jq --raw-output 'first(.. | objects | .["org.opencontainers.image.revision"]? // empty)' <<<"\${current:-null}")"
if [[ -n "\${revision}" && "\${revision}" != "\${GITHUB_SHA}" ]]; then
  status="$(curl --fail --silent --show-error --header @- "\${GITHUB_API_URL}/repos/\${GITHUB_REPOSITORY}/compare/\${GITHUB_SHA}...\${revision}" <<<"Authorization: Bearer \${GITHUB_TOKEN}" | jq --raw-output .status)"
  if [[ "\${status}" == "ahead" ]]; then
    echo "::notice::\${TAG} is at the newer commit \${revision} and stays there."
    exit 0
  fi
fi
docker buildx imagetools create --tag "\${ACR_IMAGE}:\${TAG}" "\${ACR_IMAGE}@\${DIGEST}"
docker buildx imagetools create --tag "\${ECR_IMAGE}:\${TAG}" "\${ECR_IMAGE}@\${DIGEST}"
echo "\\\`\${TAG}\\\` is \\\`\${DIGEST}\\\` in both registries." >>"\${GITHUB_STEP_SUMMARY}"
`;

/** The whole file. */
export function imagePublishWorkflow(context: RenderContext): Workflow {
  return {
    name: "Image, published",
    on: {
      workflow_call: {
        inputs: { ...imageInputs, ...PUBLISH_INPUTS },
        secrets: { [TEST_SECRET]: { description: "Token of the model hub, for tests; the environment holds it", required: false } },
        outputs: {
          digest: { description: "Digest of the image", value: expression("jobs.image.outputs.digest") },
          reference: { description: "The image in ACR, by digest", value: expression("jobs.image.outputs.reference") },
        },
      },
    },
    permissions: {},
    defaults: { run: { shell: "bash" } },
    jobs: { image: imageCall(), publish: publishJob(context) },
  };
}

function imageCall(): CallJob {
  return {
    name: "image",
    permissions: { contents: "read", "id-token": "write" },
    uses: `./.github/workflows/${IMAGE_FILE}`,
    with: Object.fromEntries(Object.keys(imageInputs).map((input) => [input, expression(`inputs.${input}`)])),
    secrets: { [TEST_SECRET]: expression(`secrets.${TEST_SECRET}`) },
  };
}

function publishJob({ pipeline }: RenderContext): StepsJob {
  return {
    name: "publish",
    needs: ["image"],
    "runs-on": runnerLabel(pipeline, pipeline.defaultRunner),
    environment: expression("inputs.environment"),
    permissions: { contents: "read", "id-token": "write", attestations: "write", "artifact-metadata": "write" },
    "timeout-minutes": 20,
    steps: [
      checkoutPrograms,
      ...registryLogins,
      {
        name: "Attest where it comes from",
        uses: actions.attest,
        with: {
          "subject-name": `${variable("ecr-registry")}/${variable("ecr-repository")}`,
          "subject-digest": expression("needs.image.outputs.digest"),
          "push-to-registry": true,
        },
      },
      {
        name: "Tag",
        env: {
          TAG: expression("inputs.tag"),
          MOVABLE: expression("inputs.movable"),
          DIGEST: expression("needs.image.outputs.digest"),
          GITHUB_TOKEN: expression("github.token"),
          ...imageRepositories,
        },
        run: PUBLISH,
      },
    ],
  };
}
