import { weaken } from "../../policy/mutations/mutation";
import { after, newFile } from "../edits";
import type { Recipe } from "../recipe";

const NAME = "team-values-given";
const VARIABLE = "ActionsEnvironmentVariable team-region";
const FILE = "RepositoryFile workflows-.github/workflows/team-labels.yml";

const WORKFLOW = `name: team-labels
on:
  pull_request_target:
    types: [opened]
permissions: {}
concurrency:
  group: \${{ github.workflow }}-\${{ github.event.pull_request.number }}
  cancel-in-progress: false
jobs:
  team-labels:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions: {}
    steps:
      - run: echo "a pull request was opened"
`;

const RESOURCE = `  const { pipeline } = stack.config;
  new ActionsEnvironmentVariable(
    "team-region",
    { repository: pipeline.repository.name, environment: pipeline.environments[0]!.name, variableName: "TEAM_REGION", value: "eu" },
    { provider: stack.providers.github, dependsOn: [stack.secrets] },
  );
`;

const RULE = `
const teamValuesGiven: Rule = resourceRule({
  name: "${NAME}",
  title: "A variable of the team has a value",
  severity: "low",
  level: "mandatory",
  holds: "No variable whose name begins with TEAM_ is empty.",
  why: "A job that reads an empty one goes on with nothing.",
  fix: "Give the variable a value.",
  source: { title: "GitHub Actions: variables", url: "https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/use-variables" },
  types: ["github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable"],
  *judge({ props }) {
    if (String(props["variableName"]).startsWith("TEAM_") && props["value"] === "") yield { property: "value", found: '""', wanted: "a text" };
  },
});
`;

const RULE_IMPORT = 'import type { Rule } from "../policy/kit/rule";\n';
const PARTS_IMPORT = 'import type { StackParts } from "../components/stack-parts";\n';

/** A workflow file, a resource and a policy of a team's own, all in `extensions/`. */
export const extension: Recipe = {
  name: "extension",
  task: "a workflow file, a resource and a policy of one's own",
  edits: [
    newFile("extensions/workflows/team-labels.yml", WORKFLOW),
    after("extensions/resources.ts", PARTS_IMPORT, 'import { ActionsEnvironmentVariable } from "@pulumi/github/actionsEnvironmentVariable";\n'),
    after("extensions/resources.ts", "  void stack;\n", RESOURCE),
    after("extensions/policies.ts", RULE_IMPORT, 'import { resourceRule } from "../policy/kit/rule";\n'),
    after("extensions/policies.ts", 'import { resourceRule } from "../policy/kit/rule";\n', RULE),
    after("extensions/policies.ts", "export const ownPolicies: readonly Rule[] = [", "teamValuesGiven"),
  ],
  refused: [],
  harms: [
    { what: "a variable of the team without a value", byEntry: true, mutations: () => weaken(NAME, VARIABLE, "value", "") },
    { what: "its workflow given rights", byEntry: false, mutations: () => weaken("resources-as-intended", FILE, "content permissions", "write-all") },
  ],
  tests: ["test/policy/rules.test.ts", "test/docs/policies.test.ts"],
};
