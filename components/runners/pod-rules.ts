/** What the API server lets runners' pods be. */
import type * as pulumi from "@pulumi/pulumi";
import { POD_SECURITY_LABEL } from "../../pipeline/namespaces";
import { admissionPolicy, label, type AdmissionRule } from "../shared/admission";
import { RUNNER_NAMESPACE_LABEL } from "./namespaces";
import { JOB_PODS_LABEL, MEMLOCK_LABEL, SHARED_MEMORY_LABEL } from "./runner-pods";

/** Containers of a pod, the native sidecars among its init containers included. */
const EVERY_CONTAINER = "(object.spec.containers + object.spec.?initContainers.orValue([]))";

/** What Pod Security's baseline says of what a pod shares with its node, for namespaces whose level says less. @param who such as `a job`, for messages */
function confinement(who: string): AdmissionRule[] {
  return [
    { expression: `${EVERY_CONTAINER}.all(c, c.?ports.orValue([]).all(p, p.?hostPort.orValue(0) == 0))`, message: `${who} opens no port of its node` },
    { expression: `${EVERY_CONTAINER}.all(c, c.?securityContext.procMount.orValue('Default') == 'Default')`, message: `${who}'s containers hide what /proc hides by default` },
    {
      expression: `[object.spec.?securityContext.seccompProfile.type.orValue('RuntimeDefault')].all(t, t != 'Unconfined') && ${EVERY_CONTAINER}.all(c, c.?securityContext.seccompProfile.type.orValue('RuntimeDefault') != 'Unconfined')`,
      message: `${who}'s containers keep a seccomp profile`,
    },
    {
      expression: `object.spec.?securityContext.appArmorProfile.type.orValue('RuntimeDefault') != 'Unconfined' && ${EVERY_CONTAINER}.all(c, c.?securityContext.appArmorProfile.type.orValue('RuntimeDefault') != 'Unconfined')`,
      message: `${who}'s containers keep an AppArmor profile`,
    },
    { expression: "object.spec.?securityContext.sysctls.orValue([]).size() == 0", message: `${who} sets no kernel parameter` },
    {
      expression: `!has(object.spec.securityContext.seLinuxOptions) && ${EVERY_CONTAINER}.all(c, !has(c.securityContext) || !has(c.securityContext.seLinuxOptions))`,
      message: `${who} sets no SELinux options`,
    },
  ];
}

/**
 * Holds runners' pods where Pod Security cannot: its levels know no "privileged, but only inside a user namespace", which is what a Docker
 * daemon needs and all that it gets. Only the daemon gets it, by its image; what is beside it in a namespace of the level `privileged` is held to as much as
 * elsewhere, and in a user namespace, too.
 * @param dockerImage the daemon's image, by digest
 */
export function runnerPodRules(name: string, dockerImage: string, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  const isDaemon = `(c.name == 'docker' && c.image == '${dockerImage}' && c.?securityContext.privileged.orValue(false))`;
  // Jobs that lock memory have a namespace of that level, too, and rules of their own.
  const isJobs = `${label("namespaceObject", JOB_PODS_LABEL)} == 'true'`;
  const isBuilders = `(${label("namespaceObject", POD_SECURITY_LABEL)} == 'privileged' && !(${isJobs}))`;
  return admissionPolicy(
    name,
    {
      policyName: "gpu-cicd-runner-pods",
      on: { group: "", version: "v1", resource: "pods", operations: ["CREATE"] },
      inNamespaces: { [RUNNER_NAMESPACE_LABEL]: "true" },
      rules: [
        {
          expression: `object.spec.?hostUsers.orValue(true) == false || ${EVERY_CONTAINER}.all(c, !c.?securityContext.privileged.orValue(false))`,
          message: "a privileged container needs a user namespace of its own: hostUsers must be false",
        },
        {
          expression: "!object.spec.?hostNetwork.orValue(false) && !object.spec.?hostPID.orValue(false) && !object.spec.?hostIPC.orValue(false)",
          message: "runners share no namespace with their node",
        },
        {
          expression: "object.spec.?volumes.orValue([]).all(v, !has(v.hostPath))",
          message: "runners mount no path of their node",
        },
        {
          expression: `${EVERY_CONTAINER}.all(c, ${isDaemon} || !c.?securityContext.privileged.orValue(false))`,
          message: "the Docker daemon alone is privileged, by its own image",
        },
        { expression: `${isJobs} || ${EVERY_CONTAINER}.all(c, c.?securityContext.capabilities.add.orValue([]).size() == 0)`, message: "a runner's containers add no capability" },
        { expression: `!(${isBuilders}) || object.spec.?hostUsers.orValue(true) == false`, message: "a builder has a user namespace of its own: hostUsers must be false" },
        {
          expression: `!(${isBuilders}) || ${EVERY_CONTAINER}.all(c, ${isDaemon} || (c.?securityContext.allowPrivilegeEscalation.orValue(true) == false && 'ALL' in c.?securityContext.capabilities.drop.orValue([])))`,
          message: "beside the daemon a builder's containers drop every capability and gain none",
        },
        { expression: "object.spec.?resourceClaims.orValue([]).size() == 0", message: "a runner claims no device" },
        ...confinement("a runner"),
      ],
    },
    opts,
  );
}

/** Capabilities that Pod Security's baseline level lets a container add (kubernetes.io/docs/concepts/security/pod-security-standards). */
const BASELINE_CAPABILITIES = [
  "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
];

/**
 * Holds jobs' pods where they lock memory: Pod Security's levels know no "baseline and one capability more", so such a namespace is of the level
 * `privileged`, and this says the rest of the baseline. In the other namespaces it repeats what their level says. What a pod may have beyond it, and how
 * much shared memory, stands on the namespace.
 */
export function jobPodRules(name: string, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  const memlock = label("namespaceObject", MEMLOCK_LABEL);
  const sharedMemory = label("namespaceObject", SHARED_MEMORY_LABEL);
  const baseline = BASELINE_CAPABILITIES.map((capability) => `'${capability}'`).join(", ");
  return admissionPolicy(
    name,
    {
      policyName: "gpu-cicd-job-pods",
      on: { group: "", version: "v1", resource: "pods", operations: ["CREATE", "UPDATE"] },
      inNamespaces: { [JOB_PODS_LABEL]: "true" },
      rules: [
        { expression: `${EVERY_CONTAINER}.all(c, !c.?securityContext.privileged.orValue(false))`, message: "no container of a job is privileged" },
        {
          expression: `${EVERY_CONTAINER}.all(c, c.?securityContext.capabilities.add.orValue([]).all(k, k in [${baseline}] || (k == 'IPC_LOCK' && ${memlock} == 'unlimited')))`,
          message: "a job's containers add no capability but IPC_LOCK, and that one only where the tests' contract says memlock: unlimited",
        },
        {
          expression: `object.spec.?volumes.orValue([]).all(v, v.?emptyDir.medium.orValue('') != 'Memory' || (has(v.emptyDir.sizeLimit) && quantity(string(v.emptyDir.sizeLimit)).compareTo(quantity(${sharedMemory} + 'Gi')) <= 0))`,
          message: "a job's memory volumes are no larger than the tests' contract says (sharedMemoryGiB)",
        },
        ...confinement("a job"),
      ],
    },
    opts,
  );
}
