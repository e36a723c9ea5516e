import { resourceRule, type Finding } from "../../kit/rule";
import { at, items, listed, show, texts } from "../../kit/values";
import { containersOf, hasKey, isScaleSet, releaseType } from "./releases";

export const runnerPodsConfined = resourceRule({
  name: "runner-pods-confined",
  title: "Runner pods cannot reach their node",
  severity: "critical",
  level: "mandatory",
  holds:
    "A runner's pod shares no namespace with its node and mounts no path of it; a privileged container runs only in a user namespace of its own; no container has added capabilities or escalates, unless it is such a daemon.",
  why: "Runners execute what pull requests contain: from a privileged pod the next job's secrets on the same node are one command away.",
  fix: "Remove hostPath, hostNetwork, hostPID and hostIPC; set hostUsers: false where a daemon needs privilege.",
  source: { title: "GitHub: secure use reference, self-hosted runners; Kubernetes: user namespaces", url: "https://docs.github.com/actions/reference/security/secure-use#hardening-for-self-hosted-runners" },
  types: [releaseType],
  *judge(release) {
    if (!isScaleSet(release)) return;
    const spec = at(release.props, "values.template.spec");
    for (const key of ["hostNetwork", "hostPID", "hostIPC"]) {
      if (at(spec, key) !== undefined && at(spec, key) !== false) yield { property: `values.template.spec.${key}`, found: show(at(spec, key)), wanted: "false" };
    }
    for (const [index, volume] of items(at(spec, "volumes")).entries()) {
      if (hasKey(volume, "hostPath")) yield { property: `values.template.spec.volumes[${index}]`, found: `hostPath ${show(at(volume, "hostPath.path"))}`, wanted: "no path of the node" };
    }
    for (const { path, value } of containersOf(release)) yield* judgeContainer(path, value, at(spec, "hostUsers") === false);
    const mode = at(release.props, "values.containerMode.type");
    // The chart writes this mode's privileged daemon itself, without a user namespace.
    if (mode === "dind") yield { property: "values.containerMode.type", found: '"dind"', wanted: "kubernetes, kubernetes-novolume, or a daemon written out with hostUsers: false" };
  },
});

function* judgeContainer(path: string, container: unknown, ownUsers: boolean): Iterable<Finding> {
  const context = at(container, "securityContext");
  const privileged = at(context, "privileged") === true;
  if (privileged && !ownUsers) yield { property: `${path}.securityContext.privileged`, found: "true", wanted: "false, or hostUsers: false on the pod" };
  if (privileged) return;
  const escalation = at(context, "allowPrivilegeEscalation");
  if (escalation !== false) yield { property: `${path}.securityContext.allowPrivilegeEscalation`, found: show(escalation), wanted: "false" };
  const added = texts(at(context, "capabilities.add"));
  if (added.length > 0) yield { property: `${path}.securityContext.capabilities.add`, found: listed(added), wanted: "nothing" };
}
