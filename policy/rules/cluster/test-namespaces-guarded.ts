import { stackRule, type Finding, type Subject } from "../../kit/rule";
import { at, isProps, items, listed, show, texts } from "../../kit/values";
import { admissionPolicyType } from "./admission-policies-apply";

const bindingType = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding";

export const testNamespacesGuarded = stackRule({
  name: "test-namespaces-guarded",
  title: "The API server guards the namespaces of deployment tests",
  severity: "critical",
  level: "mandatory",
  holds:
    "Admission policies judge the creation and change of namespaces, role bindings, accounts and their tokens, and of pods, and the creation of pods and claims against the namespace's ResourceQuota, of pods against its NetworkPolicy too. Every admission policy of the stack denies, also when it cannot be evaluated or its parameter is missing, and holds for all resources that it names, in namespaces by the configured labels alone.",
  why: "A deployment test makes its own namespace and takes rights in it: without these policies that right is the right to the whole cluster, and to the namespace of every other run.",
  fix: "Put the policy and its binding back; failurePolicy Fail, validationActions Deny, parameterNotFoundAction Deny.",
  source: { title: "Kubernetes: validating admission policy", url: "https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/" },
  config: {
    guards: {
      type: "array",
      items: {
        type: "object",
        properties: { group: { type: "string" }, resource: { type: "string" }, operations: { type: "array", items: { type: "string" } }, parameter: { type: "string" }, namespaces: { type: "string" } },
        required: ["group", "resource", "operations"],
      },
      default: [
        { group: "", resource: "namespaces", operations: ["CREATE", "UPDATE"] },
        { group: "", resource: "namespaces", operations: ["DELETE"] },
        { group: "rbac.authorization.k8s.io", resource: "rolebindings", operations: ["CREATE", "UPDATE"] },
        { group: "networking.k8s.io", resource: "networkpolicies", operations: ["CREATE", "UPDATE"] },
        { group: "networking.k8s.io", resource: "networkpolicies", operations: ["UPDATE", "DELETE"] },
        { group: "", resource: "resourcequotas", operations: ["UPDATE", "DELETE"] },
        { group: "", resource: "services", operations: ["CREATE", "UPDATE"] },
        { group: "", resource: "serviceaccounts", operations: ["CREATE", "UPDATE"] },
        { group: "", resource: "serviceaccounts/token", operations: ["CREATE"] },
        { group: "", resource: "pods", operations: ["CREATE", "UPDATE"], namespaces: "gpu-cicd/deployment-test=true" },
        { group: "", resource: "pods/ephemeralcontainers", operations: ["UPDATE"], namespaces: "gpu-cicd/deployment-test=true" },
        { group: "", resource: "persistentvolumeclaims", operations: ["CREATE"], parameter: "ResourceQuota" },
        { group: "", resource: "pods", operations: ["CREATE"], parameter: "ResourceQuota" },
        { group: "", resource: "pods", operations: ["CREATE"], parameter: "NetworkPolicy" },
        { group: "", resource: "pods", operations: ["CREATE", "UPDATE"], namespaces: "gpu-cicd/job-pods=true" },
      ],
      description: "What must be judged: a resource of an API group, operations, the kind of the parameter that the policy reads, and the label, KEY=VALUE, of the namespaces in which it does",
    },
    namespaces: {
      type: "array",
      items: { type: "string" },
      default: ["gpu-cicd/deployment-test=true", "gpu-cicd/runners=true", "gpu-cicd/job-pods=true"],
      description: "Labels by which a policy may choose namespaces, each as KEY=VALUE",
    },
  },
  *judge(subjects, config) {
    const policies = subjects.filter(({ type }) => type === admissionPolicyType);
    const bindings = subjects.filter(({ type }) => type === bindingType);
    for (const guard of items(config["guards"])) {
      if (policies.some((policy) => covers(policy, guard))) continue;
      const parameter = at(guard, "parameter");
      const label = at(guard, "namespaces");
      const where = `${parameter === undefined ? "" : ` against a ${String(parameter)}`}${label === undefined ? "" : ` in namespaces of ${String(label)}`}`;
      const what = `${listed(texts(at(guard, "operations")))} of ${String(at(guard, "resource"))}${where}`;
      yield { property: "admission policies", found: `none for ${what}`, wanted: "one" };
    }
    for (const policy of policies) {
      for (const finding of [...judgePolicy(policy), ...judgeReach(policy, texts(config["namespaces"]))]) yield { subject: policy, ...finding };
      const own = bindings.filter((binding) => at(binding.props, "spec.policyName") === at(policy.props, "metadata.name"));
      if (own.length === 0) yield { subject: policy, property: "binding", found: "none", wanted: "one that denies" };
    }
    for (const binding of bindings) {
      for (const finding of judgeBinding(binding)) yield { subject: binding, ...finding };
    }
  },
});

