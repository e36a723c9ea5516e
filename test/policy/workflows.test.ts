import type { Rule, Subject } from "../../policy/kit/rule";
import { actionsPinned } from "../../policy/rules/workflows/actions-pinned";
import { baseChangesSeen } from "../../policy/rules/workflows/base-changes-seen";
import { checkoutsWithoutCredentials } from "../../policy/rules/workflows/checkouts-without-credentials";
import { forkJobsUntrusted } from "../../policy/rules/workflows/fork-jobs-untrusted";
import { imagesVerified } from "../../policy/rules/workflows/images-verified";
import { jobsBounded } from "../../policy/rules/workflows/jobs-bounded";
import { nightlySchedulePresent } from "../../policy/rules/workflows/nightly-schedule-present";
import { noUntrustedCheckout } from "../../policy/rules/workflows/no-untrusted-checkout";
import { scriptsWithoutExpressions } from "../../policy/rules/workflows/scripts-without-expressions";
import { secretsInEnvironments } from "../../policy/rules/workflows/secrets-in-environments";
import { workflowFilesParse } from "../../policy/rules/workflows/workflow-files-parse";
import { workflowLeastPermissions } from "../../policy/rules/workflows/workflow-least-permissions";
import { FILE, changed, file, prove, subject, type Proof } from "./support";

const SHA = "0123456789abcdef0123456789abcdef01234567";
const DIGEST = `sha256:${"0".repeat(64)}`;

/** A workflow that no rule about files objects to. */
const sound = {
  on: { pull_request: {} } as Record<string, unknown>,
  permissions: {},
  concurrency: { group: "g", "cancel-in-progress": true },
  jobs: {
    a: {
      "runs-on": "ubuntu-24.04",
      "timeout-minutes": 5,
      permissions: { contents: "read" },
      steps: [{ uses: `actions/checkout@${SHA}`, with: { "persist-credentials": false } }, { run: 'echo "$TITLE"', env: { TITLE: "${{ github.event.pull_request.title }}" } }],
    },
  },
};
/** A composite action that no rule about steps objects to. */
const action = { runs: { using: "composite", steps: sound.jobs.a.steps } };
const ACTION = ".github/actions/x/action.yml";

type Change = readonly [path: string, to: unknown];
const having = (...changes: readonly Change[]): Subject[] => [file(changes.reduce((value, [path, to]) => changed(value, path, to), sound))];
const acting = (path: string, to: unknown): Subject[] => [file(changed(action, `runs.steps.${path}`, to), ACTION)];

const W = `${FILE} ".github/workflows/w.yml": content of .github/workflows/w.yml`;
const inJob = (found: string, wanted: string, job = "a"): string => `${W}, job ${job}: found ${found}; wanted ${wanted}.`;
const inAction = (found: string, wanted: string): string => `${FILE} "${ACTION}": content of ${ACTION}, job runs: found ${found}; wanted ${wanted}.`;

/** Every rule of this family: a sound workflow, files that are none, and what its own sets show. */
function proof(rule: Rule, more: Pick<Proof, "sound" | "wrong">): Proof {
  return { rule, ...more, sound: { "a sound workflow": [file(sound), file(action, ACTION)], "files that are no workflows": [file("not: [yaml", "docs/readme.md"), subject("aws:s3/bucket:Bucket", {})], ...more.sound } };
}

const nothing = (what: string, key: string): string => `${FILE} ".github/workflows/w.yml": content: found .github/workflows/w.yml without ${what}; wanted a YAML mapping with \`${key}\`.`;

const parse = proof(workflowFilesParse, {
  sound: { "one event by its name": having(["on", "push"]), "a list of events": having(["on", ["push", "pull_request"]]) },
  wrong: {
    "what is no YAML": [[file("on: [unfinished")], nothing("triggers", "on"), nothing("jobs", "jobs")],
    "a list": [[file("- a list")], nothing("triggers", "on"), nothing("jobs", "jobs")],
    "no triggers": [having(["on", undefined]), nothing("triggers", "on")],
    "no jobs": [having(["jobs", {}]), nothing("jobs", "jobs")],
  },
});

const unpinned = "a full commit SHA, or a digest for a container";

