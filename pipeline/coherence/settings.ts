/** Settings on GitHub: the repository, its required checks, environments and secrets. */
import { globCovers, globFault, globsMeet } from "../globs";
import type { EnvironmentSpec, Finding, IdentityPurpose, Repository, SecretSpec } from "../model";
import { MIRROR_SECRET } from "../secrets";
import type { Check, PipelineInput } from "./check";
import { each, shown, unless, wholeWithin } from "./check";

/** docs.github.com, "Managing environments for deployment": limits of an environment. */
const ENVIRONMENT_NAME_LENGTH = 255;
export const MOST_REVIEWERS = 6;
const MOST_WAIT_MINUTES = 43_200;
/** docs.github.com, "Using secrets": names have letters, digits and _; no digit first, no `GITHUB_`. */
const SECRET_NAME = /^(?!GITHUB_)[A-Z_][A-Z0-9_]*$/;
/** Names that long-lived cloud credentials go by; jobs log in by OIDC instead. */
const CLOUD_CREDENTIAL =
  /^(AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|AZURE_(CREDENTIALS|CLIENT_SECRET)|ARM_CLIENT_SECRET|(AZURE_)?ACR_.*(PASSWORD|USER(NAME)?)|AZURE_ACR_.*|.*KUBECONFIG.*)$/;

export const repositoryGiven: Check<PipelineInput> = {
  name: "repository-ids",
  holds: "The ids that trust conditions are built from are given.",
  find: ({ pipeline: { repository, mirrorBot } }) => [
    ...unless(
      wholeWithin(repository.ownerId, 1, Number.MAX_SAFE_INTEGER),
      "pipeline.repository.ownerId",
      String(repository.ownerId),
      "the owner's id on GitHub: gh api users/OWNER --jq .id",
    ),
    ...unless(
      wholeWithin(repository.repositoryId, 1, Number.MAX_SAFE_INTEGER),
      "pipeline.repository.repositoryId",
      String(repository.repositoryId),
      "the repository's id on GitHub: gh api repos/OWNER/NAME --jq .id",
    ),
    ...unless(
      wholeWithin(mirrorBot.appId, 1, Number.MAX_SAFE_INTEGER),
      "pipeline.mirrorBot.appId",
      String(mirrorBot.appId),
      "the id of the app that writes the mirror branches: gh api apps/SLUG --jq .id",
    ),
  ],
};

export const branchesApart: Check<PipelineInput> = {
  name: "branches-overlap",
  holds: "Default, release and mirror branches have no name in common.",
  find: ({ pipeline: { repository } }) => {
    const { defaultBranch, releaseBranches, mirrorBranchPrefix } = repository;
    const mirrors = `${mirrorBranchPrefix}[0-9]*`;
    return [
      ...unless(
        /^[a-z0-9-]+\/$/.test(mirrorBranchPrefix),
        "pipeline.repository.mirrorBranchPrefix",
        shown(mirrorBranchPrefix),
        "lower case letters, digits and hyphens, and a / at the end",
      ),
      ...unless(
        globFault(releaseBranches) === undefined,
        "pipeline.repository.releaseBranches",
        shown(releaseBranches),
        globFault(releaseBranches) ?? "",
      ),
      ...unless(
        !globsMeet(releaseBranches, defaultBranch),
        "pipeline.repository.releaseBranches",
        shown(releaseBranches),
        `a pattern that ${shown(defaultBranch)} does not match`,
      ),
      ...unless(
        !globsMeet(releaseBranches, mirrors),
        "pipeline.repository.releaseBranches",
        shown(releaseBranches),
        `a pattern that no mirror branch matches, ${shown(`${mirrorBranchPrefix}N`)}`,
      ),
    ];
  },
};

export const environmentLimits: Check<PipelineInput> = {
  name: "environment-limits",
  holds: "Environments keep within GitHub's limits, and each names its branches.",
  find: ({ pipeline }) =>
    each(pipeline.environments, "pipeline.environments", ({ name, branches, reviewers, waitMinutes }, at) => [
      ...unless(
        name.trim() !== "" && name.length <= ENVIRONMENT_NAME_LENGTH,
        `${at}.name`,
        `${shown(name)}, ${name.length} characters`,
        `1 to ${ENVIRONMENT_NAME_LENGTH} characters`,
      ),
      ...unless(reviewers.length <= MOST_REVIEWERS, `${at}.reviewers`, `${reviewers.length} teams`, `at most ${MOST_REVIEWERS}`),
      ...unless(
        wholeWithin(waitMinutes, 0, MOST_WAIT_MINUTES),
        `${at}.waitMinutes`,
        String(waitMinutes),
        `a whole number from 0 to ${MOST_WAIT_MINUTES}`,
      ),
      ...unless(
        branches.length > 0,
        `${at}.branches`,
        "none",
        "at least one branch pattern: without any, every branch can use the environment",
      ),
      ...each(branches, `${at}.branches`, (branch, path) =>
        unless(globFault(branch) === undefined, path, shown(branch), globFault(branch) ?? ""),
      ),
    ]),
};

