/** Default repository, its environments and its secrets. */
import type { EnvironmentSpec, Repository, SecretSpec } from "../model";

export const seedRepository: Repository = {
  owner: "ai-dynamo",
  name: "dynamo",
  ownerId: 0,
  repositoryId: 0,
  defaultBranch: "main",
  releaseBranches: "release/*",
  mirrorBranchPrefix: "pull-request/",
};

const { defaultBranch, releaseBranches, mirrorBranchPrefix } = seedRepository;
const reviewed = [defaultBranch, releaseBranches];

/** Who may hold what: an environment's branches decide which runs get its secrets and its cloud identity. */
export const seedEnvironments: readonly EnvironmentSpec[] = [
  { name: "pull-request-images", branches: [`${mirrorBranchPrefix}*`], reviewers: [], waitMinutes: 0, identity: "pull-request-images" },
  { name: "main-images", branches: [defaultBranch], reviewers: [], waitMinutes: 0, identity: "main-images" },
  { name: "release-images", branches: [releaseBranches], reviewers: [], waitMinutes: 0, identity: "release-images" },
  { name: "deployment-tests", branches: [defaultBranch], reviewers: [], waitMinutes: 0, identity: "deployment-tests" },
  { name: "notifications", branches: reviewed, reviewers: [], waitMinutes: 0, identity: "none" },
];

/** No cloud key and no registry password is among them: jobs log in by OIDC. */
export const seedSecrets: readonly SecretSpec[] = [
  {
    name: "HF_TOKEN",
    title: "Token of the model hub, read only: tests load gated models with it",
    environments: ["pull-request-images", "main-images", "release-images", "deployment-tests"],
    optional: false,
  },
  {
    name: "SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL",
    title: "Incoming webhook of the Slack channel that hears of finished runs",
    environments: ["notifications"],
    optional: true,
  },
];
