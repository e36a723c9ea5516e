/** What the rendered jobs may hold: environments, secrets, variables, identities. */
import { globsMeet } from "../globs";
import { allImages } from "../images";
import type { JobFacts } from "../jobs";
import type { EnvironmentSpec, Finding, Mode, Repository, Trust } from "../model";
import type { Check, CoherenceInput } from "./check";
import { each, listed, shown, unless, unlessFound } from "./check";
import { jobPath } from "./job-graph";

/** The token that GitHub makes for every job; nobody provides it. */
const OWN_TOKEN = "GITHUB_TOKEN";
const MODES: readonly Mode[] = ["pull-request", "post-merge", "nightly"];
const TRUST_LEVELS: readonly Trust[] = ["fork", "mirror", "protected"];

export const environmentsAdmit: Check<CoherenceInput> = {
  name: "job-environment",
  holds: "A job's environment exists and admits the branches that the job runs on.",
  find: ({ pipeline, jobs }) => {
    const names = pipeline.environments.map(({ name }) => name);
    // Whether two patterns meet takes long to say, and there are more jobs than environments.
    const admitted = new Map(pipeline.environments.map((spec) => [spec, TRUST_LEVELS.filter((level) => admits(pipeline.repository, spec, level))]));
    const lets = (spec: EnvironmentSpec, level: Trust): boolean => admitted.get(spec)?.includes(level) === true;
    return jobs.flatMap((job) => {
      const named = namedEnvironments(job);
      const specs = pipeline.environments.filter(({ name }) => named.includes(name));
      if (named.length === 0) return [];
      return [
        ...named.flatMap((name) =>
          unlessFound(names.includes(name), () => ({ path: jobPath(job, "environment"), found: shown(name), allowed: `an environment: ${listed(names)}` })),
        ),
        ...specs.flatMap((spec) =>
          unlessFound(job.trust.some((level) => lets(spec, level)), () => ({
            path: jobPath(job, "environment"),
            found: `${shown(spec.name)}, which admits ${listed(spec.branches)} and none of ${listed(job.trust)}`,
            allowed: "an environment of the branches that start the job",
          })),
        ),
        ...job.trust.flatMap((level) =>
          unlessFound(specs.some((spec) => lets(spec, level)), () => ({
            path: jobPath(job, "environment"),
            found: `${listed(named)}, of which none admits ${level}`,
            allowed: `no start by ${level}, or an environment that admits it: GitHub refuses the job otherwise`,
          })),
        ),
      ];
    });
  },
};

export const forksHoldNothing: Check<CoherenceInput> = {
  name: "fork-access",
  holds: "A job that anybody can start holds no secret, no environment and no identity, and pushes nothing.",
  find: ({ jobs }) =>
    jobs
      .filter(({ trust }) => trust.includes("fork"))
      .flatMap((job) => {
        const secrets = job.secrets.filter((name) => name !== OWN_TOKEN);
        return [
          ...unless(secrets.length === 0, jobPath(job), `reads ${listed(secrets)} and can be started from a fork`, "no secret"),
          ...unless(
            namedEnvironments(job).length === 0,
            jobPath(job, "environment"),
            `${listed(namedEnvironments(job))} and can be started from a fork`,
            "no environment",
          ),
          ...unless(!job.idToken, jobPath(job, "permissions"), "id-token: write and can be started from a fork", "no OIDC token"),
          ...unless(job.pushes.length === 0, jobPath(job), `pushes ${listed(job.pushes)} and can be started from a fork`, "no push"),
        ];
      }),
};

export const secretsProvided: Check<CoherenceInput> = {
  name: "secret-not-provided",
  holds: "Every secret that a job reads is held by the environment that the job uses.",
  find: ({ pipeline, jobs }) =>
    jobs.flatMap((job) =>
      job.secrets
        .filter((name) => name !== OWN_TOKEN)
        .flatMap((name) => {
          const spec = pipeline.secrets.find((secret) => secret.name === name);
          if (spec === undefined)
            return [
              {
                path: jobPath(job),
                found: `reads secret ${shown(name)}, which nothing provides`,
                allowed: `a secret of the pipeline: ${listed(pipeline.secrets.map((secret) => secret.name))}`,
              },
            ];
          return withoutHolding(job, spec.environments).map((where) => ({
            path: jobPath(job),
            found: `reads secret ${shown(name)} ${where}`,
            allowed: `an environment that holds it: ${listed(spec.environments)}`,
          }));
        }),
    ),
};

export const secretsRead: Check<CoherenceInput> = {
  name: "secret-unread",
  holds: "Every secret is read in every environment that holds it.",
  find: ({ pipeline, jobs }) =>
    each(pipeline.secrets, "pipeline.secrets", ({ name, environments }, at) =>
      each(environments, `${at}.environments`, (environment, path) =>
        unless(
          jobs.some((job) => namedEnvironments(job).includes(environment) && job.secrets.includes(name)),
          path,
          `${shown(environment)} holds ${name}, which no job reads there`,
          "environments whose jobs read it",
        ),
      ),
    ),
};

export const variablesProvided: Check<CoherenceInput> = {
  name: "variable-not-provided",
  holds: "Every variable that a job reads is held by the repository or by the environment that the job uses.",
  find: ({ jobs, variables = [] }) =>
    jobs.flatMap((job) =>
      job.variables.flatMap((name) => {
        const held = variables.filter((variable) => variable.name === name);
        if (held.some(({ environment }) => environment === undefined)) return [];
        const environments = held.flatMap(({ environment }) => environment ?? []);
        return withoutHolding(job, environments).map((where) => ({
          path: jobPath(job),
          found: `reads variable ${shown(name)} ${where}`,
          allowed: held.length === 0 ? "a variable that the stack provides" : `an environment that holds it: ${listed(environments)}`,
        }));
      }),
    ),
};

