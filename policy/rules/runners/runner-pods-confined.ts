import { resourceRule } from "../../kit/rule";
import { at, texts } from "../../kit/values";
import { configMapType, listenersOf, podSpecsOf, waysOut } from "./pod-specs";
import { isScaleSet, releaseType } from "./releases";

export const runnerPodsConfined = resourceRule({
  name: "runner-pods-confined",
  title: "Runner pods cannot reach their node",
  severity: "critical",
  level: "mandatory",
  holds:
    "A runner's pod, a job's own pod and a listener's pod shares no namespace with its node and mounts no path of it; a privileged container runs only in a user namespace of its own; no other container escalates or has added capabilities, but for those that are configured for jobs' own pods.",
  why: "Runners execute what pull requests contain: from a privileged pod the next job's secrets on the same node are one command away.",
  fix: "Remove hostPath, hostNetwork, hostPID and hostIPC; set hostUsers: false where a daemon needs privilege.",
  source: { title: "GitHub: secure use reference, self-hosted runners; Kubernetes: user namespaces", url: "https://docs.github.com/actions/reference/security/secure-use#hardening-for-self-hosted-runners" },
  types: [releaseType, configMapType],
  config: {
    jobCapabilities: { type: "array", items: { type: "string" }, default: [], description: "Capabilities that a job's own pod may add: IPC_LOCK, where tests lock memory" },
  },
  *judge(subject, config) {
    const capabilities = subject.type === configMapType ? texts(config["jobCapabilities"]) : [];
    for (const pod of [...podSpecsOf(subject), ...listenersOf(subject)]) yield* waysOut(pod, capabilities);
    // The chart writes this mode's privileged daemon itself, without a user namespace.
    if (isScaleSet(subject) && at(subject.props, "values.containerMode.type") === "dind") {
      yield { property: "values.containerMode.type", found: '"dind"', wanted: "kubernetes, kubernetes-novolume, or a daemon written out with hostUsers: false" };
    }
  },
});