/** Which branches an identity may be used from, as patterns, and in words. */
function branchesOf(repository: Repository): Readonly<Partial<Record<IdentityPurpose, readonly string[]>>> {
  const { defaultBranch, releaseBranches, mirrorBranchPrefix } = repository;
  return {
    "pull-request-images": [`${mirrorBranchPrefix}**`],
    "main-images": [defaultBranch],
    "release-images": [releaseBranches],
    "deployment-tests": [defaultBranch],
  };
}

export const identitiesConfined: Check<PipelineInput> = {
  name: "identity-branches",
  holds: "An identity can be used from its own branches only: mirror and release branches never push main's images, and only main deploys.",
  find: ({ pipeline }) => {
    const allowed = branchesOf(pipeline.repository);
    return each(pipeline.environments, "pipeline.environments", ({ identity, branches }: EnvironmentSpec, at): Finding[] => {
      const own = identity === "none" ? undefined : allowed[identity];
      if (own === undefined) return [];
      return each(branches, `${at}.branches`, (branch, path) =>
        unless(
          globFault(branch) !== undefined || own.some((outer) => globCovers(outer, branch)),
          path,
          `${shown(branch)} with identity ${identity}`,
          `branches within ${own.join(", ")}`,
        ),
      );
    });
  },
};

export const identitiesOnce: Check<PipelineInput> = {
  name: "identity-shared",
  holds: "Each identity belongs to one environment, as its OIDC subject names that.",
  find: ({ pipeline: { environments } }) =>
    each(environments, "pipeline.environments", ({ name, identity }, at) => {
      const first = environments.find((other) => other.identity === identity);
      return unless(
        identity === "none" || first?.name === name,
        `${at}.identity`,
        `${identity}, as ${shown(first?.name)} has it`,
        "an identity of its own, or none",
      );
    }),
};

/** Jobs of every pipeline log in with these. */
const NEEDED: readonly IdentityPurpose[] = ["pull-request-images", "main-images", "release-images", "deployment-tests"];

export const identitiesGiven: Check<PipelineInput> = {
  name: "identity-missing",
  holds: "Each identity that jobs log in with has an environment.",
  find: ({ pipeline: { environments, repository } }) =>
    NEEDED.filter((purpose) => !environments.some(({ identity }) => identity === purpose)).map((purpose) => {
      const branches = branchesOf(repository)[purpose] ?? [];
      const alike = environments.filter((environment) => environment.identity === "none" && environment.branches.every((branch) => branches.some((own) => globCovers(own, branch))));
      const name = environments.some((environment) => environment.name === purpose) ? `${purpose}-missing` : purpose;
      const missing: readonly EnvironmentSpec[] = [...alike, { name, branches, reviewers: [], waitMinutes: 0, identity: "none" }].map((each) => ({ ...each, identity: purpose }));
      return {
        path: "pipeline.environments",
        found: `none with the identity ${purpose}`,
        allowed: `an environment with identity ${purpose} and branches within ${branches.join(", ")}: jobs that log in to the clouds run in it`,
        missing,
      };
    }),
};

export const mirrorKeyGiven: Check<PipelineInput> = {
  name: "mirror-key",
  holds: "Where a workflow mirrors pull requests, an environment holds the key of the app that it writes with.",
  find: ({ pipeline: { mirrorBot, secrets, environments, repository } }) => {
    if (mirrorBot.kind !== "workflow" || secrets.some((secret) => secret.name === MIRROR_SECRET && secret.environments.length > 0)) return [];
    const holder = environments.find(({ branches, identity }) => identity === "none" && branches.includes(repository.defaultBranch)) ?? environments[0];
    return [
      {
        path: "pipeline.secrets",
        found: `no ${MIRROR_SECRET}, and mirrorBot.kind is "workflow"`,
        allowed: `the secret ${MIRROR_SECRET} in an environment of the default branch`,
        missing: (holder === undefined ? [] : [{ name: MIRROR_SECRET, title: "Key of the mirror's app", environments: [holder.name], optional: false }]) satisfies readonly SecretSpec[],
      },
    ];
  },
};

export const secretNames: Check<PipelineInput> = {
  name: "secret-name",
  holds: "Secrets have names that GitHub takes, and none is a long-lived cloud credential.",
  find: ({ pipeline }) =>
    each(pipeline.secrets, "pipeline.secrets", ({ name }, at) => [
      ...unless(
        SECRET_NAME.test(name),
        `${at}.name`,
        shown(name),
        "upper case letters, digits and _, no digit first, not beginning with GITHUB_",
      ),
      ...unless(
        !CLOUD_CREDENTIAL.test(name),
        `${at}.name`,
        `${shown(name)}, a long-lived cloud credential by its name`,
        "no cloud key, registry password or kubeconfig: jobs log in by OIDC",
      ),
    ]),
};
