/** The cluster to which main's images are deployed and tried out. */
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTests } from "../../pipeline/model";
import { NamespaceGuard } from "../guard/namespace-guard";
import { grantRole } from "../shared/azure-roles";
import { AksCluster, type AksClusterArgs } from "./aks-cluster";

export interface DeploymentTestClusterArgs extends AksClusterArgs {
  /** Deployment tests: they set the limits of a test's namespace. */
  deployments: DeploymentTests;
  /** Object id of the identity that deployment tests run as. */
  runnerPrincipalId: pulumi.Input<string>;
  /** Image of the cleaner of expired namespaces, by digest. */
  cleanerImage: pulumi.Input<string>;
  /** Host of the only registry from which pods of tests are pulled. */
  registry: string;
}

/** The cluster that deployment tests run on, with what fences their namespaces. */
export class DeploymentTestCluster extends pulumi.ComponentResource {
  readonly cluster: AksCluster;

  constructor(name: string, args: DeploymentTestClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("gpu-cicd:cluster:DeploymentTestCluster", name, {}, opts);
    const { deployments, runnerPrincipalId, cleanerImage, registry, ...clusterArgs } = args;

    this.cluster = new AksCluster(`${name}-aks`, clusterArgs, { parent: this });
    // The kubeconfig and nothing else: what the identity may do inside is the guard's to say, as Azure's roles know no smaller unit than a
    // namespace that exists already.
    grantRole(
      `${name}-runner-AksClusterUser`,
      `${args.namePrefix}/${name}/runner/AksClusterUser`,
      {
        role: "AksClusterUser",
        principalId: runnerPrincipalId,
        scope: this.cluster.id,
        subscriptionId: args.subscriptionId,
        description: "Deployment tests fetch the kubeconfig",
      },
      { parent: this },
    );
    new NamespaceGuard(
      `${name}-guard`,
      { deployments, runnerPrincipalId, cleanerImage, registry },
      { parent: this, providers: { kubernetes: this.cluster.kubernetes } },
    );
    this.registerOutputs({ clusterId: this.cluster.id });
  }
}
