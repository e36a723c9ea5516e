import { resourceRule } from "../../kit/rule";
import { at, isProps, show, texts } from "../../kit/values";
import { releaseType } from "../runners/releases";

const namespaceType = "kubernetes:core/v1:Namespace";

export const namespacesRestricted = resourceRule({
  name: "namespaces-restricted",
  title: "Namespaces hold Pod Security",
  severity: "high",
  level: "mandatory",
  holds: "Every namespace enforces a Pod Security level: restricted or baseline, and privileged only for the configured namespaces; no chart makes a namespace of its own, which would have none.",
  why: "A privileged pod owns its node, and with it every other pod there.",
  fix: "Label the namespace pod-security.kubernetes.io/enforce: restricted, or baseline where the runner's image needs it.",
  source: { title: "Kubernetes: Pod Security Standards; CIS Kubernetes Benchmark 5.2", url: "https://kubernetes.io/docs/concepts/security/pod-security-standards/" },
  types: [namespaceType, releaseType],
  config: {
    privileged: { type: "array", items: { type: "string" }, default: ["nvidia-device-plugin"], description: "Namespaces whose pods need the host: device plugins" },
  },
  *judge(subject, config) {
    if (subject.type === releaseType) {
      if (at(subject.props, "createNamespace") === true) yield { property: "createNamespace", found: "true", wanted: "a Namespace of this stack, with its label" };
      return;
    }
    const name = String(at(subject.props, "metadata.name"));
    const labels = at(subject.props, "metadata.labels");
    const level = isProps(labels) ? labels["pod-security.kubernetes.io/enforce"] : undefined;
    const allowed = texts(config["privileged"]).includes(name) ? ["restricted", "baseline", "privileged"] : ["restricted", "baseline"];
    if (!allowed.includes(String(level))) yield { property: "metadata.labels.pod-security.kubernetes.io/enforce", found: show(level), wanted: allowed.join(" or ") };
  },
});
