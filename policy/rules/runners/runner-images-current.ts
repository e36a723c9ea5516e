import { resourceRule } from "../../kit/rule";
import { at } from "../../kit/values";
import { containersOf, podSpecsOf } from "./pod-specs";
import { isScaleSet, releaseType } from "./releases";
import { isAtLeast } from "./runner-charts-one-version";

export const runnerImagesCurrent = resourceRule({
  name: "runner-images-current",
  title: "Runner images are pinned and current",
  severity: "high",
  level: "mandatory",
  holds: "Every image of a runner's pod is pinned by digest, and the runner's own version is at least the one that GitHub still registers.",
  why: "Below GitHub's floor a runner no longer registers: jobs queue for ever while everything looks healthy. An image without a digest changes unreviewed.",
  fix: "Write NAME:VERSION@sha256:DIGEST, with a version at or above the floor.",
  source: { title: "GitHub changelog: minimum version of self-hosted runners, 2026-09", url: "https://github.blog/changelog/" },
  types: [releaseType],
  config: { floor: { type: "string", default: "2.329.0", description: "Oldest runner version that GitHub registers; as of 2026-09-25" } },
  *judge(release, config) {
    if (!isScaleSet(release)) return;
    const containers = podSpecsOf(release).flatMap(containersOf);
    for (const { path, value } of containers) {
      const image = String(at(value, "image"));
      if (!/@sha256:[0-9a-f]{64}$/.test(image)) yield { property: `${path}.image`, found: image, wanted: "an image with a digest" };
      const version = /:v?(\d+\.\d+\.\d+)@/.exec(image)?.[1] ?? "";
      if (at(value, "name") === "runner" && !isAtLeast(version, String(config["floor"]))) yield { property: `${path}.image`, found: version === "" ? `${image} without a version` : version, wanted: `${String(config["floor"])} or newer` };
    }
    if (!containers.some(({ value }) => at(value, "name") === "runner")) yield { property: "values.template.spec.containers", found: "no container called runner", wanted: "one" };
  },
});
