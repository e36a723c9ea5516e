import { resourceRule } from "../../kit/rule";
import { at, items, listed } from "../../kit/values";
import { identityType } from "../trust/azure";

export const admissionPolicyType = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";

export const admissionPoliciesApply = resourceRule({
  name: "admission-policies-apply",
  title: "Admission policies apply to everybody, or to one user by name",
  severity: "critical",
  level: "mandatory",
  holds: "An admission policy has no condition but one, and that names the user whose requests it judges.",
  why: "A condition that nobody meets switches a policy off, and everything else about it looks as before.",
  fix: "Remove the condition, or write request.userInfo.username == 'NAME'.",
  source: { title: "Kubernetes: validating admission policy, match conditions", url: "https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/#matching-requests-matchconditions" },
  types: [admissionPolicyType],
  unknowns: { why: "Azure assigns the object id, which is the user's name, of the identity that the same apply creates", from: { spec: [identityType] } },
  *judge(policy) {
    const conditions = items(at(policy.props, "spec.matchConditions")).map((condition) => String(at(condition, "expression")));
    const narrowing = conditions.filter((expression) => !/^request\.userInfo\.username == '[^']+'$/.test(expression));
    if (conditions.length > 1 || narrowing.length > 0) yield { property: "spec.matchConditions", found: listed(conditions), wanted: "one user's name at most" };
  },
});
