/** The seam between Azure Resource Manager and Kubernetes: how a ManagedCluster gets an API server. */

/** A cluster as ARM asks for it. */
export interface ClusterRequest {
  /** ARM id of the ManagedCluster: the identity of the API server. Ids are compared without regard to case, as ARM does. */
  readonly id: string;
  /** Name of the ManagedCluster, unique only within its resource group. */
  readonly name: string;
  /** Version as ARM resolved it, `MAJOR.MINOR.PATCH`. */
  readonly kubernetesVersion: string;
}

/** Where a cluster's API server listens, and whom to trust there. */
export interface ClusterEndpoint {
  /** URL of the API server, such as `https://127.0.0.1:41234`. */
  readonly server: string;
  /** Base64 of the PEM of the authority that signed the API server's certificate: the kubeconfig's `certificate-authority-data`. */
  readonly certificateAuthorityData: string;
}

/**
 * Makes the API servers behind the ManagedClusters. ARM calls `create` as part of the asynchronous operation of a PUT, and `remove` as part of
 * that of a DELETE (of the cluster or of its resource group).
 */
export interface ClusterHost {
  /**
   * Makes the API server of this id real and resolves when it answers requests. It is called again with the same id when a sandbox that
   * keeps its state is started anew, and then has to bring back the server with the data it had.
   */
  create(cluster: ClusterRequest): Promise<ClusterEndpoint>;
  /** Ends the API server and forgets its data. An id that is unknown is a success. */
  remove(id: string): Promise<void>;
}
