import { resourceRule, type Finding } from "../../kit/rule";
import { at, isProps, items, show, texts } from "../../kit/values";

export const lifecyclePolicyType = "aws:ecr/lifecyclePolicy:LifecyclePolicy";

type Rule = Readonly<Record<string, unknown>>;

export const ecrLifecycleValid = resourceRule({
  name: "ecr-lifecycle-valid",
  title: "Lifecycle policies follow ECR's rules",
  severity: "medium",
  level: "mandatory",
  holds: "A lifecycle policy is one that ECR accepts: priorities are unique, a rule for any image comes last, tagged rules name their tags in one way, counts are positive, storage classes fit what is counted and done.",
  why: "Emulators accept what ECR refuses, and a refused policy leaves the apply half done.",
  fix: "Correct the rule as ECR's documentation of lifecycle policy properties says.",
  source: { title: "Amazon ECR: lifecycle policy properties", url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html" },
  types: [lifecyclePolicyType],
  *judge(policy) {
    const rules = lifecycleRules(at(policy.props, "policy"));
    if (rules === undefined) return yield { property: "policy", found: "no rules", wanted: "JSON with a list of rules" };
    if (rules.length < 1 || rules.length > 50) yield { property: "policy.rules", found: `${rules.length} rules`, wanted: "1 to 50" };
    const priorities = rules.map((rule) => Number(rule["rulePriority"]));
    for (const [index, rule] of rules.entries()) yield* judgeRule(`policy.rules[${index}]`, rule, priorities);
  },
});

/** The rules of a policy given as JSON text or as an object. */
export function lifecycleRules(policy: unknown): readonly Rule[] | undefined {
  const value = typeof policy === "string" ? tryJson(policy) : policy;
  return isProps(value) && Array.isArray(value["rules"]) ? items(value["rules"]).filter(isProps) : undefined;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function* judgeRule(path: string, rule: Rule, priorities: readonly number[]): Iterable<Finding> {
  const priority = rule["rulePriority"];
  const selection = isProps(rule["selection"]) ? rule["selection"] : {};
  const status = selection["tagStatus"];
  if (typeof priority !== "number" || !Number.isInteger(priority) || priority < 1) return yield { property: `${path}.rulePriority`, found: show(rule["rulePriority"]), wanted: "a whole number from 1" };
  if (priorities.filter((other) => other === priority).length > 1) yield { property: `${path}.rulePriority`, found: `${priority} twice`, wanted: "a priority of its own" };
  if (status === "any" && priorities.some((other) => other > priority)) yield { property: `${path}.rulePriority`, found: `${priority} for any image`, wanted: "the highest of all" };
  yield* judgeTags(path, selection, status);
  yield* judgeCount(path, selection);
  yield* judgeAction(path, at(rule, "action.type"), at(rule, "action.targetStorageClass"));
}

function* judgeAction(path: string, action: unknown, target: unknown): Iterable<Finding> {
  if (action !== "expire" && action !== "transition") yield { property: `${path}.action.type`, found: show(action), wanted: '"expire" or "transition"' };
  const wanted = action === "transition" ? "archive" : undefined;
  if (target !== wanted) yield { property: `${path}.action.targetStorageClass`, found: show(target), wanted: show(wanted) };
}

function* judgeTags(path: string, selection: Rule, status: unknown): Iterable<Finding> {
  const patterns = texts(selection["tagPatternList"]);
  const prefixes = texts(selection["tagPrefixList"]);
  const named = patterns.length + prefixes.length;
  if (!["tagged", "untagged", "any"].includes(String(status))) yield { property: `${path}.selection.tagStatus`, found: show(status), wanted: "tagged, untagged or any" };
  if (status === "tagged" && named === 0) yield { property: `${path}.selection`, found: "neither tagPatternList nor tagPrefixList", wanted: "one of them for tagged images" };
  if (status === "tagged" && patterns.length > 0 && prefixes.length > 0) yield { property: `${path}.selection`, found: "tagPatternList and tagPrefixList", wanted: "one of them" };
  if ((status === "untagged" || status === "any") && named > 0) yield { property: `${path}.selection`, found: `tags for ${status} images`, wanted: "none" };
  const wild = patterns.find((pattern) => pattern.split("*").length > 5);
  if (wild !== undefined) yield { property: `${path}.selection.tagPatternList`, found: wild, wanted: "four wildcards at most" };
}

function* judgeCount(path: string, selection: Rule): Iterable<Finding> {
  const type = String(selection["countType"]);
  const since = ["sinceImagePushed", "sinceImagePulled", "sinceImageTransitioned"].includes(type);
  const count = selection["countNumber"];
  const storage = selection["storageClass"];
  const wanted = type === "sinceImageTransitioned" ? "archive" : "standard";
  if (storage !== wanted && !(storage === undefined && wanted === "standard")) yield { property: `${path}.selection.storageClass`, found: show(storage), wanted: show(wanted) };
  if (!since && type !== "imageCountMoreThan") yield { property: `${path}.selection.countType`, found: type, wanted: "imageCountMoreThan or a since type" };
  if (since !== (selection["countUnit"] === "days")) yield { property: `${path}.selection.countUnit`, found: show(selection["countUnit"]), wanted: since ? '"days"' : "nothing" };
  if (typeof count !== "number" || !Number.isInteger(count) || count < 1) yield { property: `${path}.selection.countNumber`, found: show(count), wanted: "a whole number from 1" };
}
