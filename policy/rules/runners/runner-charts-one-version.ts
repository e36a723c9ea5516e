import { stackRule } from "../../kit/rule";
import { at, listed, show } from "../../kit/values";
import { isController, isScaleSet, labelOf } from "./releases";

export const runnerChartsOneVersion = stackRule({
  name: "runner-charts-one-version",
  title: "Both runner charts carry one version, and each set one name",
  severity: "high",
  level: "mandatory",
  holds: "The controller and every scale set are releases of one chart version, at least the configured floor; no two sets answer to one name, and none to further labels.",
  why: "The controller quietly deletes scale sets of another minor version; two sets of one name race for its jobs; sets with several labels get none.",
  fix: "Set one version on all releases of Actions Runner Controller, and give each set a runnerScaleSetName of its own without scaleSetLabels.",
  source: { title: "GitHub: Actions Runner Controller; actions-runner-controller issues 4425, 4579", url: "https://docs.github.com/actions/concepts/runners/actions-runner-controller" },
  config: { floor: { type: "string", default: "0.12.0", description: "Oldest chart version that is allowed" } },
  *judge(subjects, config) {
    const sets = subjects.filter(isScaleSet);
    const releases = [...subjects.filter(isController), ...sets];
    const versions = [...new Set(releases.map(({ props }) => show(at(props, "version"))))];
    if (versions.length > 1) yield { subject: releases[0], property: "version", found: listed(versions), wanted: "one version of both charts" };
    if (sets.length > 0 && sets.length === releases.length) yield { property: "controller", found: "scale sets without a controller", wanted: "a release of gha-runner-scale-set-controller" };
    for (const release of releases) {
      if (!isAtLeast(String(at(release.props, "version")), String(config["floor"]))) {
        yield { subject: release, property: "version", found: show(at(release.props, "version")), wanted: `${String(config["floor"])} or newer` };
      }
    }
    for (const set of sets) {
      if (sets.filter((other) => labelOf(other) === labelOf(set)).length > 1) yield { subject: set, property: "values.runnerScaleSetName", found: `${labelOf(set)} twice`, wanted: "a name of its own" };
      if (at(set.props, "values.scaleSetLabels") !== undefined) yield { subject: set, property: "values.scaleSetLabels", found: show(at(set.props, "values.scaleSetLabels")), wanted: "nothing" };
    }
  },
});

/** Compares versions of three numbers; what is no such version is never enough. */
export function isAtLeast(version: string, floor: string): boolean {
  const [have, need] = [version, floor].map((text) => /^v?(\d+)\.(\d+)\.(\d+)$/.exec(text)?.slice(1).map(Number));
  if (have === undefined || need === undefined) return false;
  const differing = have.findIndex((number, index) => number !== need[index]);
  return differing < 0 || have[differing]! > need[differing]!;
}
