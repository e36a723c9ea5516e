import { resourceRule } from "../../kit/rule";
import { at, items, listed, show, texts } from "../../kit/values";

export const ecrRepositoryType = "aws:ecr/repository:Repository";

export const ecrTagsImmutable = resourceRule({
  name: "ecr-tags-immutable",
  title: "Image tags are immutable but for the movable prefixes",
  severity: "high",
  level: "mandatory",
  holds: "An ECR repository lets no tag be overwritten, except the configured movable prefixes; only the configured cache repositories are mutable.",
  why: "A tag that can be overwritten is no evidence of what was tested: whoever may push can put another image behind it.",
  fix: "Set imageTagMutability to IMMUTABLE_WITH_EXCLUSION with exactly the movable prefixes as filters, or to IMMUTABLE.",
  source: { title: "Amazon ECR: image tag mutability; CIS AWS Foundations, ECR.2 of AWS Security Hub", url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html" },
  types: [ecrRepositoryType],
  config: {
    movable: { type: "array", items: { type: "string" }, default: ["main-*", "nightly-*"], description: "Filters of tags that may move" },
    mutableRepositories: { type: "array", items: { type: "string" }, default: ["ai-dynamo/dynamo-cache"], description: "Repositories that hold no images to deploy, whose tags may all move" },
  },
  *judge(repository, config) {
    if (texts(config["mutableRepositories"]).includes(String(at(repository.props, "name")))) return;
    const mutability = at(repository.props, "imageTagMutability");
    if (mutability !== "IMMUTABLE" && mutability !== "IMMUTABLE_WITH_EXCLUSION") {
      yield { property: "imageTagMutability", found: show(mutability), wanted: '"IMMUTABLE" or "IMMUTABLE_WITH_EXCLUSION"' };
    }
    const movable = texts(config["movable"]);
    const filters = items(at(repository.props, "imageTagMutabilityExclusionFilters")).map((filter) => String(at(filter, "filter")));
    const excess = filters.filter((filter) => !movable.includes(filter));
    if (excess.length > 0) yield { property: "imageTagMutabilityExclusionFilters", found: listed(excess), wanted: `${listed(movable)} at most` };
  },
});
