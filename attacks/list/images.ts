/** Attacks on images: what is pushed under a name that others trust. */
import { parse } from "yaml";
import { got, refused, type Attack } from "../attack";
import { mayDo, roleOf } from "../judges/permissions";
import { runScript, scriptOf, type Ran } from "../script";
import type { Stage } from "../stage";

const repositories = (stage: Stage): string[] => stage.ofType("aws:ecr/repository:Repository").map(({ name }) => String(name));
const arnOf = (name: string): string => `arn:aws:ecr:us-west-2:111122223333:repository/${name}`;

/** The repository of main's images: the one whose name the others go on from. */
function images(stage: Stage): string {
  const [shortest] = repositories(stage).sort((one, other) => one.length - other.length);
  if (shortest === undefined) throw new Error("the stack has no ECR repository");
  return shortest;
}

/** Whether the identity of pull requests may push where main's images are: neither ECR nor ACR limits a push by tag. */
const shared = (stage: Stage): boolean => mayDo(roleOf(stage, "pull-request-images"), "ecr:PutImage", arnOf(images(stage)));
const apart = (stage: Stage): boolean => !shared(stage);

const DIGEST = `sha256:${"1".repeat(64)}`;
const PUSHED = `sha256:${"2".repeat(64)}`;
const COMMIT = "a".repeat(40);

/** What somebody put under a tag. */
interface Pushed {
  /** Every label of the image: its pusher wrote them. */
  readonly label: string;
  /** Commits for which main's file attested the digest on main: the output of `gh attestation verify`, which fails where there are none. */
  readonly attestedFor: readonly string[];
}

/** The delivered script that tags an image of main, where the tag is there already. */
function tagged(stage: Stage, movable: boolean, { label, attestedFor }: Pushed): Ran {
  const environment = { IMAGE: "vllm-amd64", TAG: "main-vllm-amd64", MOVABLE: String(movable), DIGEST, ECR_IMAGE: "ecr/images", ACR_IMAGE: "acr/images", GITHUB_SHA: COMMIT, GITHUB_REF: "refs/heads/main", GITHUB_REPOSITORY: "o/r", GITHUB_API_URL: "http://127.0.0.1:9", GITHUB_TOKEN: "t", SIGNER: "https://s", ISSUER: "https://i" };
  const image = JSON.stringify({ config: { Labels: { "org.opencontainers.image.revision": label, "org.opencontainers.image.title": label } } });
  return runScript(scriptOf(stage, "image-publish.yml", "publish", "Tag"), environment, {
    docker: `case "$*" in *" inspect "*Digest*) echo '"${PUSHED}"' ;; *" inspect "*) echo '${image}' ;; esac`,
    curl: `cat >/dev/null; echo '{"status":"ahead"}'`,
    gh: `if [[ "$1" == api ]]; then echo ahead; else ${attestedFor.length === 0 ? "exit 1" : `printf '%s\\n' ${attestedFor.join(" ")}`}; fi`,
  });
}

const tags = ({ calls }: Ran): readonly string[] => calls.filter((call) => call.includes("imagetools create"));

/** Whether the run takes what it finds for its own: it changes nothing and ends well. */
const believes = (ran: Ran): boolean => ran.status === 0 && tags(ran).length === 0;

/** The delivered script that looks for an image of a pull request's commit, where another one's identity pushed first. */
function found(stage: Stage, records: readonly object[]): Ran {
  const environment = { TAG: `${COMMIT}-vllm-amd64`, TEST_TARGET: "", ECR_IMAGE: "ecr/images", GITHUB_SHA: COMMIT, GITHUB_REF_NAME: "pull-request/9", GITHUB_REPOSITORY: "o/r", GITHUB_REPOSITORY_ID: "1", GITHUB_API_URL: "http://127.0.0.1:9", GITHUB_TOKEN: "t" };
  const answer = JSON.stringify({ artifacts: records.map((workflow_run) => ({ workflow_run })) });
  return runScript(scriptOf(stage, "image.yml", "build", "Look for this commit's image"), environment, { docker: `echo '"${PUSHED}"'`, curl: `cat >/dev/null; echo '${answer}'` });
}

const PUBLISH_FILE = ".github/workflows/image-publish.yml";
const DEPLOYMENT_FILE = ".github/workflows/deployment-test.yml";

/** The delivered script that runs before a deployment. @param gh bash of the stand-in for GitHub's command line */
function verified(stage: Stage, gh: string, image = `acr.example/images@${DIGEST}`): Ran {
  const environment = { IMAGE: image, OPERATOR: `acr.example/operator@${DIGEST}`, REGISTRY: "acr.example", GITHUB_SHA: COMMIT, GITHUB_REF: "refs/heads/main", GITHUB_REPOSITORY: "o/r", SIGNER: "https://s", ISSUER: "https://i" };
  return runScript(scriptOf(stage, "deployment-test.yml", "verify", "Verify the images"), environment, { gh });
}
const VERIFIES = "policy `images-verified`; test/workflows/image-scripts";

