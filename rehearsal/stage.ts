/**
 * What has to be there before a stack is brought up in the sandbox: on the real clouds people make these (docs/operations.md, bootstrap);
 * a rehearsal sets the stage from the stack's own config, so that one that names an app or a team wrongly fails as it would there.
 */
import { readStackFile } from "../config/file";
import { configDigest, stackManifest } from "../config/intent";
import { readPolicyConfig, withManifest } from "../config/policies";
import { APPLYING_APP_KEY, RUNNER_APP_KEY, requiredSecrets } from "../config/secrets";
import type { Infrastructure } from "../pipeline/infrastructure";
import type { Pipeline } from "../pipeline/model";
import { withBaseline } from "../policy/baseline/baseline";
import { bundlePack, PACK } from "../policy/bundle";
import { manifestOf } from "../policy/intent/manifest";
import type { PackConfig } from "../policy/kit/config";
import { readState } from "../policy/resources/state";
import { resourcesAsIntended } from "../policy/rules/stack/resources-as-intended";
import type { Requirements } from "../sandbox/cli/rehearse";
import type { PolicyPack } from "../sandbox/daemon/policies";
import type { Seed } from "../sandbox/github";

/** Secrets that are no plain word: what reads them looks at their form. */
const FORMATS: Readonly<Record<string, "private-key" | "url">> = {
  [APPLYING_APP_KEY]: "private-key",
  [RUNNER_APP_KEY]: "private-key",
  MIRROR_APP_PRIVATE_KEY: "private-key",
  VERDICT_APP_PRIVATE_KEY: "private-key",
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
  return { secrets, policies: policyPack(project, stack, undefined, folder), github: [targetRepository(stack, pipeline, infrastructure), infrastructureRepository(pipeline, infrastructure)] };
}

/**
 * The pack of this project, with the protection that the stack holds already.
 * @param config what the policies are told of the stack; by default its committed policy config, with a manifest of the config that is rehearsed
 * @param folder where the stack's config is read, if not in the project's
 */
export function policyPack(project: string, stack: string, config?: PackConfig, folder = project): PolicyPack {
  return {
    directory: PACK,
    async prepare(before) {
      await bundlePack();
      const told = config ?? (await rehearsedConfig(project, stack, folder));
      return before === undefined ? told : withBaseline(told, readState(before).resources);
    },
  };
}

/** Who tries a change of config has not written its manifest yet: the rehearsal makes one, and says that the committed one is another's. */
async function rehearsedConfig(project: string, stack: string, folder: string): Promise<PackConfig> {
  const committed = readPolicyConfig(project, stack);
  const manifest = manifestOf(committed[resourcesAsIntended.name]?.["manifest"] ?? "");
  if (manifest === undefined || manifest.config === configDigest(folder, stack)) return committed;
  console.error(`The manifest of ${stack} is not of this config: the rehearsal uses one that it makes now. Run make generate before you commit.`);
  return withManifest(committed, await stackManifest(project, stack, folder));
}

/** The repository whose CI this is, with the apps that act on it and the teams that review. Each stack has apps of its own, and one sandbox may hold several stacks. */
function targetRepository(stack: string, { repository, mirrorBot, verdictApp }: Pipeline, { github }: Infrastructure): Seed {
  const { owner, name, ownerId, repositoryId, defaultBranch } = repository;
  return {
    repository: { owner, name, ownerId, repositoryId, defaultBranch, immutableSubject: github.subjectForm === "immutable" },
    apps: [
      { id: github.applyingApp.appId, slug: `gpu-cicd-${stack}-apply`, installationId: github.applyingApp.installationId },
      { id: github.runnerApp.appId, slug: `gpu-cicd-${stack}-runners`, installationId: github.runnerApp.installationId },
      { id: mirrorBot.appId, slug: mirrorBot.kind },
      ...(verdictApp === undefined ? [] : [{ id: verdictApp.appId, slug: `gpu-cicd-${stack}-verdicts` }]),
    ],
    teams: Object.entries(github.teams).map(([slug, id]) => ({ slug, id })),
  };
}

/** The repository that holds this project: its environments are part of the stack. */
function infrastructureRepository({ repository }: Pipeline, { github }: Infrastructure): Seed {
  const { owner, name, ownerId, repositoryId } = github.infrastructureRepository;
  return { repository: { owner, name, ownerId, repositoryId, defaultBranch: repository.defaultBranch }, apps: [], teams: [] };
}
