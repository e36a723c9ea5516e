import { stackRule, type Subject } from "../../kit/rule";
import { at, items, show, texts } from "../../kit/values";
import { ecrRepositoryType } from "./ecr-tags-immutable";
import { lifecyclePolicyType, lifecycleRules } from "./ecr-lifecycle-valid";

export const newestImagesKept = stackRule({
  name: "newest-images-kept",
  title: "No lifecycle rule deletes the newest main or nightly image",
  severity: "high",
  level: "mandatory",
  holds:
    "In a repository with movable tags, every rule that could claim an image with such a tag keeps a number of images, until one claims them all. ECR gives an image to the first rule that matches any of its tags, and no later one can expire it.",
  why: "After a quiet month an age rule would delete the images that deployments and nightly tests pull.",
  fix: "Put a rule imageCountMoreThan for the prefix, with a lower priority number, before every rule that expires by age.",
  source: { title: "Amazon ECR: lifecycle policy evaluation rules", url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html" },
  config: {
    images: { type: "integer", minimum: 1, default: 10, description: "Images of one run under one prefix: a rule keeps at least so many" },
    imagesOf: { type: "object", additionalProperties: { type: "integer", minimum: 1 }, default: {}, description: "The same for filters of which it is known, such as main-*" },
    movable: { type: "array", items: { type: "string" }, default: ["main-*", "nightly-*"], description: "Filters of tags that may move, in repositories that the stack does not make; of the others their own settings say so" },
  },
  *judge(subjects, config) {
    const repositories = subjects.filter(({ type }) => type === ecrRepositoryType);
    for (const policy of subjects.filter(({ type }) => type === lifecyclePolicyType)) {
      const repository = repositories.find(({ props }) => at(props, "name") === at(policy.props, "repository"));
      const rules = [...(lifecycleRules(at(policy.props, "policy")) ?? [])].sort((a, b) => Number(a["rulePriority"]) - Number(b["rulePriority"]));
      for (const filter of repository === undefined ? texts(config["movable"]) : filtersOf(repository)) {
        const least = Number((config["imagesOf"] as Readonly<Record<string, number>>)[filter] ?? config["images"]);
        const rule = deletingRule(rules, filter, least);
        if (rule !== undefined) yield { subject: policy, property: `policy.rules for ${filter}`, found: told(rule), wanted: `at least ${least} kept, before any rule by age` };
      }
    }
  },
});

type Rule = Readonly<Record<string, unknown>>;

function filtersOf(repository: Subject): readonly string[] {
  return items(at(repository.props, "imageTagMutabilityExclusionFilters")).map((filter) => String(at(filter, "filter")));
}

/** The first rule that could delete the newest image with such a tag. An image may have other tags, too, by which another rule claims it. */
function deletingRule(rules: readonly Rule[], filter: string, least: number): Rule | undefined {
  for (const rule of rules) {
    // Neither images without tags nor archived ones are the newest with a tag.
    if (at(rule, "selection.tagStatus") === "untagged" || at(rule, "selection.storageClass") === "archive") continue;
    if (!(countOf(rule) >= least)) return rule;
    if (claimsAll(rule, filter)) return undefined;
  }
  return undefined;
}

/** How many images the rule keeps whatever their age. */
function countOf(rule: Rule): number {
  return at(rule, "selection.countType") === "imageCountMoreThan" ? Number(at(rule, "selection.countNumber")) : 0;
}

/** True when the rule claims every image with such a tag: of several patterns an image must fit each. */
function claimsAll(rule: Rule, filter: string): boolean {
  const start = filter.replace(/\*.*$/s, "");
  const patterns = [...texts(at(rule, "selection.tagPrefixList")).map((prefix) => `${prefix}*`), ...texts(at(rule, "selection.tagPatternList"))];
  return patterns.every((pattern) => /^[^*]*\*$/.test(pattern) && start.startsWith(pattern.slice(0, -1)));
}

function told(rule: Rule): string {
  const kept = countOf(rule);
  return `rule ${String(rule["rulePriority"])}, ${kept > 0 ? `which keeps ${kept}` : `by ${show(at(rule, "selection.countType"))}`}`;
}