function covers(policy: Subject, guard: unknown): boolean {
  const wanted = { apiGroups: [String(at(guard, "group"))], resources: [String(at(guard, "resource"))], operations: texts(at(guard, "operations")) };
  const rules = items(at(policy.props, "spec.matchConstraints.resourceRules"));
  const matches = rules.some((rule) => at(rule, "resourceNames") === undefined && Object.entries(wanted).every(([key, values]) => values.every((value) => texts(at(rule, key)).includes(value))));
  const parameter = at(guard, "parameter");
  const label = at(guard, "namespaces");
  const there = label === undefined || choosesBy(at(policy.props, "spec.matchConstraints.namespaceSelector"), [String(label)]);
  return matches && there && (parameter === undefined || at(policy.props, "spec.paramKind.kind") === parameter);
}

function* judgePolicy(policy: Subject): Iterable<Finding> {
  const failure = at(policy.props, "spec.failurePolicy");
  if (failure !== "Fail") yield { property: "spec.failurePolicy", found: show(failure), wanted: '"Fail"' };
  const validations = items(at(policy.props, "spec.validations")).map((validation) => String(at(validation, "expression")).trim());
  const vacuous = validations.filter((expression) => expression === "" || /^\(*\s*true\s*\)*$|\|\|\s*true\b/.test(expression));
  if (validations.length === 0 || vacuous.length > 0) yield { property: "spec.validations", found: validations.length === 0 ? "none" : listed(vacuous), wanted: "expressions that can be false" };
}

/** What a policy leaves out by its selectors and exclusions; `admission-policies-apply` looks at its conditions. */
function* judgeReach(policy: Subject, labels: readonly string[]): Iterable<Finding> {
  const constraints = at(policy.props, "spec.matchConstraints");
  for (const key of ["excludeResourceRules", "objectSelector"]) {
    const value = at(constraints, key);
    if (value !== undefined && items(value).length + Object.keys(isProps(value) ? value : {}).length > 0) yield { property: `spec.matchConstraints.${key}`, found: show(value), wanted: "nothing" };
  }
  const selector = at(constraints, "namespaceSelector");
  if (selector !== undefined && !choosesBy(selector, labels)) yield { property: "spec.matchConstraints.namespaceSelector", found: show(selector), wanted: `nothing, or one of ${listed(labels)}` };
}

function choosesBy(selector: unknown, labels: readonly string[]): boolean {
  const chosen = at(selector, "matchLabels");
  const pairs = Object.entries(isProps(chosen) ? chosen : {}).map(([key, value]) => `${key}=${String(value)}`);
  return at(selector, "matchExpressions") === undefined && pairs.length < 2 && pairs.every((pair) => labels.includes(pair));
}

function* judgeBinding(binding: Subject): Iterable<Finding> {
  const actions = texts(at(binding.props, "spec.validationActions"));
  if (!actions.includes("Deny")) yield { property: "spec.validationActions", found: listed(actions), wanted: "Deny" };
  if (at(binding.props, "spec.matchResources") !== undefined) yield { property: "spec.matchResources", found: show(at(binding.props, "spec.matchResources")), wanted: "nothing: the policy says what it judges" };
  const missing = at(binding.props, "spec.paramRef.parameterNotFoundAction");
  if (at(binding.props, "spec.paramRef") !== undefined && missing !== "Deny") yield { property: "spec.paramRef.parameterNotFoundAction", found: show(missing), wanted: '"Deny"' };
}
