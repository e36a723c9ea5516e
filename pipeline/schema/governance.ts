/** Who may do what on GitHub: the repository, its required checks, secrets, environments, the mirror bot and the merge queue. */
import { z } from "zod";
import { command } from "./images";
import { flag, gitHubId, inUnit, literalText, minutes, nameFrom, number, text, texts, type Given, type Resolved } from "./kit";

export const repository = z
  .strictObject({
    owner: text.describe("Organisation or user, as in `OWNER/NAME`."),
    name: text.describe("Name, without its owner."),
    ownerId: gitHubId.describe("Numeric id of the owner; part of GitHub's immutable OIDC subject and of AWS trust conditions."),
    repositoryId: gitHubId.describe("Numeric id of the repository."),
    defaultBranch: text.describe("Branch that pull requests merge into."),
    releaseBranches: text.describe("Release branches, as a GitHub branch pattern.").meta({ examples: ["release/*"] }),
    mirrorBranchPrefix: text.describe("Prefix of the branches that the mirror bot makes; the number follows.").meta({ examples: ["pull-request/"] }),
  })
  .describe("The repository whose CI this is.");

/** GitHub ends a job on its own machines after six hours (docs.github.com, "Actions limits"). */
const MOST_MINUTES = 360;
/** Longest id of a job (docs.github.com, "Workflow syntax": `jobs.<job_id>`); the id is made from the context. */
const LONGEST_CONTEXT = 100;

const jobContext = literalText
  .regex(/^[A-Za-z0-9_]([A-Za-z0-9 ._-]*[A-Za-z0-9_.-])?$/, "letters, digits, inner spaces, `.`, `_` and `-`, as it becomes the name of a job and of a file")
  .max(LONGEST_CONTEXT, `at most ${LONGEST_CONTEXT} characters`)
  .describe("The context exactly as it is reported: the name of the job. The key of the entry says it.");

const told = {
  title: literalText.min(1, "a text").describe("What it does, for people; `{frameworks}` stands for the frameworks' titles."),
  failure: text.default("It found something. Its page says what.").describe("What it means when it fails, for people. Markdown."),
  fix: text.min(1, "a text").describe("What helps when it fails, for people. Markdown."),
};

const environmentVariables = z.record(
  text.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "letters, digits and `_`, no digit first"),
  literalText,
);

/** A folder inside the repository: neither an absolute path nor one with `..`. */
const insideRepository = literalText.regex(/^(?!\/)(?!(.*\/)?\.\.(\/|$)).+$/, "a path inside the repository, such as docs");

const checkCommand = command
  .extend({
    run: literalText.regex(/\S/, "a command").describe("The command, for bash with `-e` and `-o pipefail`. Values reach it as environment variables, never as GitHub expressions."),
    directory: insideRepository.optional().describe("Working directory, relative to the repository's root, which is the default."),
    env: environmentVariables.default({}).describe("Environment variables of the command: plain values, no secret."),
  })
  .describe("One step of the check.");

const RUN = "Run the check";

const runCheck = z
  .strictObject({
    kind: z.literal("run").optional().default("run").describe("`run`: commands. May be left out."),
    context: jobContext,
    ...told,
    minutes: inUnit(number.int("a whole number").min(1, `1 to ${MOST_MINUTES}`).max(MOST_MINUTES, `1 to ${MOST_MINUTES}`), "minutes").default(10).describe("Minutes until the job is given up, which fails the check."),
    run: z
      .union([literalText.regex(/\S/, "a command"), z.array(checkCommand).min(1, "at least one command: a check that runs nothing would always pass")])
      .transform((given) => (typeof given === "string" ? [{ name: RUN, run: given, env: {} }] : given))
      .describe("What it runs in a checkout of the pull request: one script, or a list of commands. It fails with the first of them that fails."),
    runner: nameFrom("runnerClasses").optional().describe("Runner class of its job; it has to admit code from forks. Default: `defaultRunner`."),
  })
  .describe("Commands that run on every pull request, in a workflow of their own.");

const appCheck = z
  .strictObject({
    kind: z.literal("app").describe("`app`: a GitHub App reports it."),
    context: text.describe("The context exactly as the app reports it."),
    ...told,
    slug: text.describe("Slug of the GitHub App, as in `github.com/apps/SLUG`."),
    appId: gitHubId.describe("Id of the GitHub App: only its report counts."),
  })
  .describe("A check that a GitHub App reports.");

const verdictCheck = z
  .strictObject({
    kind: z.literal("verdict").describe("`verdict`: the last job of a workflow with a plan."),
    context: jobContext,
    ...told,
    of: z
      .enum(["direct", "backend"])
      .describe("`direct`: the core container, Rust and pytest, on every pull request. `backend`: images and their tests, once a maintainer has had the pull request mirrored."),
  })
  .describe("The verdict over all jobs of a workflow that has a plan.");

export const requiredCheck = z
  .discriminatedUnion("kind", [runCheck, appCheck, verdictCheck])
  .describe("A check that the rulesets of main and release branches demand before a merge. Workflow file, rulesets, policies and documents follow from the entry.");

