import { stackRule, type Finding, type Subject } from "../../kit/rule";
import { at, items, listed, show } from "../../kit/values";
import { configMapType, podSpecsOf } from "./pod-specs";
import { isController, isScaleSet, jobNamespaceOf, jobNamespaceVariable, startsPods } from "./releases";

const group = "kubernetes:rbac.authorization.k8s.io/v1";
const secretType = "kubernetes:core/v1:Secret";

export const runnerAccountsConfined = stackRule({
  name: "runner-accounts-confined",
  title: "No job's token reaches the runners' credential",
  severity: "critical",
  level: "mandatory",
  holds:
    "Runners that start pods for jobs have an account of this stack, start them in a namespace without any Secret of this stack, and their account is bound to nothing outside of it. Pods in which jobs run carry no token.",
  why: "The chart's own account for this mode reads and deletes every secret of its namespace: the GitHub App's key, and the registration of every other runner. Whoever may create pods there mounts them.",
  fix: `Name an account in template.spec.serviceAccountName, set ${jobNamespaceVariable} on the runner's container, and bind the account only in that namespace.`,
  source: { title: "actions-runner-controller: kube_mode_role.yaml of gha-runner-scale-set; runner-container-hooks", url: "https://github.com/actions/runner-container-hooks/tree/main/packages/k8s" },
  *judge(subjects) {
    const sets = subjects.filter(isScaleSet);
    const held = holdingCredentials(subjects);
    for (const set of sets.filter(startsPods)) for (const finding of exposed(set, held)) yield { subject: set, ...finding };
    for (const subject of subjects) {
      for (const finding of withToken(subject)) yield { subject, ...finding };
      for (const finding of overreaching(subject, sets, held)) yield { subject, ...finding };
    }
  },
});

/** Namespaces in which a credential lies: those of scale sets, of their controller, whose listeners hold a copy, and of every Secret of the stack. */
function holdingCredentials(subjects: readonly Subject[]): ReadonlySet<unknown> {
  const releases = subjects.filter((subject) => isScaleSet(subject) || isController(subject)).map(({ props }) => at(props, "namespace"));
  return new Set([...releases, ...subjects.filter(({ type }) => type === secretType).map(({ props }) => at(props, "metadata.namespace"))]);
}

function* exposed(set: Subject, held: ReadonlySet<unknown>): Iterable<Finding> {
  const account = at(set.props, "values.template.spec.serviceAccountName");
  if (account === undefined || account === "") yield { property: "values.template.spec.serviceAccountName", found: "nothing", wanted: "an account of this stack, or the chart makes one that reads every secret" };
  const jobs = jobNamespaceOf(set);
  if (typeof jobs !== "string" || jobs === "" || held.has(jobs)) {
    const found = `${jobNamespaceVariable} ${show(jobs)}`;
    yield { property: "values.template.spec.containers", found, wanted: "a namespace in which no credential lies" };
  }
}

/** Where a job's own commands run: in the runner's pod unless it starts another, and in the pods that hooks start. */
function* withToken(subject: Subject): Iterable<Finding> {
  if (subject.type !== configMapType && !(isScaleSet(subject) && !startsPods(subject))) return;
  for (const { path, spec } of podSpecsOf(subject)) {
    const mounted = at(spec, "automountServiceAccountToken");
    if (mounted !== false) yield { property: `${path}.automountServiceAccountToken`, found: show(mounted), wanted: "false" };
  }
}

/** Bindings that give runners a role beyond the namespace of their jobs. `cluster-roles-narrow` refuses groups of accounts. */
function* overreaching(subject: Subject, sets: readonly Subject[], held: ReadonlySet<unknown>): Iterable<Finding> {
  if (subject.type !== `${group}:RoleBinding` && subject.type !== `${group}:ClusterRoleBinding`) return;
  const within = at(subject.props, "metadata.namespace");
  if (subject.type === `${group}:RoleBinding` && !held.has(within)) return;
  const homes = new Set([...sets.map(({ props }) => at(props, "namespace")), ...sets.filter(startsPods).map(jobNamespaceOf)]);
  const reached = items(at(subject.props, "subjects")).filter((who) => at(who, "kind") === "ServiceAccount" && homes.has(at(who, "namespace"))).map((who) => String(at(who, "name")));
  if (reached.length > 0) yield { property: "subjects", found: listed(reached), wanted: "no account of a runner or a job" };
}
