import { stackRule, type Finding, type RuleConfig, type Subject } from "../../kit/rule";
import { at, listed, texts } from "../../kit/values";
import { reports } from "../../files/calls";
import { placeOf, workflows, type Job, type Workflow } from "../../files/read";
import { protectedConfig, requiredChecks, rulesetType } from "./rulesets";

const secretType = "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret";

type Judged = Iterable<Finding & { subject?: Subject }>;

export const verdictsFromMain = stackRule({
  name: "verdicts-from-main",
  title: "The verdict app reports only from the default branch's files",
  severity: "critical",
  level: "mandatory",
  holds:
    "Where the stack has an app of its own for required checks, only one job enters the environment with the app's key; nothing but `workflow_run` starts it, as a run begins and as it ends, for every workflow that reports a check of the app; and the key is in no other environment.",
  why: "GitHub Actions is one app for every workflow: whoever pushes a branch can report any check as it. What another branch's files can do as the verdict app, or what it does not look at again, is as easily forged.",
  fix: "Let the workflow of the verdicts start on workflow_run with the types requested and completed and the names of all reporting workflows, and put the key only into its environment.",
  source: { title: "GitHub: events that trigger workflows, workflow_run", url: "https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_run" },
  config: {
    repositories: protectedConfig.repositories,
    app: { type: "integer", default: 0, description: "Id of the app; 0 where the stack has none" },
    environment: { type: "string", default: "verdicts", description: "The environment that holds its key" },
    secret: { type: "string", default: "VERDICT_APP_PRIVATE_KEY", description: "Name of the secret that is its key" },
  },
  *judge(subjects, config) {
    if (config["app"] === 0) return;
    const files = workflows(subjects).filter(({ repository }) => texts(config["repositories"]).includes(repository));
    const entering = files.flatMap((workflow) => workflow.jobs.filter((job) => environmentOf(job) === config["environment"]).map((job) => ({ workflow, job })));
    const [only] = entering;
    if (only === undefined) yield { property: "verdicts", found: `no job in environment ${String(config["environment"])}`, wanted: "one that reports as the app" };
    for (const { workflow, job } of entering.slice(1)) yield { subject: workflow.subject, property: placeOf(workflow, job), found: `environment ${String(config["environment"])}`, wanted: "an environment without the verdict app's key" };
    if (only !== undefined) yield* judgeStart(only.workflow, only.job, reporting(subjects, files, config));
    yield* judgeKeys(subjects, config);
  },
});

function environmentOf({ value }: Job): unknown {
  return at(value["environment"], "name") ?? value["environment"];
}

/** Names of the workflows whose jobs report a check that the rulesets take from the app. */
function reporting(subjects: readonly Subject[], files: readonly Workflow[], config: RuleConfig): readonly string[] {
  const contexts = subjects.filter(({ type }) => type === rulesetType).flatMap(requiredChecks).filter(({ integrationId }) => integrationId === config["app"]).map(({ context }) => context);
  return [...new Set(reports(files).filter(({ name }) => contexts.includes(name)).map(({ root }) => String(root.document["name"])))];
}

function* judgeStart(workflow: Workflow, job: Job, needed: readonly string[]): Judged {
  const { subject, on } = workflow;
  const property = placeOf(workflow, job);
  if (Object.keys(on).join() !== "workflow_run") yield { subject, property, found: `a start by ${listed(Object.keys(on))}`, wanted: "only workflow_run" };
  const [types, names] = [texts(at(on, "workflow_run.types")), texts(at(on, "workflow_run.workflows"))];
  const missing = ["requested", "completed"].filter((type) => !types.includes(type));
  if (missing.length > 0) yield { subject, property, found: `no start as runs are ${listed(missing)}`, wanted: "both requested and completed" };
  const filter = ["branches", "branches-ignore"].find((key) => at(on, "workflow_run")?.[key as never] !== undefined);
  if (filter !== undefined) yield { subject, property, found: `${filter} on workflow_run`, wanted: "every branch" };
  const unseen = needed.filter((name) => !names.includes(name));
  if (unseen.length > 0) yield { subject, property, found: `no start by ${listed(unseen)}`, wanted: `a start by each of ${listed(needed)}` };
}

function* judgeKeys(subjects: readonly Subject[], config: RuleConfig): Judged {
  const keys = subjects.filter(({ type, props }) => type === secretType && at(props, "secretName") === config["secret"]);
  const [environment, repositories] = [String(config["environment"]), texts(config["repositories"])];
  const held = keys.filter(({ props }) => at(props, "environment") === environment && repositories.includes(String(at(props, "repository"))));
  if (held.length === 0) yield { property: `secret ${String(config["secret"])}`, found: `none in environment ${environment}`, wanted: "the app's key" };
  for (const key of keys.filter((each) => !held.includes(each))) {
    yield { subject: key, property: "environment", found: `${String(at(key.props, "environment"))} of ${String(at(key.props, "repository"))}`, wanted: `only ${environment}` };
  }
}
