/** Every rule of the pack, in the order in which the documents list them. */
import type { Rule } from "../kit/rule";
import { mirrorBranchesRestricted } from "./checks/mirror-branches-restricted";
import { protectedBranchesReviewed } from "./checks/protected-branches-reviewed";
import { requiredChecksPinned } from "./checks/required-checks-pinned";
import { requiredChecksPresent } from "./checks/required-checks-present";
import { requiredChecksReported } from "./checks/required-checks-reported";
import { rulesetsWithoutBypass } from "./checks/rulesets-without-bypass";
import { aksEntraOnly } from "./cluster/aks-entra-only";
import { aksNetworkClosed } from "./cluster/aks-network-closed";
import { aksSupportedVersion } from "./cluster/aks-supported-version";
import { gpuPoolsFromZero } from "./cluster/gpu-pools-from-zero";
import { namespacesRestricted } from "./cluster/namespaces-restricted";
import { poolsWithinBudget } from "./cluster/pools-within-budget";
import { acrClosed } from "./registries/acr-closed";
import { ecrLifecycleValid } from "./registries/ecr-lifecycle-valid";
import { ecrScannedAndEncrypted } from "./registries/ecr-scanned-and-encrypted";
import { ecrTagsImmutable } from "./registries/ecr-tags-immutable";
import { newestImagesKept } from "./registries/newest-images-kept";
import { runnerNamespacesLimited } from "./runners/namespaces-limited";
import { runnerChartsOneVersion } from "./runners/runner-charts-one-version";
import { runnerCredentialsByReference } from "./runners/runner-credentials-by-reference";
import { runnerImagesCurrent } from "./runners/runner-images-current";
import { runnerLabelsResolve } from "./runners/runner-labels-resolve";
import { runnerPodsConfined } from "./runners/runner-pods-confined";
import { resourcesTagged } from "./stack/resources-tagged";
import { statefulProtected } from "./stack/stateful-protected";
import { awsPoliciesNarrow } from "./trust/aws-policies-narrow";
import { awsTrustExact } from "./trust/aws-trust-exact";
import { azureFederationExact } from "./trust/azure-federation-exact";
import { azureRolesNarrow } from "./trust/azure-roles-narrow";
import { noLongLivedCredentials } from "./trust/no-long-lived-credentials";
import { actionsPinned } from "./workflows/actions-pinned";
import { checkoutsWithoutCredentials } from "./workflows/checkouts-without-credentials";
import { forkJobsUntrusted } from "./workflows/fork-jobs-untrusted";
import { jobsBounded } from "./workflows/jobs-bounded";
import { leastPermissions } from "./workflows/least-permissions";
import { nightlySchedulePresent } from "./workflows/nightly-schedule-present";
import { noUntrustedCheckout } from "./workflows/no-untrusted-checkout";
import { scriptsWithoutExpressions } from "./workflows/scripts-without-expressions";
import { secretsInEnvironments } from "./workflows/secrets-in-environments";
import { workflowFilesParse } from "./workflows/workflow-files-parse";

export const rules: readonly Rule[] = [
  requiredChecksPresent,
  requiredChecksPinned,
  requiredChecksReported,
  rulesetsWithoutBypass,
  protectedBranchesReviewed,
  mirrorBranchesRestricted,

  workflowFilesParse,
  actionsPinned,
  leastPermissions,
  noUntrustedCheckout,
  scriptsWithoutExpressions,
  secretsInEnvironments,
  forkJobsUntrusted,
  jobsBounded,
  checkoutsWithoutCredentials,
  nightlySchedulePresent,

  awsTrustExact,
  awsPoliciesNarrow,
  azureFederationExact,
  azureRolesNarrow,
  noLongLivedCredentials,

  ecrTagsImmutable,
  ecrScannedAndEncrypted,
  ecrLifecycleValid,
  newestImagesKept,
  acrClosed,

  aksEntraOnly,
  aksNetworkClosed,
  aksSupportedVersion,
  gpuPoolsFromZero,
  poolsWithinBudget,
  namespacesRestricted,

  runnerChartsOneVersion,
  runnerPodsConfined,
  runnerImagesCurrent,
  runnerCredentialsByReference,
  runnerNamespacesLimited,
  runnerLabelsResolve,

  statefulProtected,
  resourcesTagged,
];
