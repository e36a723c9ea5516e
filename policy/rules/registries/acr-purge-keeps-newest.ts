import { resourceRule, type Finding } from "../../kit/rule";
import { at, items, show, texts } from "../../kit/values";
import { parseYaml } from "../../kit/yaml";

/** Tags of the usual form, for a stack whose config names none. A stack's own follow from its images. */
function movableTags(): string[] {
  const subjects = ["image", "image-cuda13"];
  return ["main", "nightly"].flatMap((prefix) => subjects.flatMap((subject) => ["amd64", "arm64"].map((arch) => `${prefix}-${subject}-${arch}`)));
}

export const acrPurgeKeepsNewest = resourceRule({
  name: "acr-purge-keeps-newest",
  title: "No purge deletes the newest main or nightly image",
  severity: "high",
  level: "mandatory",
  holds: "A task of the Azure registry runs nothing but `acr purge`, with its filters in quotes, and one whose filter matches a movable tag keeps a number of images.",
  why: "After a quiet month a purge by age would delete the images that deployments and nightly tests pull.",
  fix: "Anchor the filter's pattern so that it matches no movable tag, or add --keep.",
  source: { title: "Azure Container Registry: automatically purge images", url: "https://learn.microsoft.com/azure/container-registry/container-registry-auto-purge" },
  types: ["azure-native:containerregistry:Task"],
  config: {
    tags: { type: "array", items: { type: "string" }, default: movableTags(), description: "The movable tags" },
    images: { type: "integer", minimum: 1, default: 10, description: "Images that a purge of movable tags keeps at least" },
  },
  *judge(task, config) {
    const content = at(task.props, "step.encodedTaskContent");
    const steps = typeof content === "string" ? items(at(parseYaml(Buffer.from(content, "base64").toString("utf8")), "steps")) : [];
    if (steps.length === 0) return yield { property: "step.encodedTaskContent", found: "no steps", wanted: "a task with steps" };
    for (const [index, step] of steps.entries()) yield* judgeCommand(`steps[${index}].cmd`, String(at(step, "cmd")), texts(config["tags"]), Number(config["images"]));
  },
});

function* judgeCommand(property: string, command: string, tags: readonly string[], least: number): Iterable<Finding> {
  if (!command.startsWith("acr purge ")) return yield { property, found: show(command), wanted: "acr purge" };
  const filters = [...command.matchAll(/--filter\s+'([^':]+):([^']*)'/g)].map((match) => match[2]!);
  if (filters.length === 0 || filters.length < command.split("--filter").length - 1) yield { property, found: show(command), wanted: "each filter in quotes" };
  const kept = Number(/--keep\s+(\d+)/.exec(command)?.[1] ?? 0);
  const reached = filters.find((filter) => tags.some((tag) => matches(filter, tag)));
  if (reached !== undefined && kept < least) yield { property, found: `${reached} keeps ${kept}`, wanted: `--keep ${least} or more for movable tags` };
}

/** A pattern that cannot be read might match everything. */
function matches(pattern: string, tag: string): boolean {
  try {
    return new RegExp(pattern).test(tag);
  } catch {
    return true;
  }
}
