/**
 * What is lost with a resource that holds data, of whatever provider. The table names types by their provider, module and kind, without the version of an API: a database is one in each
 * version. What it does not know is taken by the last word of its kind, as providers use few words for what holds data. To add one: a line, with what is lost.
 * Source of the names: the packages' schemas, pulumi.com/registry.
 */

/** `PROVIDER:MODULE:KIND`; the module is the folder of the token, and `*` is any. */
const HOLDERS: Readonly<Record<string, string>> = {
  "aws:cloudwatch:LogGroup": "its logs",
  "aws:cognito:UserPool": "its users",
  "aws:docdb:*": "its data",
  "aws:dynamodb:GlobalTable": "its items",
  "aws:dynamodb:Table": "its items",
  "aws:ebs:Snapshot": "its data",
  "aws:ebs:Volume": "its data",
  "aws:ec2:Instance": "what is on its disks",
  "aws:ecr:Repository": "its images",
  "aws:ecrpublic:Repository": "its images",
  "aws:ecs:Cluster": "everything that runs in it",
  "aws:efs:FileSystem": "its files",
  "aws:eks:Cluster": "everything that runs in it",
  "aws:elasticache:*": "its data",
  "aws:fsx:*": "its files",
  "aws:kinesis:Stream": "its records",
  "aws:kms:Key": "whatever is encrypted with it",
  "aws:memorydb:Cluster": "its data",
  "aws:msk:Cluster": "its records",
  "aws:neptune:Cluster": "its data",
  "aws:opensearch:Domain": "its data",
  "aws:rds:Cluster": "its data",
  "aws:rds:ClusterInstance": "its data",
  "aws:rds:GlobalCluster": "its data",
  "aws:rds:Instance": "its data",
  "aws:redshift:Cluster": "its data",
  "aws:route53:Zone": "its names",
  "aws:s3:Bucket": "its objects",
  "aws:s3:BucketV2": "its objects",
  "aws:s3:DirectoryBucket": "its objects",
  "aws:secretsmanager:Secret": "its value",
  "aws:sqs:Queue": "its messages",
  "aws-native:*:DBInstance": "its data",
  "aws-native:*:DBCluster": "its data",
  "azure-native:cache:Redis": "its data",
  "azure-native:compute:VirtualMachine": "what is on its disks",
  "azure-native:containerregistry:Registry": "its images",
  "azure-native:containerservice:ManagedCluster": "everything that runs in it",
  "azure-native:containerservice:Snapshot": "its state",
  "azure-native:dbformysql:Server": "its data",
  "azure-native:dbforpostgresql:Server": "its data",
  "azure-native:eventhub:EventHub": "its events",
  "azure-native:keyvault:Key": "whatever is encrypted with it",
  "azure-native:keyvault:Secret": "its value",
  "azure-native:keyvault:Vault": "its keys and secrets",
  "azure-native:network:Zone": "its names",
  "azure-native:operationalinsights:Workspace": "its logs",
  "azure-native:recoveryservices:Vault": "its backups",
  "azure-native:resources:ResourceGroup": "everything in it",
  "azure-native:sql:Server": "its databases",
  "azure-native:storage:BlobContainer": "its blobs",
  "azure-native:storage:FileShare": "its files",
  "azure-native:storage:StorageAccount": "everything in it",
  "azure:core:ResourceGroup": "everything in it",
  "azure:storage:Account": "everything in it",
  "docker:*:Volume": "its files",
  "gcp:bigquery:Dataset": "its tables",
  "gcp:container:Cluster": "everything that runs in it",
  "gcp:kms:CryptoKey": "whatever is encrypted with it",
  "gcp:kms:KeyRing": "whatever is encrypted with its keys",
  "gcp:organizations:Project": "everything in it",
  "gcp:sql:DatabaseInstance": "its data",
  "gcp:storage:Bucket": "its objects",
  "github:*:Project": "its items",
  "github:*:Repository": "its code, its history and its discussions",
  "github:*:RepositoryProject": "its items",
  "kubernetes:apiextensions.k8s.io:CustomResourceDefinition": "every object of its kind",
  "kubernetes:apps:StatefulSet": "the place of its data",
  "kubernetes:core:PersistentVolume": "its data",
  "kubernetes:core:PersistentVolumeClaim": "its data",
  "kubernetes:snapshot.storage.k8s.io:VolumeSnapshot": "its data",
  "kubernetes:storage.k8s.io:StorageClass": "the volumes that wait for it",
  "random:*:RandomPassword": "its value",
  "tls:*:PrivateKey": "the key",
};

/** The last words of kinds that hold data, whatever their provider. */
const WORDS: readonly (readonly [ending: RegExp, lost: string])[] = [
  [/(?:^|[a-z])(?:Database|DatabaseInstance|DatabaseCluster|DbInstance|DbCluster|DBInstance|DBCluster|DatabaseAccount|SqlDatabase|RedisCache|FlexibleServer|SingleServer|Datastore)$/i, "its data"],
  [/(?:^|[a-z])(?:Table|Collection|Keyspace|Dataset|Index|Topic|Stream|Queue)$/, "what is in it"],
  [/(?:^|[a-z])(?:Volume|Disk|FileSystem|Filesystem|FileShare|Snapshot|Backup|BackupVault|Nas)$/, "its data"],
  [/(?:^|[a-z])(?:Bucket|BucketV2|SpacesBucket|StorageAccount|BlobContainer|ObjectStore)$/, "its objects"],
  [/(?:^|[a-z])(?:Repository|Registry|ArtifactRegistry|ContainerRegistry)$/, "what it holds"],
  [/(?:^|[a-z0-9])(?:Cluster|KubernetesCluster|ManagedCluster)$/, "everything that runs in it"],
  [/(?:^|[a-z])(?:Vault|KeyVault|CryptoKey|KeyRing|SecretVersion|SecretsStore)$/, "its keys and secrets"],
  [/(?:^|[a-z])(?:ResourceGroup|Project|Organization|Workspace|Tenant|Subscription)$/, "everything in it"],
];

/** What is lost with a type; undefined where it holds no data. */
export function lostWith(type: string): string | undefined {
  const { provider, module, kind } = partsOf(type);
  if (provider === "pulumi") return undefined;
  for (const key of [`${provider}:${module}:${kind}`, `${provider}:*:${kind}`, `${provider}:${module}:*`]) if (key in HOLDERS) return HOLDERS[key];
  return WORDS.find(([ending]) => ending.test(kind))?.[1];
}

/** A type without the version of its API: `azure-native:containerservice/v20240101:ManagedCluster` is a cluster. */
export function partsOf(type: string): { readonly provider: string; readonly module: string; readonly kind: string } {
  const [provider = "", module = "", kind = ""] = type.split(":");
  return { provider, module: module.split("/")[0]!, kind };
}

/** Whether two types are one in two versions of an API; of Kubernetes, where kinds have moved between groups, one kind. */
export function isSameKind(one: string, other: string): boolean {
  const [a, b] = [partsOf(one), partsOf(other)];
  const sameModule = a.module === b.module || (a.provider === "kubernetes" && (MOVED.has(a.module) || MOVED.has(b.module)));
  return a.provider === b.provider && a.kind === b.kind && sameModule;
}

/** Groups of Kubernetes whose kinds have moved to others. Source: kubernetes.io/docs/reference/using-api/deprecation-guide. */
const MOVED: ReadonlySet<string> = new Set(["extensions", "policy"]);
