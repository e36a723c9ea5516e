/**
 * Coherence: what the pipeline, its infrastructure and the rendered jobs say of each other is true. Every check is listed here, by what it
 * needs to look at, so that config can report on the pipeline before any file is rendered.
 */
import type { Finding } from "../model";
import * as accounts from "./accounts";
import { runChecks, type Check, type CoherenceInput, type InfrastructureInput, type PipelineInput, type PlacementInput } from "./check";
import * as clusters from "./clusters";
import * as filters from "./filters";
import * as identifiers from "./identifiers";
import * as images from "./images";
import * as access from "./job-access";
import * as reports from "./job-checks";
import * as graph from "./job-graph";
import * as load from "./load";
import * as mergeQueue from "./merge-queue";
import * as placement from "./placement";
import * as prices from "./prices";
import * as references from "./references";
import * as runners from "./runners";
import * as schedule from "./schedule";
import * as settings from "./settings";
import * as suites from "./suites";

export type { Check, CoherenceInput, InfrastructureInput, PipelineInput, PlacementInput } from "./check";

/** Checks that look at the pipeline alone. */
export const pipelineChecks: readonly Check<PipelineInput>[] = [
  identifiers.wellFormedIds,
  identifiers.uniqueIds,
  identifiers.subjectsApart,
  references.runnersExist,
  references.filtersExist,
  references.frameworksExist,
  references.environmentsExist,
  filters.patternsReadable,
  filters.negationsWork,
  filters.filtersApart,
  filters.ownedPathsApart,
  images.tagsDiffer,
  images.tagsWellFormed,
  images.prefixesWellFormed,
  images.cudaKnown,
  images.frameworksBuilt,
  images.imagesTested,
  images.excusesNeeded,
  images.deploymentsBuilt,
  suites.suitesRun,
  suites.suitesPlaced,
  suites.runnersFitArchitecture,
  suites.timeLimits,
  suites.deploymentsBounded,
  runners.scaleSetNames,
  runners.scaleSetNumbers,
  runners.forkCodeApart,
  runners.trustStated,
  runners.runnersTrusted,
  settings.repositoryGiven,
  settings.branchesApart,
  settings.environmentLimits,
  settings.identitiesConfined,
  settings.identitiesOnce,
  settings.secretNames,
  settings.requiredCheckReporters,
  schedule.scheduleValid,
  mergeQueue.queueNumbers,
  mergeQueue.queueApps,
  mergeQueue.queueBranchesOutside,
];

/** Checks that look at the infrastructure alone. */
export const infrastructureChecks: readonly Check<InfrastructureInput>[] = [
  accounts.accountIds,
  accounts.stateBackend,
  accounts.registryNames,
  accounts.retentionPositive,
  accounts.runnerSoftware,
  accounts.resourceTags,
  clusters.clusterNames,
  clusters.clusterSettings,
  clusters.addressRanges,
  clusters.poolNumbers,
  clusters.machinesKnown,
  prices.pricesDated,
  prices.pricesKnown,
  load.loadFigures,
  load.loadDurations,
];

/** Checks that hold the pipeline against the infrastructure. */
export const placementChecks: readonly Check<PlacementInput>[] = [
  placement.poolsExist,
  placement.podsFit,
  placement.poolsHoldRunners,
  placement.forkPoolsApart,
  placement.deploymentsFit,
  placement.maintenanceApart,
  placement.reviewersKnown,
  load.loadSuites,
];

/** Checks that hold the rendered jobs against both. */
export const jobChecks: readonly Check<CoherenceInput>[] = [
  graph.jobsOnce,
  graph.labelsAreRunners,
  graph.runnersUsed,
  graph.needsExist,
  graph.readsAreNeeds,
  graph.pullsArePushed,
  graph.awaitedAreUsed,
  reports.checksReported,
  reports.checksAlwaysReport,
  mergeQueue.queueChecksReported,
  access.environmentsAdmit,
  access.forksHoldNothing,
  access.secretsProvided,
  access.secretsRead,
  access.variablesProvided,
  access.variablesRead,
  access.identitiesHeld,
  access.identitiesUsed,
  access.imagesPushed,
];

/** What is wrong with a pipeline by itself. */
export function pipelineFindings(input: PipelineInput): Finding[] {
  return runChecks(pipelineChecks, input);
}

/** What is wrong with an infrastructure by itself. */
export function infrastructureFindings(input: InfrastructureInput): Finding[] {
  return runChecks(infrastructureChecks, input);
}

/** What is wrong before any file is rendered: the pipeline, the infrastructure, and the one on the other. */
export function structuralFindings(input: PlacementInput): Finding[] {
  return [...pipelineFindings(input), ...infrastructureFindings(input), ...runChecks(placementChecks, input)];
}

/** What is wrong with the rendered jobs. */
export function jobFindings(input: CoherenceInput): Finding[] {
  return runChecks(jobChecks, input);
}

/** Everything that is wrong; empty when all of it agrees. */
export function coherence(input: CoherenceInput): Finding[] {
  return [...structuralFindings(input), ...jobFindings(input)];
}

/** One text for all findings: where, what was found, what is allowed. Empty for none. */
export function renderFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
  return [`${count}; nothing was changed.`, ...findings.map(renderFinding)].join("\n\n");
}

function renderFinding({ check, path, found, allowed }: Finding): string {
  return [`  ${path}${check === undefined ? "" : ` (${check})`}`, `    found:   ${found}`, `    allowed: ${allowed}`].join("\n");
}
