/** The reusable workflow of an image of main: build and test as for a pull request, then sign it and move the tag. */
import { WORKFLOWS } from "../../pipeline/workflow-files";
import { actions } from "../actions";
import { imageRepositories, registryLogins, checkoutPrograms, variable } from "../steps";
import { expression, type CallInput, type CallJob, type Step, type StepsJob, type Workflow } from "../syntax";
import { runnerLabel, type RenderContext } from "./context";
import { IMAGE_FILE, imageInputs, TITLE_LABEL } from "./image";
import { TEST_SECRET } from "./secrets";

export const IMAGE_PUBLISH_FILE = WORKFLOWS.imagePublish.file;

const PUBLISH_INPUTS = {
  movable: { description: "Whether the tag moves from commit to commit", type: "boolean", required: true },
} as const satisfies Record<string, CallInput>;

/** Who issues the certificates that attestations are signed with (docs.github.com, "Artifact attestations"). */
export const ISSUER = "https://token.actions.githubusercontent.com";

/** Ends a script that verifies attestations, where the machine has no GitHub CLI. */
export const REQUIRE_GH = `if ! command -v gh >/dev/null; then
  echo "::error::This machine has no GitHub CLI, which verifies attestations. GitHub's hosted machines have it."
  exit 1
fi
`;

/**
 * Whoever may push an image may push it under any tag and with any label, so neither says whose an image is. What is already there under the tag counts
 * as ours only where a run of this file on this very ref attested its digest: the certificate names file, ref and commit, and only GitHub writes it.
 * The ref is asked for beside the file, as a branch's workflow may call the file of main. Sources: cli.github.com, `gh attestation verify`;
 * docs.github.com, "Using artifact attestations and reusable workflows to achieve SLSA v1 Build Level 3".
 *
 * A tag that names a commit stays with the first image that was attested for the commit. A tag that moves goes forward only: runs of two merges may end
 * in either order. Everything else is put right and fails the job: somebody else pushed there, and people have to hear of it.
 *
 * Without `--prefer-index=false` a single manifest gets an index around it, and with that another digest (docker/buildx, util/imagetools/create.go).
 */
const PUBLISH = `${REQUIRE_GH}failed=0
# Prints the digest of a tag, or nothing where there is no such tag.
digest_of() {
  local answer
  if answer="$(docker buildx imagetools inspect "$1" --format '{{json .Manifest.Digest}}' 2>&1)"; then
    grep --extended-regexp --only-matching 'sha256:[0-9a-f]{64}' <<<"\${answer}"
  elif [[ "\${answer}" != *"not found"* ]]; then
    echo "::error::\${answer}" >&2
    return 1
  fi
}
# Prints the commits for which this file attested an image on this ref, one a line. Its label counts once its digest does: the run that built it wrote
# it, and an image of ours under the name of another one is not the one that is meant.
attested() {
  local commits title
  commits="$(gh attestation verify "oci://$1" --repo "\${GITHUB_REPOSITORY}" --cert-identity "\${SIGNER}" --cert-oidc-issuer "\${ISSUER}" --source-ref "\${GITHUB_REF}" \\
    --format json --jq '.[].verificationResult.signature.certificate.sourceRepositoryDigest')" || return 0
  title="$(docker buildx imagetools inspect "$1" --format '{{json .Image}}' | jq --raw-output 'first(.. | objects | .["${TITLE_LABEL}"]? // empty)')"
  if [[ "\${title}" == "\${IMAGE}" ]]; then printf '%s\\n' "\${commits}"; fi
}
# Whether one of the commits is newer than this run's.
is_newer() {
  local commit status
  while read -r commit; do
    if [[ -z "\${commit}" || "\${commit}" == "\${GITHUB_SHA}" ]]; then continue; fi
    status="$(gh api "repos/\${GITHUB_REPOSITORY}/compare/\${GITHUB_SHA}...\${commit}" --jq .status)" || exit 1
    if [[ "\${status}" == "ahead" ]]; then return 0; fi
  done <<<"$1"
  return 1
}
put() {
  local image="$1" current commits
  current="$(digest_of "\${image}:\${TAG}")"
  if [[ "\${current}" == "\${DIGEST}" ]]; then return; fi
  if [[ -n "\${current}" ]]; then
    commits="$(attested "\${image}@\${current}")"
    if [[ "\${MOVABLE}" == "true" ]]; then
      if is_newer "\${commits}"; then
        echo "::notice::\${image}:\${TAG} is of a newer commit and stays there."
        return
      fi
    elif grep --quiet --line-regexp --fixed-strings "\${GITHUB_SHA}" <<<"\${commits}"; then
      echo "::notice::\${image}:\${TAG} is the first image of this commit and stays."
      return
    fi
    if [[ -z "\${commits}" || "\${MOVABLE}" != "true" ]]; then
      echo "::error title=An image that is not ours::\${image}:\${TAG} was \${current}, which \${SIGNER} did not attest for it. Find out who pushed it. The tag is put right where the registry lets it move; else delete it there. Then run this job again."
      failed=1
    fi
  fi
  if ! docker buildx imagetools create --tag "\${image}:\${TAG}" --prefer-index=false "\${image}@\${DIGEST}"; then
    failed=1
  else
    echo "\\\`\${image}:\${TAG}\\\` is \\\`\${DIGEST}\\\`." >>"\${GITHUB_STEP_SUMMARY}"
  fi
}
put "\${ACR_IMAGE}"
put "\${ECR_IMAGE}"
exit "\${failed}"
`;

/** The whole file. */
export function imagePublishWorkflow(context: RenderContext): Workflow {
  return {
    name: WORKFLOWS.imagePublish.name,
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
    permissions: { actions: "read", contents: "read", "id-token": "write" },
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
      // Each copy by its own name: who pulls from a registry finds the attestation beside the image.
      attest("ECR", `${variable("ecr-registry")}/${variable("ecr-repository")}`),
      attest("ACR", `${variable("acr-registry")}/${variable("acr-repository")}`),
      {
        name: "Tag",
        env: {
          IMAGE: expression("inputs.image"),
          TAG: expression("inputs.tag"),
          MOVABLE: expression("inputs.movable"),
          DIGEST: expression("needs.image.outputs.digest"),
          GH_TOKEN: expression("github.token"),
          ISSUER,
          SIGNER: publisherOf("github.ref"),
          ...imageRepositories,
        },
        run: PUBLISH,
      },
    ],
  };
}

function attest(registry: string, image: string): Step {
  return {
    name: `Attest the copy in ${registry}`,
    uses: actions.attest,
    with: { "subject-name": image, "subject-digest": expression("needs.image.outputs.digest"), "push-to-registry": true },
  };
}

/** The identity in the certificate of what this file attests. @param ref an expression that gives the full ref */
export function publisherOf(ref: string): string {
  return expression(`format('{0}/{1}/.github/workflows/${IMAGE_PUBLISH_FILE}@{2}', github.server_url, github.repository, ${ref})`);
}