const pinned = proof(actionsPinned, {
  sound: {
    "local actions and workflows": having(["jobs.b", { uses: "./.github/workflows/x.yml" }], ["jobs.a.steps.0.uses", "./.github/actions/x"]),
    "an action's image by its digest": having(["jobs.a.steps.0.uses", `docker://alpine@${DIGEST}`]),
    "a job's image by its digest": having(["jobs.a.container", `alpine@${DIGEST}`], ["jobs.a.services", { db: { image: `postgres:17@${DIGEST}` } }]),
    "a service that starts under a condition": having(["jobs.a.services", { db: { image: `\${{ contains(matrix.services, 'db') && 'db:1@${DIGEST}' || '' }}` } }]),
    "an image that a job before it pushed": having(["jobs.a.container", { image: "${{ needs.build.outputs.reference }}" }]),
    "one of two images that a job before it pushed": having(["jobs.a.container", { image: "${{ inputs.target == '' && needs.build.outputs.reference || needs.build.outputs.test-reference }}" }]),
    "a job without steps or image": having(["jobs.a", { container: {} }], ["jobs.b", "no mapping"]),
  },
  wrong: {
    "a tag": [having(["jobs.a.steps.0.uses", "actions/checkout@v5"]), inJob("actions/checkout@v5", unpinned)],
    "a short SHA": [having(["jobs.a.steps.0.uses", `actions/checkout@${SHA.slice(1)}`]), inJob(`actions/checkout@${SHA.slice(1)}`, unpinned)],
    "an image's tag": [having(["jobs.a.steps.0.uses", "docker://alpine:3"]), inJob("docker://alpine:3", unpinned)],
    "a reusable workflow's branch": [having(["jobs.a.uses", "o/r/.github/workflows/x.yml@main"]), inJob("o/r/.github/workflows/x.yml@main", unpinned)],
    "the image of a job": [having(["jobs.a.container", "alpine:3"]), inJob("image alpine:3", "an image by its digest")],
    "the image of a job's service": [having(["jobs.a.services", { db: { image: "${{ inputs.image }}" } }]), inJob("image ${{ inputs.image }}", "an image by its digest")],
    "a service that is a tag under another condition": [
      having(["jobs.a.services", { db: { image: `\${{ matrix.a && 'db:1@${DIGEST}' || 'db:1' }}` } }]),
      inJob(`image \${{ matrix.a && 'db:1@${DIGEST}' || 'db:1' }}`, "an image by its digest"),
    ],
    "a service that its condition may name": [
      having(["jobs.a.services", { db: { image: `\${{ inputs.image || matrix.a && 'db:1@${DIGEST}' || '' }}` } }]),
      inJob(`image \${{ inputs.image || matrix.a && 'db:1@${DIGEST}' || '' }}`, "an image by its digest"),
    ],
    "a choice of a pushed image and one that a caller names": [
      having(["jobs.a.container", { image: "${{ inputs.own && needs.build.outputs.reference || inputs.own }}" }]),
      inJob("image ${{ inputs.own && needs.build.outputs.reference || inputs.own }}", "an image by its digest"),
    ],
    "a tag in a composite action": [acting("0.uses", "actions/cache@v4"), inAction("actions/cache@v4", unpinned)],
  },
});

const permissions = proof(workflowLeastPermissions, {
  sound: { "a write scope that config allows": having(["jobs.a.permissions", { "id-token": "write", attestations: "write" }]) },
  wrong: {
    "no permissions at the top": [having(["permissions", undefined]), `${W}: found top-level permissions nothing; wanted {}.`],
    "permissions at the top": [having(["permissions", { contents: "read" }]), `${W}: found top-level permissions {"contents":"read"}; wanted {}.`],
    "a job without permissions": [having(["jobs.a.permissions", undefined]), inJob("permissions nothing", "a mapping of scopes")],
    "a job with all": [having(["jobs.a.permissions", "write-all"]), inJob('permissions "write-all"', "a mapping of scopes")],
    "another write scope": [having(["jobs.a.permissions", { contents: "write", "id-token": "write" }]), inJob("write access to contents", "write access to id-token, attestations and artifact-metadata at most")],
  },
});

const CALLED = ".github/workflows/c.yml";
const call = { uses: `./${CALLED}` };
/** The sound workflow with one job that calls another one, whose own job is changed. */
const calling = (on: unknown, ...changes: readonly Change[]): Subject[] => [
  ...having(["on", on], ["jobs", { a: call, b: call }]),
  file(changes.reduce((value, [path, to]) => changed(value, path, to), changed(changed(sound, "on", { workflow_call: {} }), "concurrency", undefined)), CALLED),
];
const inCalled = (found: string, wanted: string): string => `${FILE} "${CALLED}": content of ${CALLED}, job a: found ${found}; wanted ${wanted}.`;
const own = "the default branch's own commit";

