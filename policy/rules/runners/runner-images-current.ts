import { resourceRule, type Finding } from "../../kit/rule";
import { at, show } from "../../kit/values";
import { configMapType, containersOf, podSpecsOf, type Container } from "./pod-specs";
import { isScaleSet, releaseType } from "./releases";
import { isAtLeast } from "./runner-charts-one-version";

export const runnerImagesCurrent = resourceRule({
  name: "runner-images-current",
  title: "Runner images are pinned and current",
  severity: "high",
  level: "mandatory",
  holds: "Every image of a runner's pod, and of a job's own pod, is pinned by digest, and the runner's own version is at least the one that GitHub still registers.",
  why: "Below GitHub's floor a runner no longer registers: jobs queue for ever while everything looks healthy. An image without a digest changes unreviewed.",
  fix: "Write NAME:VERSION@sha256:DIGEST, with a version at or above the floor.",
  source: { title: "GitHub: self-hosted runners reference; changelog of 2026-09-03 about the minimum version", url: "https://docs.github.com/actions/reference/runners/self-hosted-runners" },
  types: [releaseType, configMapType],
  config: { floor: { type: "string", default: "2.329.0", description: "Oldest runner version that GitHub registers; as of 2026-09-25" } },
  *judge(subject, config) {
    const containers = podSpecsOf(subject).flatMap(containersOf);
    for (const container of containers) yield* judgeImage(container, String(config["floor"]));
    if (isScaleSet(subject) && !containers.some(isRunner)) yield { property: "values.template.spec.containers", found: "no container called runner", wanted: "one" };
  },
});

/** The container hooks give the container `$job` the image that the job names. */
function* judgeImage(container: Container, floor: string): Iterable<Finding> {
  const named = at(container.value, "image");
  if (named === undefined && at(container.value, "name") === "$job") return;
  const image = String(named);
  if (!/@sha256:[0-9a-f]{64}$/.test(image)) yield { property: `${container.path}.image`, found: show(named), wanted: "an image with a digest" };
  const version = /:v?(\d+\.\d+\.\d+)@/.exec(image)?.[1];
  if (isRunner(container) && !isAtLeast(version ?? "", floor)) yield { property: `${container.path}.image`, found: version ?? `${image} without a version`, wanted: `${floor} or newer` };
}

function isRunner({ value }: Container): boolean {
  return at(value, "name") === "runner";
}
