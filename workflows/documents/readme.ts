/** The workflows' README: what CI does, for the people whose pull requests it checks. Every number and name comes from the pipeline. */
import { withFrameworkTitles } from "../../pipeline/frameworks";
import { cudaTagPart, images, publishedImages, tagPatterns } from "../../pipeline/images";
import { awaitsMirror } from "../../pipeline/checks";
import type { Mode, Pipeline, RequiredCheck } from "../../pipeline/model";
import { WORKFLOW_FILES } from "../../pipeline/select";
import { WORKFLOWS } from "../../pipeline/workflow-files";
import { imageLegs } from "../legs";
import { MIRROR_PHRASE, SWEEP_MINUTES } from "../files/mirror";
import { IMAGE_PUBLISH_FILE } from "../files/image-publish";
import type { RenderSettings } from "../settings";
import { bullets, code, document, table } from "./markdown";
import { directChecks, durations, inOrder, list, mirroredChecks, modesOf, titleOfMode } from "./wording";

/** The whole document. */
export function readme(pipeline: Pipeline, settings: RenderSettings, header: readonly string[]): string {
  return document(header, [
    "# CI/CD workflows",
    "What runs when, what a pull request has to pass, and where the images go.",
    "## When does CI run?",
    table(["Event", "What runs"], events(pipeline)),
    whoDoesWhat(pipeline),
    "## Required checks of a pull request",
    table(["Check", "When it runs", "What it does"], inOrder(pipeline).map((check) => [code(check.context), awaitsMirror(check) ? "Once the pull request is mirrored" : "Every pull request", withFrameworkTitles(pipeline, check.title)])),
    externalPullRequests(pipeline),
    whoReports(pipeline),
    "## How a pull request is mirrored",
    ...mirroring(pipeline),
    ...mergeQueue(pipeline),
    "## The three modes",
    ...modesOf(pipeline).flatMap((mode) => modeSection(pipeline, mode)),
    "## Build matrix",
    `What post-merge and nightly runs build for the frameworks:`,
    table(["Framework", "CUDA versions", "Architectures", "Images"], matrix(pipeline)),
    `Together: ${images(pipeline, "post-merge").length} container images.`,
    "## Conditional checks",
    "Some checks run on a pull request only when it changes files that concern them. A file that no filter claims runs everything.",
    table(["Check", "Runs when", "Files watched"], conditional(pipeline)),
    "A framework also owns files; a change inside them alone builds that framework and no other:",
    table(["Framework", "Files owned"], pipeline.frameworks.map(({ title, owns }) => [title, owns.map(code).join("<br>")])),
    "## Test types",
    table(["Type", "What it tests", "Where it runs"], testTypes(pipeline)),
    collectOnly(pipeline),
    "## Image tags",
    `Images go to ECR and ACR, in both as ${code(settings.imageRepository)}.`,
    table(["Pipeline", "Tag", "Example"], tagPatterns(pipeline).map(({ mode, pattern, example }) => [titleOfMode(mode), code(pattern), code(`${settings.imageRepository}:${example}`)])),
    ...tagNotes(pipeline, settings),
    "## Where an image comes from",
    `Images of main and of nightly runs carry a software bill of materials and a signed provenance attestation. To check one, with its registry in ${code("ECR_REGISTRY")}:`,
    fence("bash", verifyLines(pipeline, settings)),
    "## Troubleshooting",
    "What goes wrong and what helps is in [TROUBLESHOOTING.md](./TROUBLESHOOTING.md).",
  ]);
}

function events(pipeline: Pipeline): string[][] {
  const direct = directChecks(pipeline).map(({ context }) => context);
  const { repository, mirrorBot, schedule } = pipeline;
  return [
    ["Pull request opened or updated", direct.length === 0 ? "Nothing by itself" : `Direct checks: ${direct.join(", ")}`],
    [
      mirrorBot.kind === "copy-pr-bot" ? "Maintainer triggers copy-pr-bot" : "Maintainer asks for a mirror",
      `Backend builds and tests, on the branch ${code(`${repository.mirrorBranchPrefix}N`)} (${code(WORKFLOW_FILES.backend)})`,
    ],
    ...(pipeline.mergeQueue === undefined ? [] : [["Pull request enters the merge queue", `The required checks again, on what ${repository.defaultBranch} will be; images are not built again`]]),
    [`Merge to ${repository.defaultBranch}`, `Full test suite and Rust checks, always (${code(WORKFLOW_FILES.suite)})`],
    [`Push to ${repository.releaseBranches}`, `Full test suite and Rust checks, without deployment tests (${code(WORKFLOW_FILES.suite)})`],
    [`Nightly: ${time(schedule.cron)} ${schedule.timezone}`, `Full test suite and the nightly-only tests (${code(WORKFLOW_FILES.suite)}); by hand too`],
  ];
}

