import { stackRule } from "../../kit/rule";
import { at, items, show, texts } from "../../kit/values";
import { ecrRepositoryType } from "./ecr-tags-immutable";
import { lifecyclePolicyType, lifecycleRules } from "./ecr-lifecycle-valid";

export const newestImagesKept = stackRule({
  name: "newest-images-kept",
  title: "No lifecycle rule deletes the newest main or nightly image",
  severity: "high",
  level: "mandatory",
  holds:
    "In a repository with movable tags, each of them is claimed by a rule that keeps a number of images, before any rule that could expire it by age. ECR gives an image to the first rule that matches its tag, and no later one can expire it.",
  why: "After a quiet month an age rule would delete the images that deployments and nightly tests pull.",
  fix: "Put a rule imageCountMoreThan for the prefix, with a lower priority number, before the rule that expires by age.",
  source: { title: "Amazon ECR: lifecycle policy evaluation rules", url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html" },
  config: { images: { type: "integer", minimum: 1, default: 10, description: "Images of one run under one prefix: a rule keeps at least so many" } },
  *judge(subjects, config) {
    const least = Number(config["images"]);
    for (const repository of subjects.filter(({ type }) => type === ecrRepositoryType)) {
      const name = at(repository.props, "name");
      const movable = items(at(repository.props, "imageTagMutabilityExclusionFilters")).map((filter) => String(at(filter, "filter")));
      const policy = subjects.find(({ type, props }) => type === lifecyclePolicyType && at(props, "repository") === name);
      const rules = [...(lifecycleRules(at(policy?.props, "policy")) ?? [])].sort((a, b) => Number(a["rulePriority"]) - Number(b["rulePriority"]));
      for (const filter of movable) {
        const first = rules.find((rule) => claims(rule, filter));
        if (first === undefined) continue;
        const kept = at(first, "selection.countType") === "imageCountMoreThan" ? Number(at(first, "selection.countNumber")) : 0;
        if (kept >= least) continue;
        yield { subject: policy, property: `policy.rules for ${filter}`, found: kept === 0 ? `a rule by ${show(at(first, "selection.countType"))}` : `${kept} kept`, wanted: `at least ${least} kept, before any rule by age` };
      }
    }
  },
});

/** True when the rule can claim an image with such a tag. */
function claims(rule: Readonly<Record<string, unknown>>, filter: string): boolean {
  const status = at(rule, "selection.tagStatus");
  if (status !== "tagged") return status === "any";
  const prefix = filter.replace(/\*.*$/s, "");
  const heads = [...texts(at(rule, "selection.tagPrefixList")), ...texts(at(rule, "selection.tagPatternList")).map((pattern) => pattern.replace(/\*.*$/s, ""))];
  return heads.some((head) => prefix.startsWith(head) || head.startsWith(prefix));
}
