/** The shell scripts by which images are found again, recorded, tagged and published. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { folder, run, script, standIn, type Ran } from "./script-host";
import { workflows } from "./support";

const DIGEST = `sha256:${"d".repeat(64)}`;
const OTHER = `sha256:${"e".repeat(64)}`;

describe("an image", () => {
  const env = { IMAGE: "alpha-amd64", TAG: "abc-alpha-amd64", ECR_IMAGE: "ecr/repo", ACR_IMAGE: "acr/repo", DIGEST };

  const find = { ...env, TEST_TARGET: "", GITHUB_SHA: "abc", GITHUB_REF_NAME: "pull-request/7", GITHUB_REPOSITORY: "o/r", GITHUB_REPOSITORY_ID: "1", GITHUB_API_URL: "http://127.0.0.1:9", GITHUB_TOKEN: "t" };
  const look = script("image.yml", "build", "Look for this commit's image");
  const NOT_FOUND = 'echo "ERROR: $4: not found" >&2; exit 1';
  const ours = { head_sha: "abc", head_branch: "pull-request/7", head_repository_id: 1 };

  /** GitHub's answer to the question who recorded an artifact of a name. */
  function recorded(...runs: readonly object[]): void {
    standIn("curl", `cat >>"${folder}/headers"; echo '${JSON.stringify({ artifacts: runs.map((workflow_run) => ({ workflow_run })) })}'`);
  }

  test("that this branch recorded at this commit is taken as it is", () => {
    standIn("docker", `echo '"${DIGEST}"'`);
    recorded(ours);
    const ran = run(look, find);
    expect(ran).toMatchObject({ status: 0, outputs: `digest=${DIGEST}\ntest-digest=\n` });
    expect(ran.calls).toEqual([
      "docker buildx imagetools inspect ecr/repo:abc-alpha-amd64 --format {{json .Manifest.Digest}}",
      `curl --fail --silent --show-error --header @- http://127.0.0.1:9/repos/o/r/actions/artifacts?name=image-abc-alpha-amd64-${"d".repeat(64)}&per_page=100`,
    ]);
    expect(readFileSync(join(folder, "headers"), "utf8")).toBe("Authorization: Bearer t\n");
  });

  test.each([
    ["nobody", []],
    ["another pull request", [{ ...ours, head_branch: "pull-request/8" }]],
    ["another commit of the branch", [{ ...ours, head_sha: "abd" }]],
    ["a fork whose branch has the name", [{ ...ours, head_repository_id: 2 }]],
    ["a run whose repository is gone", [{ ...ours, head_repository_id: null }]],
  ])("that %s recorded fails the job", (_who, runs) => {
    standIn("docker", `echo '"${DIGEST}"'`);
    recorded(...runs);
    const ran = run(look, find);
    expect(ran).toMatchObject({ status: 1, outputs: "" });
    expect(ran.log).toContain(`ecr/repo:abc-alpha-amd64 is ${DIGEST}, and no run of pull-request/7 at this commit recorded it.`);
  });

  test("that is not there gives no digest", () => {
    standIn("docker", NOT_FOUND);
    expect(run(look, find)).toMatchObject({ status: 0, outputs: "digest=\ntest-digest=\n" });
  });

  test("is not taken for missing where the registry does not answer", () => {
    standIn("docker", 'echo "ERROR: dial tcp: i/o timeout" >&2; exit 1');
    const ran = run(look, find);
    expect(ran.status).not.toBe(0);
    expect(ran.outputs).toBe("");
  });

  test("is taken with the image that its tests run in, which the record names too", () => {
    standIn("docker", `case "$4" in *-test) echo '"${OTHER}"' ;; *) echo '"${DIGEST}"' ;; esac`);
    recorded(ours);
    const ran = run(look, { ...find, TEST_TARGET: "test" });
    expect(ran).toMatchObject({ status: 0, outputs: `digest=${DIGEST}\ntest-digest=${OTHER}\n` });
    expect(ran.calls.at(-1)).toContain(`name=image-abc-alpha-amd64-${"d".repeat(64)}-${"e".repeat(64)}&`);
  });

  test.each([
    ["", `image-abc-alpha-amd64-${"d".repeat(64)}`],
    [OTHER, `image-abc-alpha-amd64-${"d".repeat(64)}-${"e".repeat(64)}`],
  ])("is recorded under the name that is looked for: tests in %p", (test_digest, name) => {
    expect(run(script("image.yml", "build", "Name the record of it"), { ...env, TEST_DIGEST: test_digest })).toMatchObject({ status: 0, outputs: `name=${name}\n` });
  });

  test("is recorded before it is tagged", () => {
    const names = (workflows["image.yml"]?.jobs["build"]?.steps ?? []).map(({ name }) => name);
    expect(names.slice(names.indexOf("Record it"))).toEqual(["Record it", "Tag", "Show the result"]);
  });

  test("is tagged after what its tests run in", () => {
    standIn("docker");
    const calls = run(script("image.yml", "build", "Tag"), { ...env, TEST_DIGEST: OTHER }).calls.map((call) => call.replace("docker buildx imagetools create --tag ", ""));
    const tagged = (image: string, tag: string, digest: string): string => `${image}:${tag} --prefer-index=false ${image}@${digest}`;
    expect(calls).toEqual([
      tagged("acr/repo", "abc-alpha-amd64-test", OTHER),
      tagged("ecr/repo", "abc-alpha-amd64-test", OTHER),
      tagged("acr/repo", "abc-alpha-amd64", DIGEST),
      tagged("ecr/repo", "abc-alpha-amd64", DIGEST),
    ]);
  });

  test("is tagged in ECR last, so that a tag there is in both", () => {
    standIn("docker");
    expect(run(script("image.yml", "build", "Tag"), { ...env, TEST_DIGEST: "" }).calls).toEqual([
      `docker buildx imagetools create --tag acr/repo:abc-alpha-amd64 --prefer-index=false acr/repo@${DIGEST}`,
      `docker buildx imagetools create --tag ecr/repo:abc-alpha-amd64 --prefer-index=false ecr/repo@${DIGEST}`,
    ]);
  });

  test("is handed on by its digest", () => {
    const ran = run(script("image.yml", "build", "Show the result"), env);
    expect(ran.outputs).toBe(`digest=${DIGEST}\nreference=acr/repo@${DIGEST}\n`);
    expect(ran.summary).toContain(`| ECR | \`ecr/repo@${DIGEST}\` |`);
  });
});

