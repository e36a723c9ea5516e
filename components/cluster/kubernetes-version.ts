/**
 * Which version of Kubernetes is asked for. A stack pins a minor version, and AKS moves its patches (`autoUpgradeProfile`): a patch of the pinned
 * minor is no difference, whatever the state says. Another minor is an upgrade, and one that AKS would refuse is refused before anything changes.
 */
import * as pulumi from "@pulumi/pulumi";
import { getAgentPool } from "@pulumi/azure-native/containerservice/getAgentPool";
import { getManagedCluster } from "@pulumi/azure-native/containerservice/getManagedCluster";
import { versionMove } from "../../clouds/kubernetes-move";
import { unlessMissing, type ClusterNames } from "./missing";

/**
 * Whether the version that is asked for has to be sent; false where a patch of it runs already.
 * @param thing what runs it, for the error
 * @throws RunError where AKS refuses the way from the one to the other
 */
export function versionIsSent(thing: string, running: string, wanted: string): boolean {
  switch (versionMove(running, wanted)) {
    case "same minor":
      return false;
    case "refused":
      throw new pulumi.RunError(`${thing} runs Kubernetes ${running}, and ${wanted} is asked for: AKS goes up one minor version at a time, and never back. Nothing was changed.`);
    case "next minor":
    case "unknown":
      return true;
  }
}

/** For a ManagedCluster that ignores changes of `kubernetesVersion`. @param names as plain texts: a property is an output, known or not @param parent resource whose provider asks Azure */
export function settleClusterVersion(names: ClusterNames, parent: pulumi.Resource): pulumi.ResourceTransform {
  return settled("kubernetesVersion", `The cluster ${names.resourceName}`, async () => (await unlessMissing(() => getManagedCluster(names, { parent })))?.currentKubernetesVersion);
}

/** For an AgentPool that ignores changes of `orchestratorVersion`. @param parent resource whose provider asks Azure */
export function settlePoolVersion(names: ClusterNames & { readonly agentPoolName: string }, parent: pulumi.Resource): pulumi.ResourceTransform {
  return settled("orchestratorVersion", `The node pool ${names.agentPoolName} of ${names.resourceName}`, async () => (await unlessMissing(() => getAgentPool(names, { parent })))?.currentOrchestratorVersion);
}

function settled(property: string, thing: string, running: () => Promise<string | undefined>): pulumi.ResourceTransform {
  return async ({ props, opts }) => {
    const wanted = (props as Record<string, unknown>)[property];
    if (typeof wanted !== "string") throw new pulumi.RunError(`${thing}: ${property} has to be a plain text`);
    // A create sends every property, whatever is ignored. And what a transform gives back has lost where its values come from (`serializeProperties` in
    // sdk/nodejs/runtime/callbacks.ts of pulumi/pulumi), so policies could not tell why a value is not known yet.
    const now = await running();
    if (now === undefined) return undefined;
    try {
      if (!versionIsSent(thing, now, wanted)) return undefined;
    } catch (error) {
      if (!(error instanceof pulumi.RunError)) throw error;
      // Said as an error of its own, a preview ends with it and with no stack trace; an apply stops here, before the cluster is touched.
      await pulumi.log.error(error.message);
      if (!pulumi.runtime.isDryRun()) throw error;
    }
    return { props, opts: { ...opts, ignoreChanges: (opts.ignoreChanges ?? []).filter((path) => path !== property) } };
  };
}