export const secret = z
  .strictObject({
    name: text.describe("Name in GitHub: upper case, digits and `_`."),
    title: text.describe("What it is, for people."),
    environments: z.array(nameFrom("environments")).describe("The environments that hold it."),
    optional: flag.describe("An optional secret may be missing in config: jobs that read it then say so and go on."),
  })
  .describe("A secret that jobs read. Its value comes from an encrypted config key of the same name.");

export const purpose = z.enum(["pull-request-images", "main-images", "release-images", "deployment-tests", "preview", "apply"]).describe("What an identity is for. One cloud identity exists for each.");

export const environment = z
  .strictObject({
    name: text.describe("Name on GitHub."),
    branches: texts.describe("Branch patterns that may use it."),
    reviewers: texts.describe("Slugs of the teams whose review a job must wait for."),
    waitMinutes: minutes.describe("Minutes a job waits before it starts, 0 to 43,200."),
    identity: z.enum([...purpose.options, "none"]).describe("What its jobs may do in the clouds, or `none`."),
  })
  .describe("An environment on GitHub: it limits which refs get its secrets and its identity.");

export const schedule = z
  .strictObject({ cron: text.describe("Five cron fields, read in `timezone`."), timezone: text.describe("IANA name.").meta({ examples: ["America/Los_Angeles"] }) })
  .describe("When the nightly run starts.");

export const mirrorBot = z
  .strictObject({
    kind: z.enum(["copy-pr-bot", "workflow"]).describe("`copy-pr-bot`: NVIDIA's app. `workflow`: the rendered substitute, for organisations that cannot install the app."),
    vetters: texts.describe("Logins that may ask for a mirror beside those with write access."),
    trustees: texts.describe("Logins whose signed commits are mirrored without being asked for."),
    syncDrafts: flag.describe("Whether drafts are mirrored too."),
    appId: gitHubId.describe("Id of the only app that may write the mirror branches."),
  })
  .describe("How pull requests from outside get to the backend jobs.");

export const verdictApp = z
  .strictObject({
    appId: gitHubId.describe("Id of the GitHub App, with `checks: write` on the repository and nothing else. Its key is the secret `VERDICT_APP_PRIVATE_KEY`."),
    environment: text.default("verdicts").describe("Environment that holds the key and admits only the default branch. It is made where config has none of that name."),
  })
  .describe(
    "An app of one's own that reports every required check of jobs, in the place of GitHub Actions, as which any workflow of the repository can report. A program of the default branch looks at what really ran " +
      "and reports; the rulesets count only its reports. Without it somebody with write access can forge these checks, and a pull request can change what judges it (docs/threats.md).",
  );

const entries = inUnit(number, "pull requests");

export const mergeQueue = z
  .strictObject({
    mergeMethod: z.enum(["MERGE", "SQUASH", "REBASE"]).describe("How GitHub merges an entry."),
    groupingStrategy: z.enum(["ALLGREEN", "HEADGREEN"]).describe("`ALLGREEN`: every entry has to pass. With `HEADGREEN` one that failed merges with a later one that passed; coherence refuses that."),
    maxEntriesToBuild: entries.describe("Entries whose checks run at once, 1 to 100."),
    minEntriesToMerge: entries.describe("Least entries that are merged together, 1 to 100."),
    maxEntriesToMerge: entries.describe("Most entries that are merged together, 1 to 100."),
    minEntriesToMergeWaitMinutes: minutes.describe("Minutes to wait for the least number of entries, 0 to 360."),
    checkResponseTimeoutMinutes: minutes.describe("Minutes after which a check that has not reported counts as failed, 1 to 360."),
    reportingApps: texts.describe("Slugs of the apps among the reporters of required checks that report on merge groups too. The queue waits for ever for one that does not."),
  })
  .describe(
    "GitHub's merge queue of the default branch: a pull request that has passed is tried on what main will be when its turn comes, and GitHub merges it. Numbers are the parameters " +
      "of the ruleset's `merge_queue` rule, under GitHub's names.",
  );

export const mainRuns = z
  .enum(["every", "newest"])
  .default("every")
  .describe(
    "Which merges have a run of the test suite of their own. `every`: each one. `newest`: one run at a time; of those that wait the newest does, and older ones give way to it, as its commit holds theirs. A red run " +
      "then speaks for every merge since the run before it. Runs of the night and of release branches are not affected.",
  );

export type Repository = Resolved<typeof repository>;
export type RequiredCheck = Resolved<typeof requiredCheck>;
export type GivenRequiredCheck = Given<typeof requiredCheck>;
export type RunCheck = Extract<RequiredCheck, { readonly kind: "run" }>;
export type AppCheck = Extract<RequiredCheck, { readonly kind: "app" }>;
export type VerdictCheck = Extract<RequiredCheck, { readonly kind: "verdict" }>;
export type SecretSpec = Resolved<typeof secret>;
export type IdentityPurpose = Resolved<typeof purpose>;
export type EnvironmentSpec = Resolved<typeof environment>;
export type Schedule = Resolved<typeof schedule>;
export type VerdictApp = Resolved<typeof verdictApp>;
export type MirrorBot = Resolved<typeof mirrorBot>;
export type MergeQueue = Resolved<typeof mergeQueue>;