const checkout = proof(noUntrustedCheckout, {
  sound: {
    "a chosen ref on a pull request": having(["jobs.a.steps.0.with.ref", "x"]),
    "the default branch on a comment": having(["on", "issue_comment"]),
    "a chosen ref in a workflow that a push calls": calling("push", ["jobs.a.steps.0.with.ref", "x"]),
    "another action's ref": having(["on", "issues"], ["jobs.a.steps.0.uses", `o/deploy@${SHA}`], ["jobs.a.steps.0.with.ref", "x"]),
  },
  wrong: {
    "an unsafe checkout": [having(["jobs.a.steps.0.with.allow-unsafe-pr-checkout", true]), inJob("allow-unsafe-pr-checkout", "a checkout without it")],
    "a chosen ref on pull_request_target": [having(["on", { pull_request_target: {} }], ["jobs.a.steps.0.with.ref", "x"]), inJob("checkout with ref on pull_request_target", own)],
    "a chosen repository on several events": [having(["on", ["issue_comment", "workflow_run"]], ["jobs.a.steps.0.with.repository", "x"]), inJob("checkout with repository on workflow_run, issue_comment", own)],
    "the pull request by command": [having(["on", "issue_comment"], ["jobs.a.steps.1.run", "gh pr checkout 5"]), inJob("gh pr checkout on issue_comment", own)],
    "the pull request's ref by command": [having(["on", "workflow_run"], ["jobs.a.steps.1.run", "git -C x switch pull/5/head"]), inJob("pull/5/head on workflow_run", own)],
    "a chosen ref in a workflow that a comment calls": [calling("issue_comment", ["jobs.a.steps.0.with.ref", "${{ inputs.ref }}"]), inCalled("checkout with ref on issue_comment", own)],
  },
});

const scripts = proof(scriptsWithoutExpressions, {
  sound: { "expressions for actions that run none": having(["jobs.a.steps.0.with.path", "${{ github.sha }}"]), "a step without options": having(["jobs.a.steps.0.with", undefined]) },
  wrong: {
    "a branch's name": [having(["jobs.a.steps.1.run", 'echo "${{ github.head_ref }}"']), inJob("${{ github.head_ref }}", "an environment variable")],
    "an action's script": [having(["jobs.a.steps.0.with.script", "${{ github.sha }}"]), inJob("${{ github.sha }}", "an environment variable")],
    "an action's inline script": [having(["jobs.a.steps.0.with.inlineScript", "a\n${{\n github.actor }}"]), inJob("${{\n github.actor }}", "an environment variable")],
    "a shell": [having(["jobs.a.steps.1.shell", "bash -c ${{ inputs.x }} {0}"]), inJob("${{ inputs.x }}", "an environment variable")],
    "a composite action": [acting("1.run", "echo ${{ inputs.title }}"), inAction("${{ inputs.title }}", "an environment variable")],
  },
});

const reading = (expression: string): Subject[] => having(["jobs.a.steps.1.env.TITLE", `\${{ ${expression} }}`]);
const exposed = (name: string, job = "a"): string => inJob(`${name} without an environment`, "the environment that holds them", job);
const handing = (uses: string): Subject[] => having(["jobs.b", { permissions: {}, secrets: { T: "${{ secrets.T }}" }, uses }]);

const secrets = proof(secretsInEnvironments, {
  sound: {
    "a secret of an environment": having(["jobs.a.environment", "e"], ["jobs.a.steps.1.env.TITLE", "${{ secrets.X }}"]),
    "the run's own token": reading("secrets.github_token || github.token"),
    "other values of that name": reading("needs.secrets.outputs.x || inputs.secrets"),
    "a secret that is handed to a workflow of the same repository": handing("./.github/workflows/c.yml"),
  },
  wrong: {
    "every secret": [having(["jobs.a.secrets", "inherit"]), inJob("secrets: inherit", "no secret, as the called workflow names its environment")],
    "a secret": [reading("secrets.HF_TOKEN"), exposed("HF_TOKEN")],
    "a secret in capitals": [reading("SECRETS.hf_token"), exposed("hf_token")],
    "a secret by index": [reading("secrets['HF_TOKEN']"), exposed("HF_TOKEN")],
    "two secrets": [reading("format('{0}{1}', secrets.A, secrets.B)"), exposed("A, B")],
    "all secrets": [reading("toJSON(secrets)"), exposed("all secrets")],
    "any secret": [reading("secrets[inputs.name]"), exposed("all secrets")],
    "each secret": [reading("join(secrets.*)"), exposed("all secrets")],
    "a secret that is handed to somebody else's workflow": [handing(`o/r/.github/workflows/c.yml@${SHA}`), exposed("T", "b")],
    "a secret for the whole workflow": [having(["env", { T: "${{ secrets.T }}" }]), `${W}: found T for every job; wanted secrets in the jobs that need them.`],
  },
});