export const variablesRead: Check<CoherenceInput> = {
  name: "variable-unread",
  holds: "Every variable is read where it is held.",
  find: ({ jobs, variables = [] }) =>
    variables.flatMap(({ name, environment }) =>
      unless(
        jobs.some((job) => job.variables.includes(name) && (environment === undefined || namedEnvironments(job).includes(environment))),
        `variable ${name}${environment === undefined ? "" : ` of environment ${shown(environment)}`}`,
        "no job reads it there",
        "variables that jobs read",
      ),
    ),
};

export const identitiesHeld: Check<CoherenceInput> = {
  name: "job-identity",
  holds: "A job that asks for an OIDC token, and one that pushes, has an environment with the identity for it.",
  find: ({ pipeline, jobs }) =>
    jobs
      .filter(({ runsOn }) => runsOn.length > 0)
      .flatMap((job) => {
        const specs = pipeline.environments.filter(({ name }) => namedEnvironments(job).includes(name));
        const pushing = specs.filter(pushesImages);
        return [
          ...unlessFound(!job.idToken || specs.some(({ identity }) => identity !== "none"), () => ({
            path: jobPath(job, "environment"),
            found: "asks for an OIDC token without an environment that has an identity",
            allowed: `an environment with an identity: ${listed(pipeline.environments.filter(({ identity }) => identity !== "none").map(({ name }) => name))}`,
          })),
          ...unlessFound(job.pushes.length === 0 || job.idToken, () => ({
            path: jobPath(job, "permissions"),
            found: `pushes ${listed(job.pushes)} without id-token: write`,
            allowed: "id-token: write, as registries are logged in to by OIDC",
          })),
          ...unlessFound(job.pushes.length === 0 || (specs.length > 0 && pushing.length === specs.length), () => ({
            path: jobPath(job, "environment"),
            found: `pushes ${listed(job.pushes)} with ${listed(namedEnvironments(job))}`,
            allowed: `an environment whose identity pushes images: ${listed(pipeline.environments.filter(pushesImages).map(({ name }) => name))}`,
          })),
        ];
      }),
};

export const identitiesUsed: Check<CoherenceInput> = {
  name: "identity-unused",
  holds: "Every identity is used by a job, and one that may push by a job that pushes.",
  find: ({ pipeline, jobs }) =>
    each(pipeline.environments, "pipeline.environments", (spec, at): Finding[] => {
      if (spec.identity === "none") return [];
      const users = jobs.filter((job) => job.idToken && namedEnvironments(job).includes(spec.name));
      if (pushesImages(spec))
        return unless(
          users.some(({ pushes }) => pushes.length > 0),
          `${at}.identity`,
          `${spec.identity} may push images, and no job of ${shown(spec.name)} does`,
          "an identity that a job pushes with, or none",
        );
      return unless(
        users.length > 0,
        `${at}.identity`,
        `${spec.identity}, which no job of ${shown(spec.name)} asks for`,
        "an identity that a job asks for, or none",
      );
    }),
};

export const imagesPushed: Check<CoherenceInput> = {
  name: "image-never-pushed",
  holds: "Every image of every mode is pushed by a job, and jobs push images of the pipeline only.",
  find: ({ pipeline, jobs }) => {
    const built = new Set(MODES.flatMap((mode) => allImages(pipeline, mode).map(({ id }) => id)));
    const pushed = new Set(jobs.flatMap(({ pushes }) => pushes));
    return [
      ...[...built].flatMap((id) =>
        unless(pushed.has("*") || pushed.has(id), `image ${shown(id)}`, "no job pushes it", "a job that builds and pushes it"),
      ),
      ...jobs.flatMap((job) =>
        [...job.pushes, ...job.pulls]
          .filter((id) => id !== "*" && !built.has(id))
          .map((id) => ({ path: jobPath(job), found: `image ${shown(id)}`, allowed: `an image of the pipeline: ${listed(built)}` })),
      ),
    ];
  },
};

/** The environments that a job can use. */
export function namedEnvironments({ environment, environments = [] }: JobFacts): string[] {
  return environment === undefined ? [...environments] : [environment, ...environments];
}

function pushesImages({ identity }: EnvironmentSpec): boolean {
  return identity === "pull-request-images" || identity === "main-images" || identity === "release-images";
}

/** Tells whether an environment lets in runs of a trust level. Fork runs are on no branch of the repository. */
function admits({ defaultBranch, releaseBranches, mirrorBranchPrefix }: Repository, { branches }: EnvironmentSpec, level: Trust): boolean {
  const refs: Readonly<Record<Trust, readonly string[]>> = {
    fork: [],
    mirror: [`${mirrorBranchPrefix}[0-9]*`],
    protected: [defaultBranch, releaseBranches],
  };
  return refs[level].some((ref) => branches.some((branch) => globsMeet(branch, ref)));
}

/** Where a job reads something that its environments do not all hold; empty when they do. */
function withoutHolding(job: JobFacts, holders: readonly string[]): string[] {
  const named = namedEnvironments(job);
  if (named.length === 0) return ["without an environment"];
  return named.filter((name) => !holders.includes(name)).map((name) => `in environment ${shown(name)}`);
}
