import { parse } from "yaml";
import { resourceRule, type Finding } from "../../kit/rule";
import { at, items, show, texts } from "../../kit/values";

export const acrPurgeKeepsNewest = resourceRule({
  name: "acr-purge-keeps-newest",
  title: "No purge deletes the newest main or nightly image",
  severity: "high",
  level: "mandatory",
  holds: "A purge task of the Azure registry purges by anchored tag patterns, and one whose pattern matches a movable tag keeps a number of images.",
  why: "After a quiet month a purge by age would delete the images that deployments and nightly tests pull.",
  fix: "Anchor the filter's pattern so that it matches no movable tag, or add --keep.",
  source: { title: "Azure Container Registry: automatically purge images", url: "https://learn.microsoft.com/azure/container-registry/container-registry-auto-purge" },
  types: ["azure-native:containerregistry:Task"],
  config: {
    tags: { type: "array", items: { type: "string" }, default: ["main-vllm-amd64", "main-sglang-cuda13-arm64", "nightly-trtllm-amd64"], description: "Tags that stand for all movable ones" },
    images: { type: "integer", minimum: 1, default: 10, description: "Images that a purge of movable tags keeps at least" },
  },
  *judge(task, config) {
    const content = at(task.props, "step.encodedTaskContent");
    const steps = typeof content === "string" ? items(at(tryParse(Buffer.from(content, "base64").toString("utf8")), "steps")) : [];
    if (steps.length === 0) return yield { property: "step.encodedTaskContent", found: "no steps", wanted: "a task with steps" };
    for (const [index, step] of steps.entries()) yield* judgeCommand(`steps[${index}].cmd`, String(at(step, "cmd")), texts(config["tags"]), Number(config["images"]));
  },
});

function tryParse(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function* judgeCommand(property: string, command: string, tags: readonly string[], least: number): Iterable<Finding> {
  if (!command.startsWith("acr purge ")) return yield { property, found: show(command), wanted: "acr purge" };
  const filters = [...command.matchAll(/--filter\s+'([^':]+):([^']*)'/g)].map((match) => match[2]!);
  if (filters.length === 0) yield { property, found: show(command), wanted: "a filter in quotes" };
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
