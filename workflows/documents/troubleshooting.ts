/** What goes wrong in CI, why, and what helps. Names and numbers come from the pipeline. */
import { reportedByApps } from "../../pipeline/checks";
import type { Pipeline } from "../../pipeline/model";
import { WORKFLOW_FILES } from "../../pipeline/select";
import { TRTLLM_CUDA_CONTRADICTION } from "../../pipeline/seed";
import { MIRROR_PHRASE } from "../files/mirror";
import { SUITE_VERDICT } from "../files/suite";
import { SLACK_SECRET } from "../files/secrets";
import { deploymentsJob } from "../legs";
import { images } from "../../pipeline/images";
import type { RenderSettings } from "../settings";
import { bullets, code, document, table } from "./markdown";
import { inOrder, list, mirroredChecks } from "./wording";

/** The whole document. */
export function troubleshooting(pipeline: Pipeline, settings: RenderSettings, header: readonly string[]): string {
  return document(header, [
    "# Troubleshooting CI",
    "What each check does is in [README.md](./README.md). Every run's first job, `plan`, shows what the run does and why; its last one shows what failed and where.",
    ...waiting(pipeline),
    ...failedChecks(pipeline),
    ...builds(pipeline, settings),
    ...mergeQueue(pipeline),
    ...afterMerge(pipeline),
    ...contradiction(pipeline, settings),
  ]);
}

function waiting(pipeline: Pipeline): string[] {
  const { mirrorBot, repository } = pipeline;
  const mirrored = list(mirroredChecks(pipeline).map(({ context }) => code(context)));
  const ask = mirrorBot.kind === "copy-pr-bot" ? "A maintainer comments copy-pr-bot's trigger phrase" : `A maintainer comments ${code(`${MIRROR_PHRASE} SHA`)} with the full commit`;
  return [
    "## A check is expected and never comes",
    table(
      ["What you see", "Why", "What helps"],
      [
        [`${mirrored}: Expected, waiting for status`, "The pull request is not mirrored: backend builds need the clouds, and code of unknown origin gets none of them.", `${ask}. A new push needs a new mirror.`],
        ["Nothing starts on a pull request from a fork", "GitHub waits until a maintainer approves the workflows of somebody new.", "A maintainer approves the run on the pull request's page."],
        [`Nothing happens on ${code(`${repository.mirrorBranchPrefix}N`)}`, "The pull request has commits that are not signed, or whose author is not trusted: those are mirrored on request only.", `Sign commits (${code("git config commit.gpgsign true")}), or have a maintainer ask.`],
        ["A check shows the result of an older commit", "Checks belong to commits. Each push needs its own.", "Wait for the new run, or start the mirror again."],
      ],
    ),
  ];
}

function failedChecks(pipeline: Pipeline): string[] {
  return ["## A required check failed", table(["Check", "Why", "What helps"], inOrder(pipeline).map(({ context, failure, fix }) => [code(context), failure, fix]))];
}

function builds(pipeline: Pipeline, settings: RenderSettings): string[] {
  const scaleSets = pipeline.runnerClasses.flatMap((runner) => (runner.kind === "scale-set" ? [runner] : []));
  return [
    "## Backend builds and tests",
    table(
      ["What you see", "Why", "What helps"],
      [
        ["Everything was built for a small change", "A changed file is claimed by no filter, or the changed files could not be found. The plan says which.", "Have the file added to a filter of the stack's config."],
        ["Nothing was built", "No changed file concerns an image: documentation, for instance.", "Nothing: the check passes, as the plan asked for nothing."],
        ["A job waits for a runner", "Runners start on demand, and a GPU node takes minutes to come up. Each class has a limit.", "Wait; the table below has the limits."],
        ["A test job says that tests were collected and not run", "There is no GPU for that architecture.", "Nothing: the tests run on amd64."],
        ["A job selected by the plan was skipped, and the check is red", "A job that it needs failed. A skip counts as passed only where the plan asked for it.", "Look at the job that it needs."],
        ["The run was cancelled", "A newer push replaced it. Runs of main and release branches are never cancelled.", "Look at the newer run."],
        ["Logging in to AWS or Azure fails", "The job's identity fits its environment and branch only. Azure names the error AADSTS700213 when no credential has the job's subject.", "Check that the branch is one that the environment admits; then the stack's subject form (legacy or immutable)."],
        ["A tag of this commit is there already", `Tags with a commit do not move. A run that is started again tests the image that is there.`, "Push a commit to build anew."],
      ],
    ),
    table(["Runner", "Architecture", "GPUs", "Most at once"], scaleSets.map(({ label, arch, pod, maxRunners }) => [code(label), arch, String(pod.gpus), String(maxRunners)])),
    settings.pullRequestImages === "shared"
      ? `Build caches: a pull request reads what main wrote and writes nothing that main reads. Its images are in ${code(settings.imageRepository)} beside main's.`
      : "Build caches: a pull request reads what main wrote and writes nothing that main reads. Its images are in a registry of their own.",
  ];
}

