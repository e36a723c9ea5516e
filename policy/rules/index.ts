/** Every rule of the pack, in the order in which the documents list them. */
import { ownPolicies } from "../../extensions/policies";
import type { ResourceRule, Rule } from "../kit/rule";
import { mirrorBranchesRestricted } from "./checks/mirror-branches-restricted";
import { protectedBranchesReviewed } from "./checks/protected-branches-reviewed";
import { protectionNotWeakened } from "./checks/protection-not-weakened";
import { refsBornRestricted } from "./checks/refs-born-restricted";
import { requiredChecksConfigured } from "./checks/required-checks-configured";
import { requiredChecksPinned } from "./checks/required-checks-pinned";
import { requiredChecksPresent } from "./checks/required-checks-present";
import { requiredChecksReported } from "./checks/required-checks-reported";
import { rulesetsWithoutBypass } from "./checks/rulesets-without-bypass";
import { admissionPoliciesApply } from "./cluster/admission-policies-apply";
import { aksEntraOnly } from "./cluster/aks-entra-only";
import { aksNetworkClosed } from "./cluster/aks-network-closed";
import { aksSupportedVersion } from "./cluster/aks-supported-version";
import { clusterRolesNarrow } from "./cluster/cluster-roles-narrow";
import { gpuPoolsFromZero } from "./cluster/gpu-pools-from-zero";
import { namespacesClosed } from "./cluster/namespaces-closed";
import { namespacesRestricted } from "./cluster/namespaces-restricted";
import { poolsWithinBudget } from "./cluster/pools-within-budget";
import { testClustersVirtual } from "./cluster/test-clusters-virtual";
import { testNamespacesGuarded } from "./cluster/test-namespaces-guarded";
import { actionsSettingsStrict } from "./github/actions-settings-strict";
import { environmentsLimited } from "./github/environments-limited";
import { runnerGroupsSelected } from "./github/runner-groups-selected";
import { workflowOwnersPresent } from "./github/workflow-owners-present";
import { acrClosed } from "./registries/acr-closed";
import { acrPurgeKeepsNewest } from "./registries/acr-purge-keeps-newest";
import { bucketsPrivate } from "./registries/buckets-private";
import { ecrLifecycleValid } from "./registries/ecr-lifecycle-valid";
import { ecrScannedAndEncrypted } from "./registries/ecr-scanned-and-encrypted";
import { ecrTagsImmutable } from "./registries/ecr-tags-immutable";
import { newestImagesKept } from "./registries/newest-images-kept";
import { noPublicPolicies } from "./registries/no-public-policies";
import { podsFitNodes } from "./runners/pods-fit-nodes";
import { runnerAccountsConfined } from "./runners/runner-accounts-confined";
import { runnerChartsOneVersion } from "./runners/runner-charts-one-version";
import { runnerCredentialsByReference } from "./runners/runner-credentials-by-reference";
import { runnerImagesCurrent } from "./runners/runner-images-current";
import { runnerLabelsResolve } from "./runners/runner-labels-resolve";
import { runnerNamespacesLimited } from "./runners/runner-namespaces-limited";
import { runnerPodsConfined } from "./runners/runner-pods-confined";
import { runnersEphemeral } from "./runners/runners-ephemeral";
import { manifestGiven } from "./stack/manifest-given";
import { resourcesAsIntended } from "./stack/resources-as-intended";
import { resourceTypesKnown } from "./stack/resource-types-known";
import { resourcesTagged } from "./stack/resources-tagged";
import { statefulProtected } from "./stack/stateful-protected";
import { unknownsExplained } from "./stack/unknowns-explained";
import { verdictsFromMain } from "./checks/verdicts-from-main";
import { awsPoliciesNarrow } from "./trust/aws-policies-narrow";
import { awsPullRequestsConfined } from "./trust/aws-pull-requests-confined";
import { awsTrustExact } from "./trust/aws-trust-exact";
import { azureCredentialsBounded } from "./trust/azure-credentials-bounded";
import { azureFederationExact } from "./trust/azure-federation-exact";
import { azurePullRequestsConfined } from "./trust/azure-pull-requests-confined";
import { azureRolesNarrow } from "./trust/azure-roles-narrow";
import { noLongLivedCredentials } from "./trust/no-long-lived-credentials";
import { oidcProviderExact } from "./trust/oidc-provider-exact";
import { actionsPinned } from "./workflows/actions-pinned";
import { baseChangesSeen } from "./workflows/base-changes-seen";
import { checkoutsWithoutCredentials } from "./workflows/checkouts-without-credentials";
import { forkJobsUntrusted } from "./workflows/fork-jobs-untrusted";
import { imagesVerified } from "./workflows/images-verified";
import { jobsBounded } from "./workflows/jobs-bounded";
import { nightlySchedulePresent } from "./workflows/nightly-schedule-present";
import { noUntrustedCheckout } from "./workflows/no-untrusted-checkout";
import { scriptsWithoutExpressions } from "./workflows/scripts-without-expressions";
import { secretsInEnvironments } from "./workflows/secrets-in-environments";
import { workflowFilesParse } from "./workflows/workflow-files-parse";
import { workflowLeastPermissions } from "./workflows/workflow-least-permissions";

const judging: readonly Rule[] = [
  requiredChecksPresent,
  requiredChecksPinned,
  requiredChecksReported,
  requiredChecksConfigured,
  verdictsFromMain,
  rulesetsWithoutBypass,
  protectedBranchesReviewed,
  mirrorBranchesRestricted,
  refsBornRestricted,
  protectionNotWeakened,

  workflowFilesParse,
  actionsPinned,
  workflowLeastPermissions,
  noUntrustedCheckout,
  scriptsWithoutExpressions,
  secretsInEnvironments,
  forkJobsUntrusted,
  jobsBounded,
  checkoutsWithoutCredentials,
  nightlySchedulePresent,
  baseChangesSeen,
  imagesVerified,

  actionsSettingsStrict,
  environmentsLimited,
  runnerGroupsSelected,
  workflowOwnersPresent,

  oidcProviderExact,
  awsTrustExact,
  awsPoliciesNarrow,
  awsPullRequestsConfined,
  azureFederationExact,
  azureCredentialsBounded,
  azureRolesNarrow,
  azurePullRequestsConfined,
  noLongLivedCredentials,

  ecrTagsImmutable,
  ecrScannedAndEncrypted,
  ecrLifecycleValid,
  newestImagesKept,
  acrClosed,
  acrPurgeKeepsNewest,
  bucketsPrivate,
  noPublicPolicies,

  aksEntraOnly,
  aksNetworkClosed,
  aksSupportedVersion,
  gpuPoolsFromZero,
  poolsWithinBudget,
  namespacesRestricted,
  namespacesClosed,
  testNamespacesGuarded,
  testClustersVirtual,
  admissionPoliciesApply,
  clusterRolesNarrow,

  runnersEphemeral,
  runnerAccountsConfined,
  runnerChartsOneVersion,
  runnerPodsConfined,
  runnerImagesCurrent,
  runnerCredentialsByReference,
  runnerNamespacesLimited,
  runnerLabelsResolve,
  podsFitNodes,

  statefulProtected,
  resourcesTagged,
  manifestGiven,

  ...ownPolicies,
];

/** Those of them that wait for a value until the apply. */
const waiting = judging.filter((rule): rule is ResourceRule => rule.scope === "resource" && rule.unknowns !== undefined);

export const rules: readonly Rule[] = [...judging, resourceTypesKnown(judging), unknownsExplained(waiting), resourcesAsIntended];
