/**
 * Coherence: what the pipeline, its infrastructure and the rendered jobs say of each other is true. Every check is listed here, by what it
 * needs to look at, so that config can report on the pipeline before any file is rendered.
 */
import type { Finding } from "../model";
import { atGivenPool } from "../resolve";
import * as accounts from "./accounts";
import * as budget from "./budget";
import * as builds from "./builds";
import { runChecks, type Check, type CoherenceInput, type InfrastructureInput, type PipelineInput, type PlacementInput } from "./check";
import * as clusters from "./clusters";
import * as coverage from "./coverage";
import * as filters from "./filters";
import * as identifiers from "./identifiers";
import * as images from "./images";
import * as access from "./job-access";
import * as reports from "./job-checks";
import * as graph from "./job-graph";
import * as load from "./load";
import * as machines from "./machines";
import * as mergeQueue from "./merge-queue";
import * as ownerRules from "./owner-rules";
import * as placement from "./placement";
import * as prices from "./prices";
import * as references from "./references";
import * as requiredChecks from "./required-checks";
import * as runners from "./runners";
import * as schedule from "./schedule";
import * as settings from "./settings";
import * as selection from "./selection";
import * as suites from "./suites";
import * as takenNames from "./taken-names";
import * as testContract from "./test-contract";
import * as verdictApp from "./verdict-app";

export type { Check, CoherenceInput, InfrastructureInput, PipelineInput, PlacementInput } from "./check";

/** Checks that look only at the pipeline. */
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
  ...about("tagPrefixes", [images.tagsDiffer, images.tagsWellFormed]),
  images.prefixesWellFormed,
  images.cudaKnown,
  images.frameworksBuilt,
  ...about("untested", [images.imagesTested]),
  images.excusesNeeded,
  images.deploymentsBuilt,
  builds.argumentsFull,
  builds.basesApart,
  builds.placeholdersKnown,
  builds.parentsBuilt,
  builds.parentsEnd,
  builds.secretsComplete,
  builds.testStageNamed,
  coverage.frameworksDeployed,
  coverage.frameworkTestsRun,
  coverage.deploymentExcusesNeeded,
  suites.suitesRun,
  suites.suitesPlaced,
  suites.placedByNeed,
  suites.shardsComplete,
  testContract.contractsKept,
  testContract.servicesPinned,
  testContract.classesAgree,
  selection.markersReadable,
  selection.suitesApart,
  selection.coreWithoutFrameworks,
  suites.runnersFitArchitecture,
  suites.timeLimits,
  suites.deploymentsBounded,
  runners.scaleSetNames,
  runners.scaleSetNumbers,
  takenNames.labelsFree,
  takenNames.groupsFree,
  runners.forkCodeApart,
  runners.trustStated,
  runners.runnersTrusted,
  settings.repositoryGiven,
  settings.branchesApart,
  settings.environmentLimits,
  settings.identitiesConfined,
  settings.identitiesOnce,
  settings.identitiesGiven,
  settings.mirrorKeyGiven,
  settings.secretNames,
  ownerRules.ownerRulesReadable,
  requiredChecks.requiredCheckApps,
  requiredChecks.requiredCheckNames,
  requiredChecks.requiredCheckFiles,
  requiredChecks.verdictsOnce,
  verdictApp.verdictEnvironment,
  schedule.scheduleValid,
  mergeQueue.queueNumbers,
  mergeQueue.queueApps,
  mergeQueue.queueBranchesOutside,
];

/** Checks that look only at the infrastructure. */
export const infrastructureChecks: readonly Check<InfrastructureInput>[] = [
  accounts.accountIds,
  accounts.stateBackend,
  accounts.registryNames,
  accounts.retentionPositive,
  accounts.runnerSoftware,
  accounts.resourceTags,
  takenNames.applyingRunnerReaches,
  clusters.clusterNames,
  clusters.clusterSettings,
  clusters.versionsSupported,
  clusters.channelKeepsMinor,
  clusters.addressRanges,
  clusters.poolNumbers,
  machines.sizesSound,
  machines.machinesKnown,
  prices.pricesDated,
  prices.pricesKnown,
  budget.withinBudget,
  load.loadFigures,
  load.loadDurations,
];

/** Checks that hold the pipeline against the infrastructure. */
export const placementChecks: readonly Check<PlacementInput>[] = [
  placement.poolsExist,
  placement.podsFit,
  testContract.testPodsFit,
  placement.poolsHoldRunners,
  placement.forkPoolsApart,
  placement.deploymentsFit,
  placement.deploymentsReach,
  placement.maintenanceApart,
  placement.reviewersKnown,
  verdictApp.verdictAppApart,
  load.loadSuites,
  coverage.frameworksLoaded,
];

/** Checks that hold the rendered jobs against both, by the config key that their findings about jobs lead to. */
export const jobChecks: readonly Check<CoherenceInput>[] = [
  ...about("runnerClasses", [graph.labelsAreRunners, graph.runnersUsed]),
  ...about("frameworks", [graph.jobsOnce, graph.needsExist, graph.readsAreNeeds, graph.pullsArePushed, graph.awaitedAreUsed, access.imagesPushed]),
  ...about("requiredChecks", [reports.checksReported, reports.checksAlwaysReport, mergeQueue.queueChecksReported]),
  ...about("environments", [access.environmentsAdmit, access.forksHoldNothing, access.variablesProvided, access.variablesRead, access.identitiesHeld, access.identitiesUsed]),
  ...about("secrets", [access.secretsProvided, access.secretsRead]),
  ...about("verdictApp", [verdictApp.verdictKeyAlone]),
];

/** Checks whose findings are about a config key also where their paths are those of no key. */
function about<Input>(key: string, checks: readonly Check<Input>[]): Check<Input>[] {
  return checks.map((check) => ({ ...check, about: key }));
}

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
  const findings = [...pipelineFindings(input), ...infrastructureFindings(input), ...runChecks(placementChecks, input)];
  return findings.map((finding) => atGivenPool(finding, input));
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
