/** Accounts, registries and settings of the clouds by themselves. */
import type { Check, InfrastructureInput } from "./check";
import { each, listed, repeated, shown, unless, wholeWithin } from "./check";
import { MOST_REVIEWERS } from "./settings";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** AWS ECR API, CreateRepository: pattern and length of repositoryName. */
const ECR_REPOSITORY = /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const ECR_REPOSITORY_LENGTH = 256;
/** Longest name that the stack makes from it: the pull requests' repository. */
const ECR_SUFFIX_LENGTH = "-pull-request".length;
/** Azure naming rules, Microsoft.ContainerRegistry/registries; the second registry's name has two letters more. */
const ACR_NAME = /^[a-zA-Z0-9]{5,50}$/;
const ACR_SUFFIX_LENGTH = 2;
/** GitHub REST API, rulesets: required_approving_review_count. */
const MOST_REVIEWS = 10;
/** The name may have a registry with a port. */
export const PINNED_IMAGE = /^[a-z0-9][^\s@:]*(:\d+\/[^\s@:]+)?:\w[\w.-]{0,127}@sha256:[0-9a-f]{64}$/;
/** Azure Resource Manager: tags of one resource, and their lengths; AWS takes the same number and shorter ones. */
const MOST_TAGS = 50;
const TAG_NAME_LENGTH = 128;
const TAG_VALUE_LENGTH = 256;

/** Backends that jobs on different machines share. Source: Pulumi's documentation, "Managing state and backends". */
const SHARED_BACKENDS = ["azblob:", "s3:", "gs:", "https:"];

