/** What one provider instance of the Kubernetes provider works with: an API server, and how its configuration wants objects written. */
import type { KubernetesApi } from "./api";
import type { Helm } from "./helm/published/helm";

export interface KubernetesClient {
  readonly api: KubernetesApi;
  /** Namespace for namespaced objects that name none: the provider's, else the kubeconfig context's, else `default`. */
  readonly namespace: string;
  /** Provider setting `enablePatchForce`: take fields over that another manager owns. */
  readonly patchForce: boolean;
  /** Provider setting `upsertExistingObjects`: creating an object that is there already changes it. */
  readonly upsert: boolean;
  /** Provider setting `enableSecretMutable`: a Secret's data changes in place. Off, it replaces the Secret. */
  readonly secretMutable: boolean;
  /** Provider setting `enableConfigMapMutable`: a ConfigMap's data changes in place. Off, it replaces the ConfigMap. */
  readonly configMapMutable: boolean;
  /** Installs the charts of the cache; absent where models of charts stand in for all of them. */
  readonly helm?: Helm;
  /** Arguments that point Helm at this cluster. They hold no credential: kubelogin gives one. */
  readonly helmAccess: readonly string[];
}
