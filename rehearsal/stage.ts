/**
 * What has to be there before a stack is brought up in the sandbox: on the real clouds people make these (docs/operations.md, bootstrap);
 * a rehearsal sets the stage from the stack's own config, so that one that names an app or a team wrongly fails as it would there.
 */
import { readStackFile } from "../config/file";
import { readPolicyConfig } from "../config/policies";
import { APPLYING_APP_KEY, RUNNER_APP_KEY, requiredSecrets } from "../config/secrets";
import type { Infrastructure } from "../pipeline/infrastructure";
import type { Pipeline } from "../pipeline/model";
import { withBaseline } from "../policy/baseline/baseline";
import { bundlePack, PACK } from "../policy/bundle";
import { readState } from "../policy/resources/state";
import type { Requirements } from "../sandbox/cli/rehearse";
import type { PolicyPack } from "../sandbox/daemon/policies";
import type { Seed } from "../sandbox/github";

/** Secrets that are no plain word: what reads them looks at their form. */
const FORMATS: Readonly<Record<string, "private-key" | "url">> = {
  [APPLYING_APP_KEY]: "private-key",
  [RUNNER_APP_KEY]: "private-key",
  MIRROR_APP_PRIVATE_KEY: "private-key",
  SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL: "url",
};

/**
 * What the sandbox has to hold before `pulumi up` of a stack.
 * @param folder where the stack's config is read, if not in the project's; the policies are configured by the project in any case
 */
export function requirements(project: string, stack: string, folder = project): Requirements {
  const { pipeline, infrastructure } = readStackFile(folder, stack);
  const optional = pipeline.secrets.filter((secret) => secret.optional).map(({ name }) => name);
  // Optional secrets get a value too: a rehearsal is to show everything that a stack can hold.
  const secrets = [...requiredSecrets(pipeline.secrets), ...optional].map((name) => ({ key: `gpu-cicd:${name}`, format: FORMATS[name] ?? ("text" as const) }));
  return { secrets, policies: policyPack(project, stack), github: [targetRepository(pipeline, infrastructure), infrastructureRepository(pipeline, infrastructure)] };
}

/**
 * The pack of this project, with the protection that the stack holds already.
 * @param config what the policies are told of the stack; by default its committed policy config
 */
export function policyPack(project: string, stack: string, config = readPolicyConfig(project, stack)): PolicyPack {
  return {
    directory: PACK,
    async prepare(before) {
      await bundlePack();
      return before === undefined ? config : withBaseline(config, readState(before).resources);
    },
  };
}

/** The repository whose CI this is, with the apps that act on it and the teams that review. */
function targetRepository({ repository, mirrorBot }: Pipeline, { github }: Infrastructure): Seed {
  const { owner, name, ownerId, repositoryId, defaultBranch } = repository;
  return {
    repository: { owner, name, ownerId, repositoryId, defaultBranch, immutableSubject: github.subjectForm === "immutable" },
    apps: [
      { id: github.applyingApp.appId, slug: "gpu-cicd-apply", installationId: github.applyingApp.installationId },
      { id: github.runnerApp.appId, slug: "gpu-cicd-runners", installationId: github.runnerApp.installationId },
      { id: mirrorBot.appId, slug: mirrorBot.kind },
    ],
    teams: Object.entries(github.teams).map(([slug, id]) => ({ slug, id })),
  };
}

/** The repository that holds this project: its environments are part of the stack. */
function infrastructureRepository({ repository }: Pipeline, { github }: Infrastructure): Seed {
  const { owner, name, ownerId, repositoryId } = github.infrastructureRepository;
  return { repository: { owner, name, ownerId, repositoryId, defaultBranch: repository.defaultBranch }, apps: [], teams: [] };
}