const isolated = "nothing, on ubuntu-24.04 and ubuntu-24.04-arm";
const labelled = (label: string): Subject[] => [
  ...having(["jobs", { a: { ...call, with: { runner: label } } }]),
  file(changed(changed(sound, "on", { workflow_call: { inputs: { runner: { type: "string" } } } }), "jobs.a.runs-on", "${{ inputs.runner }}"), CALLED),
];

const forks = proof(forkJobsUntrusted, {
  sound: {
    "trusted jobs that no pull request starts": having(["on", "push"], ["jobs.a.runs-on", "own"]),
    "a called workflow on a runner that the caller names": labelled("ubuntu-24.04-arm"),
    "no permissions at all": having(["jobs.a.permissions", undefined]),
    "a merge group's job that an environment keeps out": having(["on", { push: {}, merge_group: {} }], ["jobs.a.environment", "main-images"], ["jobs.a.runs-on", "own"]),
  },
  wrong: {
    "a merge group's job with a token for clouds": [having(["on", { push: {}, merge_group: {} }], ["jobs.a.permissions.id-token", "write"]), inJob("id-token: write", isolated)],
    "a trusted runner": [having(["jobs.a.runs-on", "prod-builder-amd-v1"]), inJob("runner prod-builder-amd-v1", isolated)],
    "a group of runners": [having(["jobs.a.runs-on", { group: "builders", labels: ["ubuntu-24.04"] }]), inJob("runner group builders", isolated)],
    "no runner": [having(["jobs.a.runs-on", undefined]), inJob("no runner", isolated)],
    "a token for clouds": [having(["jobs.a.permissions.id-token", "write"]), inJob("id-token: write", isolated)],
    "every permission": [having(["jobs.a.permissions", "write-all"]), inJob("write-all", isolated)],
    "an environment": [having(["jobs.a.environment", "main-images"]), inJob("an environment", isolated)],
    "a secret": [having(["jobs.a.env", { T: "${{ secrets.T }}" }]), inJob("secret T", isolated)],
    "a review's job, with everything": [
      having(["on", "pull_request_review"], ["jobs.a.runs-on", "own"], ["jobs.a.env", { T: "${{ secrets.T }}" }], ["jobs.a.environment", "e"]),
      inJob("runner own, secret T and an environment", isolated),
    ],
    "a called workflow, once": [calling("pull_request", ["jobs.a.runs-on", ["self-hosted"]]), inCalled("runner self-hosted", isolated)],
    "a called workflow on a runner that the caller names": [labelled("own"), inCalled("runner own", isolated)],
    "a workflow that nobody here knows": [having(["jobs.b", { uses: "./.github/workflows/gone.yml" }]), inJob("what ./.github/workflows/gone.yml holds", isolated, "b")],
  },
});

const timed = (minutes: unknown, given?: unknown): Subject[] => [
  ...having(["jobs", { a: { ...call, with: given === undefined ? {} : { minutes: given } } }]),
  file(changed(changed(sound, "on", { workflow_call: { inputs: { minutes: { type: "number", default: 5 } } } }), "jobs.a.timeout-minutes", minutes), CALLED),
];