/** A daily cron's hour and minute; the cron itself where it says more. */
function time(cron: string): string {
  const [minute, hour, ...rest] = cron.split(" ");
  const daily = rest.join(" ") === "* * *" && /^\d+$/.test(minute ?? "") && /^\d+$/.test(hour ?? "");
  if (!daily) return `cron ${code(cron)},`;
  const hours = Number(hour);
  return `${hours % 12 === 0 ? 12 : hours % 12}:${String(minute).padStart(2, "0")} ${hours < 12 ? "AM" : "PM"}`;
}

function whoDoesWhat(pipeline: Pipeline): string {
  const left = imageLegs(pipeline, "backend").filter(({ trust, image }) => trust === "protected" && image.subject.kind !== "base").map(({ image }) => image.subject.id);
  const rest = left.length === 0 ? "reports its check" : `builds the images of the ${list([...new Set(left)])} and reports its check`;
  return `A push to ${pipeline.repository.defaultBranch} starts both ${code(WORKFLOW_FILES.backend)} and ${code(WORKFLOW_FILES.suite)}, and nothing is built or tested twice: ${code(WORKFLOW_FILES.backend)} ${rest}; ${code(WORKFLOW_FILES.suite)} does everything else.`;
}

function externalPullRequests(pipeline: Pipeline): string {
  const direct = directChecks(pipeline).length;
  const mirrored = mirroredChecks(pipeline);
  const how = pipeline.mirrorBot.kind === "copy-pr-bot" ? "through copy-pr-bot" : `with ${code(`${MIRROR_PHRASE} SHA`)}`;
  return `For pull requests from outside, ${direct === 0 ? "none runs by itself" : direct === 1 ? "the first runs by itself" : `the first ${direct} run by themselves`}. ${list(mirrored.map(({ context }) => code(context)))} stays expected until a maintainer triggers it ${how}.`;
}

/** As which app the checks of jobs are reported, and what follows. */
function whoReports({ verdictApp, repository: { defaultBranch } }: Pipeline): string {
  if (verdictApp === undefined) return "Jobs report their checks as GitHub Actions, which is one app for every workflow of the repository: whoever may push a branch can report a check of any of these names. A green check alone says less than the review.";
  return [
    `Merging takes the checks of an app of this repository's own, not those that jobs report. Its program runs from ${defaultBranch}'s files (${code(WORKFLOWS.verdicts.file)}): it looks at which files ran on the commit, makes the plan again, and reports under the same names.`,
    "A pull request that changes the pipeline's own workflow files or programs does not pass: the check says which files differ. They are changed where the stack's config is.",
    `A change of the base, or another pull request of the same branch into another one, makes older runs count no more: the check says what helps.`,
  ].join("\n");
}

/** The queue's own rules. What the plan decides there is `select`'s; here it is put into words. */
function mergeQueue(pipeline: Pipeline): string[] {
  const { mergeQueue: queue, repository, components } = pipeline;
  if (queue === undefined) return [];
  const checked = components.filter(({ checks }) => checks.length > 0).map(({ title }) => title);
  const backend = `That the pull request's own commit passed it on its mirror${checked.length === 0 ? "" : `; the checks of the ${list(checked)} where its files changed`}. No image: a merge group holds no identity`;
  const again = (check: RequiredCheck): string[] => [code(check.context), awaitsMirror(check) ? backend : "The same as on the pull request"];
  return [
    "## The merge queue",
    `Once a pull request has passed and is approved, "Merge when ready" puts it into the queue. GitHub tries it on what ${repository.defaultBranch} will be when its turn comes, up to ${queue.maxEntriesToBuild} pull requests at once, and merges it when every required check has passed there too. A head that does not hold ${repository.defaultBranch} needs no update.`,
    table(["Check", "What it looks at in the queue"], inOrder(pipeline).map(again)),
    `Jobs of a merge group run like those of a fork: on GitHub's machines, with a token that only reads. Anybody with write access can push a branch that is called like a merge group's, so such a branch opens no environment. GPUs test the merged result on ${repository.defaultBranch} (${code(WORKFLOW_FILES.suite)}).`,
  ];
}