describe("publishing", () => {
  const text = script("image-publish.yml", "publish", "Tag");
  const signer = "https://github.com/o/r/.github/workflows/image-publish.yml@refs/heads/trunk";
  const env = { IMAGE: "alpha-amd64", TAG: "trunk-alpha-amd64", MOVABLE: "true", DIGEST, ECR_IMAGE: "ecr/repo", ACR_IMAGE: "acr/repo", GITHUB_SHA: "new", GITHUB_REF: "refs/heads/trunk", GITHUB_REPOSITORY: "o/r", SIGNER: signer, ISSUER: "https://issuer" };
  const FIXED = { ...env, MOVABLE: "false" };
  const put = (image: string): string => `docker buildx imagetools create --tag ${image}:trunk-alpha-amd64 --prefer-index=false ${image}@${DIGEST}`;
  const moved = [put("acr/repo"), put("ecr/repo")];
  const tagged = ({ calls }: Ran): readonly string[] => calls.filter((call) => call.includes("imagetools create"));

  /**
   * Registries in which the tag is, and GitHub, which knows attestations.
   * @param digest what the tag is; undefined for no tag @param title label of the image @param commits for which main attested it, none for not at all
   * @param status how a commit compares with this run's
   */
  function holding(digest: string | undefined, title = "alpha-amd64", commits: readonly string[] = [], status = "ahead"): void {
    const found = digest === undefined ? 'echo "ERROR: $4: not found" >&2; exit 1' : `echo '"${digest}"'`;
    standIn("docker", `case "$*" in *" inspect "*Digest*) ${found} ;; *" inspect "*Image*) echo '{"config":{"Labels":{"org.opencontainers.image.title":"${title}"}}}' ;; esac`);
    standIn("gh", `if [[ "$1" == api ]]; then echo ${status}; else ${commits.length === 0 ? "exit 1" : `printf '%s\\n' ${commits.join(" ")}`}; fi`);
  }

  test("makes a tag that is not there", () => {
    holding(undefined);
    const ran = run(text, env);
    expect(ran.status).toBe(0);
    expect(tagged(ran)).toEqual(moved);
    expect(ran.summary).toContain(`\`ecr/repo:trunk-alpha-amd64\` is \`${DIGEST}\``);
  });

  test("leaves a tag that is there with this digest", () => {
    holding(DIGEST);
    const ran = run(text, env);
    expect(ran).toMatchObject({ status: 0, log: "" });
    expect(tagged(ran)).toEqual([]);
  });

  test("asks who attested by file, issuer, repository and ref", () => {
    holding(OTHER, "alpha-amd64", ["old"], "behind");
    expect(run(text, env).calls.find((call) => call.startsWith("gh attestation"))).toBe(
      `gh attestation verify oci://acr/repo@${OTHER} --repo o/r --cert-identity ${signer} --cert-oidc-issuer https://issuer --source-ref refs/heads/trunk --format json --jq .[].verificationResult.signature.certificate.sourceRepositoryDigest`,
    );
  });

  test("leaves the first image of the commit under a tag that names it", () => {
    holding(OTHER, "alpha-amd64", ["new"]);
    const ran = run(text, FIXED);
    expect(ran.status).toBe(0);
    expect(tagged(ran)).toEqual([]);
    expect(ran.log).toContain("ecr/repo:trunk-alpha-amd64 is the first image of this commit and stays.");
  });

  const foreign: readonly (readonly [string, readonly [digest: string, title?: string, commits?: readonly string[]]])[] = [
    ["that nobody attested", [OTHER]],
    ["that nobody attested, with a label of the commit", [OTHER, "alpha-amd64"]],
    ["of another commit", [OTHER, "alpha-amd64", ["old"]]],
    ["of the commit, but another framework's", [OTHER, "beta-amd64", ["new"]]],
  ];
  test.each(foreign)("puts a fixed tag of an image %s right, and fails", (_what, state) => {
    holding(...state);
    const ran = run(text, FIXED);
    expect(ran.status).toBe(1);
    expect(tagged(ran)).toEqual(moved);
    expect(ran.log).toContain(`ecr/repo:trunk-alpha-amd64 was ${OTHER}, which ${signer} did not attest for it.`);
  });

  test("fails where the registry does not let a foreign tag move", () => {
    standIn("docker", `case "$*" in *" inspect "*Digest*) echo '"${OTHER}"' ;; *create*ecr*) echo "tag is immutable" >&2; exit 1 ;; esac`);
    standIn("gh", "exit 1");
    expect(run(text, FIXED)).toMatchObject({ status: 1, log: expect.stringContaining("tag is immutable") as unknown });
  });

  test.each([
    ["behind", true],
    ["diverged", true],
    ["identical", true],
    ["ahead", false],
  ])("when the commit of a tag that moves is %s, moves it: %s", (status, moves) => {
    holding(OTHER, "alpha-amd64", ["other"], status);
    const ran = run(text, env);
    expect(ran.status).toBe(0);
    expect(tagged(ran)).toEqual(moves ? moved : []);
    expect(ran.calls).toContain("gh api repos/o/r/compare/new...other --jq .status");
  });

  const replaced: typeof foreign = [
    ["that nobody attested, whatever its label says", [OTHER]],
    ["that is another framework's of a newer commit", [OTHER, "beta-amd64", ["other"]]],
  ];
  test.each(replaced)("puts a tag that moves right from an image %s, and fails so that people hear of it", (_what, state) => {
    holding(...state);
    const ran = run(text, env);
    expect(ran.status).toBe(1);
    expect(tagged(ran)).toEqual(moved);
  });

  test("moves nothing where GitHub does not say which commit is newer", () => {
    holding(OTHER, "alpha-amd64", ["other"]);
    standIn("gh", 'if [[ "$1" == api ]]; then exit 1; else echo other; fi');
    const ran = run(text, env);
    expect(ran.status).not.toBe(0);
    expect(tagged(ran)).toEqual([]);
  });

  test("moves nothing where a registry does not answer", () => {
    standIn("docker", 'echo "ERROR: dial tcp: i/o timeout" >&2; exit 1');
    standIn("gh");
    const ran = run(text, env);
    expect(ran.status).not.toBe(0);
    expect(tagged(ran)).toEqual([]);
  });

  test("attests each copy before a tag is made", () => {
    const names = (workflows["image-publish.yml"]?.jobs["publish"]?.steps ?? []).map(({ name }) => name);
    expect(names.slice(-3)).toEqual(["Attest the copy in ECR", "Attest the copy in ACR", "Tag"]);
  });
});