const bounded = proof(jobsBounded, {
  sound: {
    "a job that calls a workflow": having(["jobs.b", { uses: "./.github/workflows/x.yml" }]),
    "a timeout that the plan makes": having(["jobs.a.timeout-minutes", "${{ matrix.minutes }}"]),
    "a timeout of the matrix": having(["jobs.a.timeout-minutes", "${{ matrix.minutes }}"], ["jobs.a.strategy", { matrix: { minutes: [1, 2], include: [{ minutes: 3 }, { other: 1 }] } }]),
    "a workflow that is only called": having(["on", { workflow_call: {} }], ["concurrency", undefined]),
    "a group by its name": having(["concurrency", "g"]),
    "a timeout by default": timed("${{ inputs.minutes }}"),
    "a timeout that a caller gives": timed("${{ inputs.minutes }}", 30),
    "a timeout that nobody gives": timed("${{ inputs.others }}"),
  },
  wrong: {
    "no timeout": [having(["jobs.a.timeout-minutes", undefined]), inJob("timeout-minutes nothing", "360 or less")],
    "a long timeout": [having(["jobs.a.timeout-minutes", 361]), inJob("timeout-minutes 361", "360 or less")],
    "a timeout in words": [having(["jobs.a.timeout-minutes", "an hour"]), inJob("timeout-minutes an hour", "360 or less")],
    "a long timeout in the matrix": [having(["jobs.a.timeout-minutes", "${{ matrix.minutes }}"], ["jobs.a.strategy", { matrix: { include: [{ minutes: 1000 }] } }]), inJob("timeout-minutes 1000", "360 or less")],
    "a long timeout that a caller gives": [timed("${{ inputs.minutes }}", 1000), inCalled("timeout-minutes 1000", "360 or less")],
    "no group": [having(["concurrency", undefined]), `${W}: found concurrency nothing; wanted a concurrency group.`],
    "a group without a name": [having(["concurrency", { "cancel-in-progress": true }]), `${W}: found concurrency {"cancel-in-progress":true}; wanted a concurrency group.`],
  },
});

const token = "persist-credentials";

const checkouts = proof(checkoutsWithoutCredentials, {
  sound: { "other actions": having(["jobs.a.steps.0", { uses: `o/checkout@${SHA}` }]) },
  wrong: {
    "a checkout without options": [having(["jobs.a.steps.0.with", undefined]), inJob(`${token} nothing`, "false")],
    "a token that stays": [having([`jobs.a.steps.0.with.${token}`, true]), inJob(`${token} true`, "false")],
    "a text, which is no boolean": [having([`jobs.a.steps.0.with.${token}`, "false"]), inJob(`${token} "false"`, "false")],
    "a composite action": [acting("0.with", {}), inAction(`${token} nothing`, "false")],
  },
});

const NIGHTLY = ".github/workflows/ci-test-suite.yml";
const scheduled = (schedule: unknown): Subject[] => [file({ ...sound, on: { schedule } }, NIGHTLY)];
const unscheduled = (found: string): string => `${FILE} "${NIGHTLY}": schedule of ${NIGHTLY}: found ${found}; wanted 0 0 * * * in America/Los_Angeles.`;

const nightly: Proof = {
  rule: nightlySchedulePresent,
  sound: {
    "the cron line in its zone": scheduled([{ cron: "5 5 * * *" }, { cron: "0 0 * * *", timezone: "America/Los_Angeles" }]),
    "the configured line of the configured file": { subjects: [file({ on: { schedule: [{ cron: "1 1 * * *", timezone: "UTC" }] } })], config: { file: ".github/workflows/w.yml", cron: "1 1 * * *", timezone: "UTC" } },
  },
  wrong: {
    "no zone": [scheduled([{ cron: "0 0 * * *" }]), unscheduled('[{"cron":"0 0 * * *"}]')],
    "another hour": [scheduled([{ cron: "0 1 * * *", timezone: "America/Los_Angeles" }]), unscheduled('[{"cron":"0 1 * * *","timezone":"America/Los_Angeles"}]')],
    "no schedule": [scheduled(undefined), unscheduled("nothing")],
    "no such file": [[file(sound)], `the stack: schedule of ${NIGHTLY}: found no such file; wanted 0 0 * * * in America/Los_Angeles.`],
  },
};

const everyType = ["opened", "synchronize", "reopened", "edited"];
const unseen = (missing: string): string => `${W}: found on pull_request, without ${missing}; wanted opened, synchronize, reopened and edited.`;

const baseChanges: Proof = {
  rule: baseChangesSeen,
  sound: {
    "every type": having(["on", { pull_request: { types: everyType } }]),
    "more types": having(["on", { pull_request: { types: [...everyType, "labeled"] } }]),
    "no pull request": having(["on", { push: {} }]),
  },
  wrong: {
    "the default types": [having(["on", { pull_request: {} }]), unseen("opened, synchronize, reopened and edited")],
    "the event's name alone": [having(["on", "pull_request"]), unseen("opened, synchronize, reopened and edited")],
    "all but a base that changes": [having(["on", { pull_request: { types: everyType.slice(0, 3) } }]), unseen("edited")],
  },
};

