/** The resource types of AWS that the sandbox knows. */
import type { ResourceKind } from "../../provider/kind";
import type { AwsClient } from "../client";
import { lifecyclePolicy, repositoryPolicy } from "./ecr/policies";
import { repository } from "./ecr/repository";
import { openIdConnectProvider } from "./iam/openIdConnectProvider";
import { role } from "./iam/role";
import { rolePolicy } from "./iam/rolePolicy";
import { bucket } from "./s3/bucket";
import { bucketEncryption } from "./s3/encryption";
import { bucketLifecycle } from "./s3/lifecycle";
import { bucketPolicy } from "./s3/policy";
import { bucketPublicAccessBlock } from "./s3/publicAccessBlock";

/**
 * Kinds by type token.
 *
 * @param actions names of actions by service, from `knownActions`
 */
export function awsKinds(actions: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, ResourceKind<AwsClient>> {
  const kinds: ResourceKind<AwsClient>[] = [
    ...[repository, lifecyclePolicy, repositoryPolicy(actions)],
    ...[openIdConnectProvider, role, rolePolicy(actions)],
    ...[bucket, bucketPublicAccessBlock, bucketEncryption, bucketLifecycle, bucketPolicy(actions)],
  ];
  return new Map(kinds.map((kind) => [kind.type, kind]));
}