export const stateBackend: Check<InfrastructureInput> = {
  name: "state-backend",
  holds: "The state is where every job that previews or applies the stack can get at it.",
  find: ({ infrastructure: { stateBackend: url } }) =>
    unless(URL.canParse(url) && SHARED_BACKENDS.includes(new URL(url).protocol), "infrastructure.stateBackend", shown(url), `a URL that begins with ${SHARED_BACKENDS.map((scheme) => `${scheme}//`).join(", ")}`),
};

export const accountIds: Check<InfrastructureInput> = {
  name: "account-ids",
  holds: "Accounts, subscriptions and apps have ids of the right form.",
  find: ({ infrastructure: { aws, azure, github } }) => [
    ...unless(/^\d{12}$/.test(aws.accountId), "infrastructure.aws.accountId", shown(aws.accountId), "twelve digits"),
    ...unless(
      /^[a-z]{2}(-[a-z]+)+-\d$/.test(aws.region),
      "infrastructure.aws.region",
      shown(aws.region),
      "an AWS region, such as us-west-2",
    ),
    ...(["subscriptionId", "tenantId"] as const).flatMap((key) =>
      unless(GUID.test(azure[key]), `infrastructure.azure.${key}`, shown(azure[key]), "a GUID"),
    ),
    ...unless(
      /^[a-z0-9]+$/.test(azure.location),
      "infrastructure.azure.location",
      shown(azure.location),
      "an Azure region by its short name, such as westus3",
    ),
    ...(["applyingApp", "runnerApp"] as const).flatMap((app) =>
      (["appId", "installationId"] as const).flatMap((key) => positive(github[app][key], `infrastructure.github.${app}.${key}`)),
    ),
    ...(["ownerId", "repositoryId"] as const).flatMap((key) =>
      positive(github.infrastructureRepository[key], `infrastructure.github.infrastructureRepository.${key}`),
    ),
    ...Object.entries(github.teams).flatMap(([slug, id]) => positive(id, `infrastructure.github.teams.${slug}`)),
    ...each(github.applyReviewers, "infrastructure.github.applyReviewers", (slug, at) =>
      unless(slug in github.teams, at, shown(slug), `a team of infrastructure.github.teams: ${listed(Object.keys(github.teams))}`),
    ),
    ...unless(
      github.applyReviewers.length <= MOST_REVIEWERS,
      "infrastructure.github.applyReviewers",
      `${github.applyReviewers.length} teams`,
      `at most ${MOST_REVIEWERS}: they review an environment`,
    ),
    ...repeated(github.applyReviewers, (index) => `infrastructure.github.applyReviewers[${index}]`, "team"),
    ...each(github.releaseManagers, "infrastructure.github.releaseManagers", (slug, at) =>
      unless(slug in github.teams, at, shown(slug), `a team of infrastructure.github.teams: ${listed(Object.keys(github.teams))}`),
    ),
    ...unless(
      wholeWithin(github.requiredReviews, 0, MOST_REVIEWS),
      "infrastructure.github.requiredReviews",
      String(github.requiredReviews),
      `a whole number from 0 to ${MOST_REVIEWS}`,
    ),
  ],
};

export const registryNames: Check<InfrastructureInput> = {
  name: "registry-name",
  holds: "Registries and repositories have names that ECR and ACR take.",
  find: ({ infrastructure: { registries } }) => {
    const { repository, acrName, pullRequestImages } = registries;
    const ecrLongest = ECR_REPOSITORY_LENGTH - ECR_SUFFIX_LENGTH;
    const acrLongest = 50 - (pullRequestImages === "isolated" ? ACR_SUFFIX_LENGTH : 0);
    return [
      ...unless(
        ECR_REPOSITORY.test(repository) && repository.length >= 2 && repository.length <= ecrLongest,
        "infrastructure.registries.repository",
        `${shown(repository)}, ${repository.length} characters`,
        `2 to ${ecrLongest} lower case letters and digits, with single . _ - / between them`,
      ),
      ...unless(
        ACR_NAME.test(acrName) && acrName.length <= acrLongest,
        "infrastructure.registries.acrName",
        `${shown(acrName)}, ${acrName.length} characters`,
        `5 to ${acrLongest} letters and digits`,
      ),
    ];
  },
};

export const retentionPositive: Check<InfrastructureInput> = {
  name: "retention",
  holds: "Images are kept for some time, and some of each kind.",
  find: ({ infrastructure: { registries } }) =>
    (Object.entries(registries.retention) as [string, number][]).flatMap(([key, value]) =>
      unless(wholeWithin(value, 1, 10_000), `infrastructure.registries.retention.${key}`, String(value), "a whole number from 1 to 10000"),
    ),
};

export const runnerSoftware: Check<InfrastructureInput> = {
  name: "runner-software",
  holds: "Runner image and charts are pinned, and failed runners are removed in time.",
  find: ({ infrastructure: { runners } }) => [
    ...(["image", "dockerImage"] as const).flatMap((key) =>
      unless(PINNED_IMAGE.test(runners[key]), `infrastructure.runners.${key}`, shown(runners[key]), "NAME:TAG@sha256:DIGEST"),
    ),
    ...(["controllerVersion", "devicePluginVersion"] as const).flatMap((key) =>
      unless(
        /^\d+\.\d+\.\d+$/.test(runners[key]),
        `infrastructure.runners.${key}`,
        shown(runners[key]),
        "a chart version, MAJOR.MINOR.PATCH",
      ),
    ),
    ...unless(
      wholeWithin(runners.failedRunnerMinutes, 1, 1440),
      "infrastructure.runners.failedRunnerMinutes",
      String(runners.failedRunnerMinutes),
      "a whole number from 1 to 1440",
    ),
  ],
};

export const resourceTags: Check<InfrastructureInput> = {
  name: "resource-tags",
  holds: "Tags keep within both clouds' limits.",
  find: ({ infrastructure: { tags } }) => [
    ...unless(Object.keys(tags).length <= MOST_TAGS, "infrastructure.tags", `${Object.keys(tags).length} tags`, `at most ${MOST_TAGS}`),
    ...each(Object.entries(tags), "infrastructure.tags", ([name, value]) => [
      ...unless(
        name !== "" && name.length <= TAG_NAME_LENGTH && !/^aws:/i.test(name) && !/[<>%&\\?/]/.test(name),
        `infrastructure.tags[${shown(name)}]`,
        shown(name),
        `1 to ${TAG_NAME_LENGTH} characters without < > % & \\ ? /, not beginning with aws:`,
      ),
      ...unless(
        value !== "" && value.length <= TAG_VALUE_LENGTH,
        `infrastructure.tags[${shown(name)}]`,
        `a value of ${value.length} characters`,
        `1 to ${TAG_VALUE_LENGTH} characters`,
      ),
    ]),
  ],
};

function positive(value: number, path: string) {
  return unless(wholeWithin(value, 1, Number.MAX_SAFE_INTEGER), path, String(value), "an id on GitHub, a positive whole number");
}