function mergeQueue({ mergeQueue: queue, repository, requiredChecks }: Pipeline): string[] {
  if (queue === undefined) return [];
  const apps = reportedByApps({ requiredChecks }).map(({ context }) => code(context));
  return [
    "## The merge queue",
    table(
      ["What you see", "Why", "What helps"],
      [
        ["A pull request leaves the queue with a failed check", `It passed by itself, and not on what ${repository.defaultBranch} would be with it and the pull requests before it.`, `Merge ${repository.defaultBranch} into it, mend it, and have it mirrored again.`],
        ["A check is expected in the queue and never comes", `GitHub waits ${queue.checkResponseTimeoutMinutes} minutes and removes the pull request.${apps.length === 0 ? "" : ` ${list(apps)} ${apps.length === 1 ? "is an app's: it may" : "are apps': they may"} not report on merge groups.`}`, "Look which check is missing on the merge group's commit; a missing job says why in its run."],
        ["`plan` says that a mirror has to pass before the merge queue takes it", "The pull request's own commit has no passed backend check. It can be there by a bypass only.", "Remove it from the queue and have it mirrored."],
      ],
    ),
  ];
}

function afterMerge(pipeline: Pipeline): string[] {
  const { deployments, repository, secrets } = pipeline;
  const holders = secrets.find(({ name }) => name === SLACK_SECRET)?.environments ?? [];
  return [
    "## After the merge",
    table(
      ["What you see", "Why", "What helps"],
      [
        [`${code(SUITE_VERDICT)} is red`, "A job of the full suite failed. Slack has the list of failed jobs.", "Open the run; the job's page names them."],
        ["No message in Slack", `The environment ${list(holders.map(code))} holds no ${code(SLACK_SECRET)}. The run says so and goes on.`, "Set the secret in the stack's config."],
        [`${code(deploymentsJob("FRAMEWORK"))} was skipped though the plan runs it`, "The framework's image or the operator's was not built, so there is nothing to deploy. Graphs of other frameworks do not wait for it.", "Look at the job of the image."],
        ["A deployment test fails at \"Ask for one completion\"", `${deployments.model} was not served, or did not answer.`, "The step after it shows pods, events and logs of the namespace."],
        ["\"No namespace is free\"", `All ${deployments.namespaces} namespaces of deployment tests are taken, by runs that are under way or left by some that broke off.`, `Wait: the cluster removes what is left ${deployments.expiryMinutes} minutes after it was made. Then re-run the job.`],
        ["Clean-up failed", `A namespace ${code(`${deployments.namespacePrefix}N`)} is left.`, `The cluster removes it ${deployments.expiryMinutes} minutes after it was made.`],
        ["A main tag is not at this commit", "A newer commit's run ended first, and tags go forward only.", "Nothing."],
        [`${code(WORKFLOW_FILES.suite)} did not run at night`, "GitHub may start a schedule late, and stops it after 60 days without activity.", `Start it by hand from ${repository.defaultBranch}.`],
      ],
    ),
  ];
}

function contradiction(pipeline: Pipeline, settings: RenderSettings): string[] {
  const framework = pipeline.frameworks.find(({ id }) => id === TRTLLM_CUDA_CONTRADICTION.framework);
  if (!framework) return [];
  const { statements, why, alternative, chosen } = TRTLLM_CUDA_CONTRADICTION;
  const built = framework.cuda["post-merge"];
  const other = built.includes(alternative) ? chosen : alternative;
  const count = images(pipeline, "post-merge").filter(({ subject }) => subject.id === framework.id).length;
  return [
    `## Which CUDA version is ${framework.title} built for?`,
    `CUDA ${list(built)}: ${count} images. The description that this system follows says it in two ways:`,
    bullets(statements),
    `${why} To build for ${other} instead, change ${framework.title}'s CUDA version in ${code(settings.source)}: tags, tests and this page follow.`,
  ];
}
