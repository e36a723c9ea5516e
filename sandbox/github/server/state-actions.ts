/** Environments, secrets, variables and runner groups of GitHub Actions. */

export interface Reviewer {
  readonly type: "User" | "Team";
  readonly id: number;
}

export interface BranchPolicyMode {
  readonly protected_branches: boolean;
  readonly custom_branch_policies: boolean;
}

export interface DeploymentPolicy {
  readonly id: number;
  name: string;
  readonly type: "branch" | "tag";
}

/** A secret, of which nothing but proof remains: a salted hash of the value that was decrypted. */
export interface SealedSecret {
  readonly name: string;
  readonly createdAt: string;
  updatedAt: string;
  salt: string;
  /** SHA-256 of salt and value, hexadecimal. */
  hash: string;
}

export interface ScopedVariable {
  name: string;
  value: string;
  readonly createdAt: string;
  updatedAt: string;
}

export interface Environment {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
  updatedAt: string;
  /** Minutes. */
  waitTimer: number;
  preventSelfReview: boolean;
  canAdminsBypass: boolean;
  reviewers: readonly Reviewer[];
  branchPolicy: BranchPolicyMode | null;
  policies: DeploymentPolicy[];
  secrets: SealedSecret[];
  variables: ScopedVariable[];
}

export interface RunnerGroup {
  readonly id: number;
  readonly ownerId: number;
  name: string;
  readonly default: boolean;
  visibility: "all" | "selected" | "private";
  allowsPublicRepositories: boolean;
  restrictedToWorkflows: boolean;
  selectedWorkflows: string[];
  repositoryIds: number[];
}
