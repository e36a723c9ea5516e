/** How much the registries hold once as much is removed as comes. */
import type { Infrastructure } from "../../pipeline/infrastructure";
import type { ExpectedUse } from "../cost";
import type { PushedImages } from "./forecast";

/**
 * GiB of images in each registry. Every image goes to both. Pull requests' images live their days; main's and the nightly ones lose their tag to the
 * next run's and live on untagged; releases keep theirs, up to their days and number. Build caches are left out: they hold layers of the same images.
 */
export function storedGiB({ registries: { retention }, load }: Infrastructure, pushed: PushedImages): ExpectedUse["storageGiB"] {
  const days = (5 + 2 * load.weekend) / 7;
  const images =
    days * pushed.pullRequest * retention.pullRequestDays +
    days * (pushed.main + pushed.nightly) * retention.untaggedDays +
    Math.min(days * pushed.release * retention.pullRequestDays, retention.mainCount);
  const held = images * load.imageGiB;
  return { ecr: held, acr: held };
}
