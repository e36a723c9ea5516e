import { stackRule, type Finding, type Subject } from "../../kit/rule";
import { at, items, listed, show, texts } from "../../kit/values";

const policyType = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";
const bindingType = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding";

export const testNamespacesGuarded = stackRule({
  name: "test-namespaces-guarded",
  title: "The API server guards the namespaces of deployment tests",
  severity: "critical",
  level: "mandatory",
  holds:
    "Admission policies judge the creation and change of namespaces and role bindings, and the creation of pods against the namespace's ResourceQuota and NetworkPolicy. Every admission policy of the stack denies, also when it cannot be evaluated or its parameter is missing, and holds for all resources that it names.",
  why: "A deployment test makes its own namespace and binds itself in it: without these policies that right is the right to the whole cluster.",
  fix: "Put the policy and its binding back; failurePolicy Fail, validationActions Deny, parameterNotFoundAction Deny.",
  source: { title: "Kubernetes: validating admission policy", url: "https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/" },
  config: {
    guards: {
      type: "array",
      items: {
        type: "object",
        properties: { resource: { type: "string" }, operations: { type: "array", items: { type: "string" } }, parameter: { type: "string" } },
        required: ["resource", "operations"],
      },
      default: [
        { resource: "namespaces", operations: ["CREATE", "UPDATE"] },
        { resource: "namespaces", operations: ["DELETE"] },
        { resource: "rolebindings", operations: ["CREATE", "UPDATE"] },
        { resource: "networkpolicies", operations: ["CREATE", "UPDATE"] },
        { resource: "networkpolicies", operations: ["UPDATE", "DELETE"] },
        { resource: "resourcequotas", operations: ["UPDATE", "DELETE"] },
        { resource: "services", operations: ["CREATE", "UPDATE"] },
        { resource: "pods", operations: ["CREATE"], parameter: "ResourceQuota" },
        { resource: "pods", operations: ["CREATE"], parameter: "NetworkPolicy" },
      ],
      description: "What must be judged: a resource, operations, and the kind of the parameter that the policy reads",
    },
  },
  *judge(subjects, config) {
    const policies = subjects.filter(({ type }) => type === policyType);
    const bindings = subjects.filter(({ type }) => type === bindingType);
    for (const guard of items(config["guards"])) {
      if (policies.some((policy) => covers(policy, guard))) continue;
      const parameter = at(guard, "parameter");
      const what = `${listed(texts(at(guard, "operations")))} of ${String(at(guard, "resource"))}${parameter === undefined ? "" : ` against a ${String(parameter)}`}`;
      yield { property: "admission policies", found: `none for ${what}`, wanted: "one" };
    }
    for (const policy of policies) {
      for (const finding of judgePolicy(policy)) yield { subject: policy, ...finding };
      const own = bindings.filter((binding) => at(binding.props, "spec.policyName") === at(policy.props, "metadata.name"));
      if (own.length === 0) yield { subject: policy, property: "binding", found: "none", wanted: "one that denies" };
    }
    for (const binding of bindings) {
      for (const finding of judgeBinding(binding)) yield { subject: binding, ...finding };
    }
  },
});

function covers(policy: Subject, guard: unknown): boolean {
  const rules = items(at(policy.props, "spec.matchConstraints.resourceRules"));
  const parameter = at(guard, "parameter");
  const matches = rules.some(
    (rule) => texts(at(rule, "resources")).includes(String(at(guard, "resource"))) && texts(at(guard, "operations")).every((operation) => texts(at(rule, "operations")).includes(operation)),
  );
  return matches && (parameter === undefined || at(policy.props, "spec.paramKind.kind") === parameter);
}

function* judgePolicy(policy: Subject): Iterable<Finding> {
  const failure = at(policy.props, "spec.failurePolicy");
  if (failure !== "Fail") yield { property: "spec.failurePolicy", found: show(failure), wanted: '"Fail"' };
  const validations = items(at(policy.props, "spec.validations")).map((validation) => String(at(validation, "expression")).trim());
  const vacuous = validations.filter((expression) => expression === "" || /^\(*\s*true\s*\)*$|\|\|\s*true\b/.test(expression));
  if (validations.length === 0 || vacuous.length > 0) yield { property: "spec.validations", found: validations.length === 0 ? "none" : listed(vacuous), wanted: "expressions that can be false" };
  const excluded = at(policy.props, "spec.matchConstraints.excludeResourceRules");
  if (items(excluded).length > 0) yield { property: "spec.matchConstraints.excludeResourceRules", found: show(excluded), wanted: "nothing" };
}

function* judgeBinding(binding: Subject): Iterable<Finding> {
  const actions = texts(at(binding.props, "spec.validationActions"));
  if (!actions.includes("Deny")) yield { property: "spec.validationActions", found: listed(actions), wanted: "Deny" };
  if (at(binding.props, "spec.matchResources") !== undefined) yield { property: "spec.matchResources", found: show(at(binding.props, "spec.matchResources")), wanted: "nothing: the policy says what it judges" };
  const missing = at(binding.props, "spec.paramRef.parameterNotFoundAction");
  if (at(binding.props, "spec.paramRef") !== undefined && missing !== "Deny") yield { property: "spec.paramRef.parameterNotFoundAction", found: show(missing), wanted: '"Deny"' };
}
