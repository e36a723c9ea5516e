/** What a team meets on its first day: names that others have, and limits that nobody remembers. */
import { infrastructure, pipeline } from "../../fixtures";
import { runner, withDeploymentCluster, withInfrastructure, withPipeline, type Broken } from "../breaking";

const { github } = infrastructure;
const set = pipeline.runnerClasses.findIndex(({ kind }) => kind === "scale-set");
const { label: own } = pipeline.runnerClasses[set]!;
const labelAt = `pipeline.runnerClasses[${set}].label`;
const groupAt = `pipeline.runnerClasses[${set}].runnerGroup`;

const teams = { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7 };
const withZone = (timezone: string) => withPipeline({ schedule: { ...pipeline.schedule, timezone } });
const withRunner = (name: string) => withInfrastructure({ github: { ...github, infrastructureRepository: { ...github.infrastructureRepository, runner: name } } });

export const firstContactCases: readonly Broken[] = [
  ...["ubuntu-latest", "ubuntu-24.04", "ubuntu-24.04-arm", "windows-2025", "macos-latest", "macos-15-intel", "windows-11-arm"].map(
    (label): Broken => ["runner-label-taken", runner(own, { label }), labelAt, `"${label}", a label of GitHub's own machines`, "a label that no other runner has"],
  ),
  ...["self-hosted", "linux", "x64", "arm64", "windows"].map(
    (label): Broken => ["runner-label-taken", runner(own, { label }), labelAt, `"${label}", which every self-hosted runner of its kind carries`, "a label that no other runner has"],
  ),
  ...["Default", "default", "Default Larger Runners"].map(
    (runnerGroup): Broken => [
      "runner-group-taken",
      runner(own, { runnerGroup }),
      groupAt,
      `"${runnerGroup}", a group that every organisation has`,
      "a name of its own, such as dynamo-builders: the stack makes the group and decides who uses it",
    ],
  ),
  [
    "account-ids",
    withInfrastructure({ github: { ...github, teams, applyReviewers: Object.keys(teams) } }),
    "infrastructure.github.applyReviewers",
    "7 teams",
    "at most 6: they review an environment",
  ],
  [
    "account-ids",
    withInfrastructure({ github: { ...github, teams, applyReviewers: ["one", "one"] } }),
    "infrastructure.github.applyReviewers[1]",
    '"one", as in infrastructure.github.applyReviewers[0]',
    "each team once",
  ],
  ...["PST", "JST", "IST", "SystemV/PST8PDT", "america/los_angeles", "Pacific Standard Time", "+01:00", "Factory", "", "constructor"].map(
    (timezone): Broken => ["schedule", withZone(timezone), "pipeline.schedule.timezone", JSON.stringify(timezone), "an IANA time zone, such as America/Los_Angeles"],
  ),
  ...["ubuntu-latest", "ubuntu-24.04"].map(
    (name): Broken => [
      "infrastructure-runner",
      withRunner(name),
      "infrastructure.github.infrastructureRepository.runner",
      `"${name}", a machine of GitHub's, whose address is in no authorized range and in no private network`,
      "the label of a larger runner with addresses of its own, or of a scale set outside of this stack",
    ],
  ),
  ...(["rapid", "stable"] as const).map(
    (upgradeChannel): Broken => [
      "upgrade-channel",
      withDeploymentCluster({ upgradeChannel }),
      "infrastructure.deploymentCluster.upgradeChannel",
      `"${upgradeChannel}", with which AKS raises the minor version that kubernetesVersion pins, ${infrastructure.deploymentCluster.kubernetesVersion}`,
      "patch, node-image, none: raise kubernetesVersion by a change of its own",
    ],
  ),
  [
    "infrastructure-runner",
    withRunner("self-hosted"),
    "infrastructure.github.infrastructureRepository.runner",
    '"self-hosted", which every self-hosted runner of its kind carries',
    "the label of a larger runner with addresses of its own, or of a scale set outside of this stack",
  ],
];

/** Zones and labels that look odd and are good. */
export const goodZones = ["UTC", "Etc/UTC", "US/Pacific", "Asia/Kolkata", "Asia/Calcutta", "PST8PDT", "EST", "GMT", "America/Argentina/ComodRivadavia"];
export const goodLabels = ["ubuntu-gpu-1", "prod-linux-builder", "arm64-builders"];