function mirroring(pipeline: Pipeline): string[] {
  const { mirrorBot, repository } = pipeline;
  const phrase =
    mirrorBot.kind === "copy-pr-bot"
      ? "The trigger phrase is copy-pr-bot's: see its documentation for the current one."
      : `The phrase is ${code(`${MIRROR_PHRASE} SHA`)}, with the full commit that was reviewed. Pull requests whose every commit is signed by somebody trusted are mirrored without it.`;
  return [
    "Backend builds use the clouds (AWS, Azure, GPUs), so they do not run on a pull request itself: its code could be anybody's.",
    fence("mermaid", ["flowchart LR", "  A[Pull request 123] --> B[A maintainer reviews it]", "  B --> C[and comments the trigger phrase]", `  C --> D[The bot makes ${repository.mirrorBranchPrefix}123]`, "  D --> E[Backend builds run]"]),
    phrase,
    "The branch holds the same commit, so its checks show on the pull request. It runs the workflow files of the pull request: a review covers those too.",
    `When the pull request is closed or merged the bot removes the branch${mirrorBot.kind === "workflow" ? `, within ${SWEEP_MINUTES} minutes` : ""}.`,
  ];
}

function modeSection(pipeline: Pipeline, mode: Mode): string[] {
  const rows: string[][] = [
    ["Trigger", triggerOf(pipeline, mode)],
    ["Builds", buildsOf(pipeline, mode)],
    ["CUDA", pipeline.frameworks.map(({ title, cuda }) => `${title}: ${cuda[mode].join(" and ")}${cuda[mode].length === 1 ? " only" : ""}`).join("<br>")],
    ["Tests", testsOf(pipeline, mode)],
    ["Rust", mode === "pull-request" ? "When its files change" : "Always"],
    ["Deployment tests", pipeline.deployments.modes.includes(mode) ? `On AKS, from ${pipeline.repository.defaultBranch} only; a framework's as soon as its image and the operator's are there` : "None"],
    ["Slack", mode === "pull-request" ? "None" : "One message on completion"],
    ["Time", durations[mode]],
  ];
  return [`### ${titleOfMode(mode)} (${code(mode === "pull-request" ? WORKFLOW_FILES.backend : WORKFLOW_FILES.suite)})`, PURPOSES[mode], table(["What", "Details"], rows)];
}

const PURPOSES: Readonly<Record<Mode, string>> = {
  "pull-request": "Fast feedback on what changed: only the frameworks that a change concerns are built.",
  "post-merge": "Full validation after a merge: everything is built, whatever changed.",
  nightly: "Comprehensive validation at night: what post-merge does, and the tests that take too long for it.",
};

function triggerOf({ repository, schedule }: Pipeline, mode: Mode): string {
  switch (mode) {
    case "pull-request":
      return `Push to ${code(`${repository.mirrorBranchPrefix}N`)} branches or ${code(repository.defaultBranch)}`;
    case "post-merge":
      return `Push to ${code(repository.defaultBranch)} or ${code(repository.releaseBranches)}`;
    case "nightly":
      return `Daily at ${time(schedule.cron)} ${schedule.timezone}, through daylight saving too; or by hand`;
  }
}

function buildsOf(pipeline: Pipeline, mode: Mode): string {
  const frameworks = images(pipeline, mode).length;
  if (mode !== "pull-request") return `Always ${frameworks} framework images, and the ${list(pipeline.components.filter(({ modes }) => modes.includes(mode)).map(({ title }) => title))}`;
  const all = publishedImages(pipeline, mode);
  const perSubject = [...new Set(all.map(({ subject }) => subject.id))].map((id) => all.filter(({ subject }) => subject.id === id).length);
  return `${Math.min(...perSubject)}-${all.length} container images, depending on what changed; none when nothing concerns an image`;
}

function testsOf(pipeline: Pipeline, mode: Mode): string {
  const suites = pipeline.suites.filter(({ modes }) => modes.includes(mode)).map(({ id }) => id);
  if (mode === "pull-request") return `${list(suites)} of the frameworks that are built, on amd64 only`;
  return `${list(suites)} of all frameworks`;
}