const VERIFY = "gh attestation verify oci://x --repo o/r --cert-identity f --cert-oidc-issuer i --source-ref r";
const RECORDED = "curl \"$API/actions/artifacts?name=x\" | jq 'select(.head_sha == $c and .head_branch == $b and .head_repository_id == 1)'";
const INSPECT = "docker buildx imagetools inspect ecr/x:main";
const CREATE = "docker buildx imagetools create --tag ecr/x:main ecr/x@sha256:0";
const attest = (image: string, more: object = {}): object => ({ uses: `actions/attest@${SHA}`, with: { "subject-name": image, "subject-digest": "d", "push-to-registry": true }, ...more });
const tag = (env: unknown = { ECR_IMAGE: "ecr/x", TAG: "main" }, more: object = {}): object => ({ name: "Tag", run: CREATE, env, ...more });
const steps = (...all: readonly object[]): Subject[] => having(["jobs.a.steps", all]);
const believed = (step: string): string =>
  inJob(`step ${step} believes what stands under a tag`, "gh attestation verify with --repo, --cert-identity, --cert-oidc-issuer and --source-ref, or a run's record");
const unsigned = (image: string): string => inJob(`step "Tag" tags in ${image}, where nothing is attested before`, "actions/attest with push-to-registry for each");

const verified = proof(imagesVerified, {
  sound: {
    "a tag whose attestation is verified": steps({ run: `${INSPECT}\n${VERIFY}` }),
    "a tag that a run recorded": steps({ run: `${INSPECT}\n${RECORDED}` }),
    "a tag that is made of what was attested": steps(attest("ecr/x"), tag()),
    "a pull request's own tag": steps(tag({ ECR_IMAGE: "ecr/x" }, { if: "inputs.environment == 'pull-request-images' && true" })),
    "a job without steps": having(["jobs.a", { uses: "./.github/workflows/x.yml" }]),
  },
  wrong: {
    "a tag that is asked for and believed": [steps({ run: INSPECT }), believed('"without a name"')],
    "a verification of any ref": [steps({ name: "Look", run: `${INSPECT}\n${VERIFY.replace(" --source-ref r", "")}` }), believed('"Look"')],
    "a record of any branch": [steps({ name: "Look", run: `${INSPECT}\n${RECORDED.replace(".head_branch == $b and ", "")}` }), believed('"Look"')],
    "a tag without an attestation": [steps(tag()), unsigned("ecr/x")],
    "an attestation of one of two copies": [steps(attest("ecr/x"), tag({ ECR_IMAGE: "ecr/x", ACR_IMAGE: "acr/x" })), unsigned("acr/x")],
    "an attestation afterwards": [steps(tag(), attest("ecr/x")), unsigned("ecr/x")],
    "an attestation that may be left out": [steps(attest("ecr/x", { if: "inputs.movable" }), tag()), unsigned("ecr/x")],
    "an attestation whose failure is forgiven": [steps(attest("ecr/x", { "continue-on-error": true }), tag()), unsigned("ecr/x")],
    "an attestation that stays at GitHub": [steps(attest("ecr/x", { with: { "subject-name": "ecr/x", "subject-digest": "d" } }), tag()), unsigned("ecr/x")],
    "an attestation of nothing": [steps(attest("ecr/x", { with: undefined }), tag()), unsigned("ecr/x")],
    "an attestation of no digest": [steps(attest("ecr/x", { with: { "subject-name": "ecr/x", "push-to-registry": true } }), tag()), unsigned("ecr/x")],
    "a tag of what nobody names": [steps(tag("none")), inJob('step "Tag" of .github/workflows/w.yml tags what its environment does not name', "variables that end in _IMAGE")],
    "another environment's tag": [{ subjects: steps(tag({ ECR_IMAGE: "ecr/x" }, { if: "inputs.environment == 'pull-request-images'" })), config: { pullRequestEnvironments: ["mirrors"] } }, unsigned("ecr/x")],
  },
});

prove("workflows", [verified, baseChanges, parse, pinned, permissions, checkout, scripts, secrets, forks, bounded, checkouts, nightly]);
