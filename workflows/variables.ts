/**
 * Actions variables that the workflows read. They hold what is known only after the clouds answered, or what differs between the
 * environments; none is secret. Each lives in the environments whose jobs read it.
 */
import type { EnvironmentSpec } from "../pipeline/model";

/** Where the value of a variable comes from. */
export type VariableSource =
  /** AWS region of the registry and the compiler cache. */
  | "aws-region"
  /** ARN of the role that the environment's identity is on AWS. */
  | "aws-role-arn"
  /** ARN of the role with which the environment's builds reach the compiler cache, and nothing else. */
  | "aws-cache-role-arn"
  /** Host of the ECR registry, `ACCOUNT.dkr.ecr.REGION.amazonaws.com`. */
  | "ecr-registry"
  /** Repository in ECR that the environment's images go to. */
  | "ecr-repository"
  /** Repository in ECR that holds build-cache layers: pull requests read it, main writes it. */
  | "ecr-cache-repository"
  /** Bucket of the compiler cache: pull requests read it, main writes it. */
  | "sccache-bucket"
  /** Host of the Azure registry, `NAME.azurecr.io`. */
  | "acr-registry"
  /** Repository in the Azure registry that the environment's images go to. */
  | "acr-repository"
  /** Client id of the managed identity that the environment's identity is on Azure. */
  | "azure-client-id"
  | "azure-tenant-id"
  | "azure-subscription-id"
  /** URL of the backend that holds the stack's state. */
  | "state-backend"
  /** URL of the deployment-test cluster's API server. */
  | "aks-api-server"
  /** The cluster's certificate authority, PEM, base64. */
  | "aks-certificate-authority";

/**
 * Where in the bucket the compiler cache of main is. Every build reads there; a build whose role cannot write there goes on with reading
 * alone, as sccache tries a write when it starts.
 */
export const COMPILER_CACHE_PREFIX = "main/";

/** Name of each variable on GitHub. */
export const VARIABLE_NAMES = {
  "aws-region": "AWS_REGION",
  "aws-role-arn": "AWS_ROLE_ARN",
  "aws-cache-role-arn": "AWS_CACHE_ROLE_ARN",
  "ecr-registry": "ECR_REGISTRY",
  "ecr-repository": "ECR_REPOSITORY",
  "ecr-cache-repository": "ECR_CACHE_REPOSITORY",
  "sccache-bucket": "SCCACHE_BUCKET",
  "acr-registry": "ACR_REGISTRY",
  "acr-repository": "ACR_REPOSITORY",
  "azure-client-id": "AZURE_CLIENT_ID",
  "azure-tenant-id": "AZURE_TENANT_ID",
  "azure-subscription-id": "AZURE_SUBSCRIPTION_ID",
  "state-backend": "PULUMI_BACKEND_URL",
  "aks-api-server": "AKS_API_SERVER",
  "aks-certificate-authority": "AKS_CERTIFICATE_AUTHORITY",
} as const satisfies Record<VariableSource, string>;

/** A variable that an environment has to hold. */
export interface VariableSpec {
  readonly environment: string;
  readonly name: string;
  readonly source: VariableSource;
}

const IMAGE_SOURCES: readonly VariableSource[] = [
  "aws-region",
  "aws-role-arn",
  "aws-cache-role-arn",
  "ecr-registry",
  "ecr-repository",
  "ecr-cache-repository",
  "sccache-bucket",
  "acr-registry",
  "acr-repository",
  "azure-client-id",
  "azure-tenant-id",
];

const DEPLOYMENT_SOURCES: readonly VariableSource[] = ["acr-registry", "azure-client-id", "azure-tenant-id", "aks-api-server", "aks-certificate-authority"];

/** What a run of the engine needs: who it is in each cloud, and where the state is. */
const ENGINE_SOURCES: readonly VariableSource[] = ["aws-region", "aws-role-arn", "azure-client-id", "azure-tenant-id", "azure-subscription-id", "state-backend"];

const SOURCES: Readonly<Record<EnvironmentSpec["identity"], readonly VariableSource[]>> = {
  "pull-request-images": IMAGE_SOURCES,
  "main-images": IMAGE_SOURCES,
  "release-images": IMAGE_SOURCES,
  "deployment-tests": DEPLOYMENT_SOURCES,
  preview: ENGINE_SOURCES,
  apply: ENGINE_SOURCES,
  none: [],
};

/** Every variable that the rendered workflows read, by environment. The stack provides exactly these. */
export function variables(environments: readonly EnvironmentSpec[]): VariableSpec[] {
  return environments.flatMap(({ name, identity }) => SOURCES[identity].map((source) => ({ environment: name, name: VARIABLE_NAMES[source], source })));
}