function matrix(pipeline: Pipeline): string[][] {
  return pipeline.frameworks.map((framework) => {
    const count = framework.cuda["post-merge"].length * framework.architectures.length;
    return [framework.title, framework.cuda["post-merge"].join(", "), framework.architectures.join(", "), `${count} images`];
  });
}

function conditional(pipeline: Pipeline): string[][] {
  return pipeline.filters
    .filter(({ concerns }) => concerns !== "none")
    .map(({ id, title, patterns, concerns }) => [CONDITIONAL_NAMES[id] ?? id, `${title} changed${concerns === "rust" ? `; always on ${pipeline.repository.defaultBranch} and release branches` : ""}`, patterns.map(code).join("<br>")]);
}

/** What people call the checks behind filters. */
const CONDITIONAL_NAMES: Readonly<Record<string, string>> = {
  rust: "Rust checks",
  backend: "Backend builds",
  frontend: "Frontend build",
  operator: "Operator build",
  core: "Core container",
  ci: "Everything",
  "build-settings": "Everything",
};

function testTypes(pipeline: Pipeline): string[][] {
  const suites = pipeline.suites.map((suite) => {
    const where = Object.entries(suite.runners).map(([arch, runner]) => {
      const label = pipeline.runnerClasses.find(({ id }) => id === runner)?.label ?? "";
      return suite.collectOnly[arch as "amd64" | "arm64"] === undefined ? `${arch}${suite.gpus > 0 ? " GPU" : ""} (${code(label)})` : `${arch}: collected only (${code(label)})`;
    });
    // Suites that are placed by need hold tests of several types, and their titles say of which.
    return [pipeline.testPlacement.by === "need" ? code(suite.id) : `${TYPE_NAMES[suite.kind]} (${code(suite.id)})`, suite.title, where.join("<br>")];
  });
  return [...suites, ["Deployment", "Kubernetes deployments: operator, graph, one completion", `AKS cluster (${pipeline.repository.defaultBranch} branch only)`]];
}

const TYPE_NAMES = { unit: "Unit", integration: "Integration", e2e: "E2E" } as const;

function collectOnly(pipeline: Pipeline): string {
  const reasons = [...new Set(pipeline.suites.flatMap((suite) => Object.values(suite.collectOnly)))];
  const untested = pipeline.untested.map(({ images: which, modes, architectures, why }) => `${which === "*" ? "Frameworks" : which}, ${modes.join(" and ")}, ${architectures.join(" and ")}: ${why}`);
  return [bullets([...reasons, ...untested]), "Collect-only means that pytest imports every test and runs none."].join("\n\n");
}

function tagNotes(pipeline: Pipeline, settings: RenderSettings): string[] {
  const marked = images(pipeline, "nightly").find(({ cuda }) => cuda !== undefined && cudaTagPart(cuda) !== "");
  const cuda = marked === undefined ? [] : [`Images of CUDA ${marked.cuda?.split(".")[0]} carry ${code(cudaTagPart(marked.cuda ?? "13.0"))} before the architecture: ${code(marked.tag)}.`];
  const sharing =
    settings.pullRequestImages === "shared"
      ? "Pull-request images share the repository. Neither cloud limits a push by tag, so who can push a pull-request image can push any tag."
      : "Pull-request images have a repository and a registry of their own.";
  return [...cuda, "Tests take an image by its digest, never by a tag that moves.", sharing];
}

function verifyLines(pipeline: Pipeline, settings: RenderSettings): string[] {
  const { owner, name, defaultBranch } = pipeline.repository;
  const signer = `https://github.com/${owner}/${name}/.github/workflows/${IMAGE_PUBLISH_FILE}@refs/heads/${defaultBranch}`;
  const example = tagPatterns(pipeline).find(({ mode }) => mode === "post-merge")?.example ?? "";
  return [
    "cosign verify-attestation --new-bundle-format --type slsaprovenance1 \\",
    `  --certificate-identity ${signer} \\`,
    "  --certificate-oidc-issuer https://token.actions.githubusercontent.com \\",
    `  --certificate-github-workflow-ref refs/heads/${defaultBranch} \\`,
    `  "\${ECR_REGISTRY}/${settings.imageRepository}:${example}"`,
  ];
}

function fence(language: string, lines: readonly string[]): string {
  return ["```" + language, ...lines, "```"].join("\n");
}
