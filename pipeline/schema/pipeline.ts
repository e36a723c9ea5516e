/** The whole pipeline: what runs, when and for whom. Each field is a config key of its own. */
import { z } from "zod";
import { copyright } from "./copyright";
import { filter, filterReading, type PathFilter } from "./filters";
import { environment, mainRuns, mergeQueue, mirrorBot, repository, requiredCheck, schedule, secret, verdictApp } from "./governance";
import { component, core, framework, type Framework } from "./images";
import { byArchitecture, byMode, namedList, nameFrom, text, texts, type Given, type Resolved } from "./kit";
import { runnerClass, type RunnerClass } from "./runners";
import { testContract, testService } from "./test-contract";
import { deployments, suites, testPlacement, untested } from "./tests";

export const pipelineFields = {
  repository,
  frameworks: namedList(framework, "id").describe("Inference frameworks that are built and tested, by id."),
  components: namedList(component, "id").describe("Images that are no framework's, by id."),
  core,
  filters: namedList(filter, "id").describe("Path filters, by id: which changes concern what."),
  filterReading,
  suites: suites.describe("pytest suites, by id."),
  testPlacement: testPlacement.prefault({}),
  testContract: testContract.prefault({}),
  testServices: namedList(testService, "id").default([]).describe("Services that tests may reach (`testContract.services`), by id."),
  untested: z.array(untested).describe("Images that no suite tests, each with its reason."),
  deployments,
  runnerClasses: namedList(runnerClass, "id").describe("What jobs run on, by id: machines of GitHub's, and runner scale sets."),
  requiredChecks: namedList(requiredCheck, "context").describe("Checks that the rulesets demand before a merge, by context."),
  secrets: namedList(secret, "name").describe("Secrets that jobs read, by name."),
  environments: namedList(environment, "name").describe("Environments on GitHub, by name."),
  tagPrefixes: byMode(text).describe("Prefixes of tags by mode. `{sha}` stands for the commit."),
  releaseTagPrefix: text.describe("Tag prefix of images that a release branch builds; it holds `{sha}`, so that no release branch moves main's tags."),
  schedule,
  mainRuns,
  mirrorBot,
  verdictApp: verdictApp.optional().describe("None when left out: jobs report required checks as GitHub Actions, and what that does not hold is in docs/threats.md."),
  mergeQueue: mergeQueue.optional().describe("None when left out: pull requests merge on a head that holds main."),
  defaultRunner: nameFrom("runnerClasses").describe("Runner class of the short jobs: plan, verdict, notification."),
  builders: byArchitecture(nameFrom("runnerClasses")).describe("Runner classes that build images, by architecture."),
  copyright,
  codeOwners: texts.describe("Owners of `.github/**`, as CODEOWNERS writes them."),
  ownerRules: z
    .array(z.string())
    .default([])
    .describe("Lines of the repository's own CODEOWNERS, comments among them, in their order. They stand before the pipeline's in the delivered `.github/CODEOWNERS`, beside which GitHub reads no other.")
    .meta({ examples: [["/docs/ @ORGANISATION/writers"]] }),
};

export const pipelineSchema = z.strictObject(pipelineFields);

/** A pipeline as config says it, with the defaults of its schema. */
export type ConfiguredPipeline = Resolved<typeof pipelineSchema>;
/** A pipeline with everything said. */
export type Pipeline = Omit<ConfiguredPipeline, "runnerClasses" | "filters" | "frameworks"> & {
  readonly runnerClasses: readonly RunnerClass[];
  readonly filters: readonly PathFilter[];
  readonly frameworks: readonly Framework[];
};
/** A pipeline as config says it: what has a default may be left out. */
export type GivenPipeline = Given<typeof pipelineSchema>;
