/**
 * Every action of others that the workflows use, once, pinned to a full commit.
 *
 * A tag can be moved by whoever holds the action's repository; a commit cannot. The version is for people and for update bots.
 */

/** An action at one commit. */
export interface ActionPin {
  /** `OWNER/NAME`. */
  readonly repository: string;
  /** Forty hexadecimal digits. */
  readonly commit: string;
  /** The release that the commit is, such as `v7.0.1`. */
  readonly version: string;
}

/** The actions in use. All are published by GitHub, Docker, AWS or Azure. */
export const actions = {
  checkout: { repository: "actions/checkout", commit: "3d3c42e5aac5ba805825da76410c181273ba90b1", version: "v7.0.1" },
  uploadArtifact: { repository: "actions/upload-artifact", commit: "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", version: "v7.0.0" },
  attest: { repository: "actions/attest", commit: "1e69f48acb82d1966a394da916b4c1698aa569d6", version: "v4.2.2" },
  setupBuildx: { repository: "docker/setup-buildx-action", commit: "37fe631027851001ddb9b187196cc803df7f5f0e", version: "v4.3.0" },
  buildPush: { repository: "docker/build-push-action", commit: "53b7df96c91f9c12dcc8a07bcb9ccacbed38856a", version: "v7.3.0" },
  awsCredentials: { repository: "aws-actions/configure-aws-credentials", commit: "e6de054238d6b7531b4efff3b6587d9aade6a06c", version: "v6.2.3" },
  ecrLogin: { repository: "aws-actions/amazon-ecr-login", commit: "03f1aad4c6c7ffd436567f42f9384779290529bd", version: "v2.1.7" },
  setupKubectl: { repository: "azure/setup-kubectl", commit: "829323503d1be3d00ca8346e5391ca0b07a9ab0d", version: "v5.1.0" },
  setupHelm: { repository: "azure/setup-helm", commit: "9bc31f4ebc9c6b171d7bfbaa5d006ae7abdb4310", version: "v5.0.1" },
} as const satisfies Record<string, ActionPin>;
