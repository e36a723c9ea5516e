/**
 * The default pipeline: the CI of ai-dynamo/dynamo. Every value can be changed by stack config.
 *
 * TRT-LLM's CUDA version is described in two ways: 13.0 for pull requests, and for the whole build matrix once as "same as in pull
 * requests" and once as 12.9. The default is 13.0 in every mode, and `trtllm.cuda` in config makes it 12.9; either way two images are
 * built, ten in all. `TRTLLM_CUDA_CONTRADICTION` holds the fact for documents.
 */
import { seedCopyright } from "./seed/copyright";
import { seedDeployments } from "./seed/deployments";
import { seedFilters } from "./seed/filters";
import { seedComponents, seedCore, seedFrameworks } from "./seed/images";
import { seedRequiredChecks } from "./seed/checks";
import { DEPLOY_TESTER, HOSTED, seedBuilders, seedRunnerClasses } from "./seed/runners";
import { seedEnvironments, seedRepository, seedSecrets } from "./seed/repository";
import { seedSuites, seedUntested } from "./seed/suites";
import { seedTestContract, seedTestServices } from "./seed/test-contract";
import type { Pipeline } from "./model";
import { resolvePipeline } from "./resolve";
import { pipelineSchema } from "./schema";
import type { ConfiguredPipeline } from "./schema/pipeline";

export { TRTLLM_CUDA_CONTRADICTION } from "./seed/images";

/** The default pipeline as config would say it. */
export const configuredSeed: ConfiguredPipeline = pipelineSchema.parse({
  repository: seedRepository,
  frameworks: seedFrameworks,
  components: seedComponents,
  core: seedCore,
  filters: seedFilters,
  filterReading: "described",
  suites: seedSuites,
  testContract: seedTestContract,
  testServices: seedTestServices,
  untested: seedUntested,
  deployments: seedDeployments,
  runnerClasses: seedRunnerClasses,
  requiredChecks: seedRequiredChecks,
  secrets: seedSecrets,
  environments: seedEnvironments,
  tagPrefixes: { "pull-request": "{sha}-", "post-merge": "main-", nightly: "nightly-" },
  releaseTagPrefix: "release-{sha}-",
  // Midnight on the Pacific coast: GitHub reads the zone, so the run stays at midnight when clocks change.
  schedule: { cron: "0 0 * * *", timezone: "America/Los_Angeles" },
  mirrorBot: { kind: "copy-pr-bot", vetters: [], trustees: [], syncDrafts: false, appId: 0 },
  defaultRunner: HOSTED,
  builders: seedBuilders,
  copyright: seedCopyright,
  codeOwners: ["@ai-dynamo/dynamo-ops-codeowners"],
});

/**
 * The whole default pipeline. The numeric ids of the repository, its owner and the mirror bot's app are 0, which means "not given":
 * trust conditions are built from them, so stack config has to supply them, and `coherence` refuses 0.
 */
export const seedPipeline: Pipeline = resolvePipeline(configuredSeed);

/** Id of the runner class that deploys tests; exported for tests and documents. */
export const seedDeployTester = DEPLOY_TESTER;