export const imageAttacks: readonly Attack[] = [
  {
    id: "commit-tag-replaced",
    who: "pull request",
    does: "Pushes another image under a commit's tag that was pushed before.",
    stops: "ECR lets no tag move but those with a movable prefix.",
    proof: "policy `ecr-tags-immutable`",
    remains: "ACR has no such rule for tags: what matters is taken by digest.",
    attempt: (stage) => {
      const found = stage.ofType("aws:ecr/repository:Repository").find(({ name }) => name === images(stage));
      const mutability = String(found?.["imageTagMutability"]);
      const filters = ((found?.["imageTagMutabilityExclusionFilters"] ?? []) as { filter: string }[]).map(({ filter }) => filter);
      const tag = `${"a".repeat(40)}-vllm-amd64`;
      const moves = !mutability.startsWith("IMMUTABLE") || filters.some((filter) => new RegExp(`^${filter.replaceAll("*", ".*")}$`).test(tag));
      return moves ? got(`${tag} may move: ${mutability} ${filters.join(", ")}`) : refused(`ECR: ${mutability}, but for ${filters.join(", ")}`);
    },
    opened: (stage) => stage.having("Repository registries-images", "imageTagMutability", "MUTABLE"),
  },
  {
    id: "main-tag-pushed",
    who: "pull request",
    does: "Pushes its own image as `main-vllm-amd64`, for somebody outside of this system who pulls by that tag and verifies nothing.",
    stops: "Nothing where pull requests push into main's repository: neither ECR nor ACR limits a push by tag. Nothing of this system takes the tag for main's: runs hand digests on, and main's next run puts the tag right and fails.",
    proof: "none; `pullRequestImages: isolated` parts the two",
    remains: "With `isolated`, nothing.",
    notHeld: {
      consequence: "Until main's next run a movable tag may be a vetted pull request's image. Whoever pulls by it has to verify the attestation, as the delivered README shows.",
      why: "The description of this system shares one repository; `gpu-cicd:registries.pullRequestImages: isolated` is the one line that ends it.",
      heldBy: apart,
    },
    attempt: (stage) => (shared(stage) ? got(`ecr:PutImage on ${arnOf(images(stage))}`) : refused(`IAM: pull-request-images may not push to ${arnOf(images(stage))}`)),
  },
  {
    id: "tag-labelled-newer",
    who: "pull request",
    does: "Pushes its image as `main-vllm-amd64` with a label that names a commit of main's future, so that main's runs leave the tag alone.",
    stops: "The run asks who attested the digest that stands under the tag, and never a label; what main did not attest is replaced, and the job fails.",
    proof: VERIFIES,
    remains: "Until that run the tag is the pull request's: see `main-tag-pushed`.",
    attempt: (stage) => (believes(tagged(stage, true, { label: "b".repeat(40), attestedFor: [] })) ? got("the run leaves the tag where it is and ends well") : refused("the run puts the tag right and fails")),
    opened: (stage) => stage.editing(PUBLISH_FILE, (text) => text.replace(/if is_newer .*; then/, "if true; then")),
  },
  {
    id: "release-tag-taken",
    who: "pull request",
    does: "Pushes its image under the tag that a release's or another commit's run will want, before that run.",
    stops: "The run takes what stands there only where its own file attested the digest for this commit on this ref; else it fails.",
    proof: VERIFIES,
    remains: "Nobody can push that tag until it is deleted in ECR: `isolated` ends that, too.",
    attempt: (stage) => (believes(tagged(stage, false, { label: COMMIT, attestedFor: [] })) ? got("the run says that the tag is there and ends well") : refused("the run fails")),
    opened: (stage) => stage.editing(PUBLISH_FILE, (text) => text.replace(/elif grep .*; then/, "else")),
  },
  {
    id: "tag-of-another-image",
    who: "pull request",
    does: "Puts one of main's own attested images, of another framework, under a tag that a run will want.",
    stops: "Once a digest is known to be main's, its own label says which image it is; another one's name does not pass.",
    proof: VERIFIES,
    remains: "nothing",
    attempt: (stage) => {
      const [moving, fixed] = [tagged(stage, true, { label: "sglang-amd64", attestedFor: ["b".repeat(40)] }), tagged(stage, false, { label: "sglang-amd64", attestedFor: [COMMIT] })];
      return believes(moving) || believes(fixed) ? got("the run takes one framework's image for another's") : refused("the run fails");
    },
    opened: (stage) => stage.editing(PUBLISH_FILE, (text) => text.replace(/if \[\[ "\$\{title\}" == "\$\{IMAGE\}" \]\]; then/, "if true; then")),
  },
  {
    id: "attested-from-a-branch",
    who: "writer",
    does: "Calls main's publishing workflow from a workflow on a branch of his own, so that the signature of his image names main's file.",
    stops: "Environments admit no such branch, and a verification asks for the ref of the run beside the file that signed.",
    proof: "policies `images-verified`, `environments-limited`; test/workflows/image-scripts",
    remains: "A verification of somebody else's that looks only at the file: the delivered README names the ref.",
    attempt: (stage) => {
      const asked = tagged(stage, true, { label: "vllm-amd64", attestedFor: [] }).calls.filter((call) => call.startsWith("gh attestation verify"));
      if (asked.length === 0) throw new Error("the script verifies nothing");
      const open = asked.filter((call) => !/--source-ref refs\/heads\/main( |$)/.test(call) || !/--cert-identity https:\/\/s( |$)/.test(call));
      return open.length > 0 ? got("a run of any ref that calls main's file is taken for main's") : refused("the signature has to be of a run on refs/heads/main");
    },
    opened: (stage) => stage.editing(PUBLISH_FILE, (text) => text.replace(' --source-ref "${GITHUB_REF}"', "")),
  },
  {
    id: "commit-tag-taken",
    who: "pull request",
    does: "Pushes its image under the tag of another pull request's commit, before that one's mirror runs: its tests would be of the wrong image.",
    stops: "A mirror's run takes an image that is there only where a run of the same branch at the same commit recorded the digest.",
    proof: VERIFIES,
    remains: "The run fails until the tag is deleted, or another commit is pushed.",
    attempt: (stage) => {
      const others = [[], [{ head_sha: COMMIT, head_branch: "pull-request/8", head_repository_id: 1 }], [{ head_sha: COMMIT, head_branch: "pull-request/9", head_repository_id: 2 }]];
      const taken = others.filter((records) => found(stage, records).status === 0);
      if (found(stage, [{ head_sha: COMMIT, head_branch: "pull-request/9", head_repository_id: 1 }]).status !== 0) throw new Error("the run does not take its own image either");
      return taken.length > 0 ? got("the run tests another one's image as its own") : refused("the run fails: nobody recorded that digest for this branch and commit");
    },
    opened: (stage) => stage.editing(".github/workflows/image.yml", (text) => text.replace("(( records == 0 ))", "(( records < 0 ))")),
  },
  {
    id: "copy-without-attestation",
    who: "pull request",
    does: "Puts another image into ACR, from where deployments pull: what would tell it apart is attested only in ECR.",
    stops: "Each copy is attested by its own name, beside the image.",
    proof: "policy `images-verified`",
    remains: "Whoever pulls by a tag has to verify it.",
    attempt: (stage) => {
      const attested = [...stage.file(PUBLISH_FILE).matchAll(/subject-name: (.*)/g)].map(([, name]) => name ?? "");
      if (attested.length === 0) throw new Error("image-publish.yml attests nothing");
      return attested.some((name) => name.includes("ACR")) ? refused("the copy in ACR is attested") : got(`attested is only ${attested.join(", ")}`);
    },
    opened: (stage) => stage.editing(PUBLISH_FILE, (text) => text.replace(/subject-name: .*ACR.*/, "subject-name: ${{ vars.ECR_REGISTRY }}/x")),
  },
  {
    id: "deployed-unverified",
    who: "pull request",
    does: "Gets an image deployed that main did not build, by what a job hands on.",
    stops: "Nothing is deployed before a job has verified who attested both images: main's publishing file, on this ref, for this commit.",
    proof: "test/workflows/deployment-scripts",
    remains: "The cluster itself admits any image of our registries.",
    attempt: (stage) => {
      const { jobs } = parse(stage.file(DEPLOYMENT_FILE)) as { jobs: Record<string, { needs?: string | readonly string[]; if?: string }> };
      if (![jobs["deploy"]?.needs ?? []].flat().includes("verify") || jobs["deploy"]?.if !== undefined) return got("the deployment does not wait for the verification");
      if (verified(stage, "exit 0").status !== 0) throw new Error("an image of main's is not deployed either");
      const strangers = [verified(stage, "exit 1"), verified(stage, "exit 0", `stranger.example/images@${DIGEST}`), verified(stage, "exit 0", "acr.example/images:latest")];
      return strangers.some(({ status }) => status === 0) ? got("an image is deployed that nobody attested") : refused("the verification fails, and nothing is deployed");
    },
    opened: (stage) => stage.editing(DEPLOYMENT_FILE, (text) => text.replace("! gh attestation verify", "! true")),
  },
];
