import { resourceRule } from "../../kit/rule";
import { at, items } from "../../kit/values";
import { containersOf, podSpecsOf } from "./pod-specs";
import { isScaleSet, releaseType } from "./releases";

/** Kinds of the older controller, whose runners live on unless told otherwise. */
const legacyTypes = ["RunnerDeployment", "RunnerSet", "Runner", "RunnerReplicaSet"].map((kind) => `kubernetes:actions.summerwind.dev/v1alpha1:${kind}`);

export const runnersEphemeral = resourceRule({
  name: "runners-ephemeral",
  title: "A runner takes one job",
  severity: "critical",
  level: "mandatory",
  holds: "Runners are those of scale sets, which register for one job and go; none is of the older controller, and no runner's pod is configured to register by itself.",
  why: "What one job leaves behind on a runner that lives on, the next job finds: a pull request could wait there for main.",
  fix: "Use the chart gha-runner-scale-set, and leave registration to it.",
  source: { title: "GitHub: secure use reference, hardening for self-hosted runners", url: "https://docs.github.com/actions/reference/security/secure-use#hardening-for-self-hosted-runners" },
  types: [releaseType, ...legacyTypes],
  *judge(subject) {
    if (legacyTypes.includes(subject.type)) return yield { property: "kind", found: subject.type.split(":").at(-1)!, wanted: "a release of gha-runner-scale-set" };
    const chart = String(at(subject.props, "chart")).split("/").at(-1)!;
    if (chart === "actions-runner-controller") yield { property: "chart", found: chart, wanted: "gha-runner-scale-set-controller" };
    if (!isScaleSet(subject)) return;
    for (const { path, value } of podSpecsOf(subject).flatMap(containersOf)) {
      const command = [...items(at(value, "command")), ...items(at(value, "args"))].map(String).join(" ");
      if (/\bconfig\.sh\b/.test(command)) yield { property: `${path}.command`, found: command, wanted: "only run.sh, with the one-job registration that the controller hands over" };
    }
  },
});
