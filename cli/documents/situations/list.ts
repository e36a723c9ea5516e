/** Every situation of the days after that was tried: one list, from which docs/situations.md is rendered. */

export type Verdict = "handled" | "refused" | "shown" | "open";

export interface Situation {
  readonly when: string;
  readonly verdict: Verdict;
  /** What happens, one sentence or two. */
  readonly what: string;
  /** Where it was met, or where the rule stands. */
  readonly source: string;
  /** File of the test that shows it; left out where it is open. */
  readonly test?: string;
}

const AKS = "learn.microsoft.com/azure/aks";
const CHANGES = "test/clouds/aks-changes.test.ts";
const COHERENCE = "test/pipeline/coherence/cases/first-contact.ts";
const DAEMON = "test/sandbox/daemon/daemon.test.ts";
const POOLS = "test/report/preview/pools.test.ts";
const DANGERS = "test/report/preview/dangers.test.ts";

export const situations: readonly Situation[] = [
  { when: "Zones, disk, pods or VM size of a pool change", verdict: "shown", what: "The preview shows a replacement; the danger says how to lose no job.", source: "pulumi/pulumi-azure-native#959, #3655", test: CHANGES },
  { when: "A public cluster is to become private", verdict: "shown", what: "The preview shows a replacement of the cluster, a critical danger; `protect` stops it.", source: `${AKS}/private-clusters`, test: CHANGES },
  { when: "A change that AKS refuses reaches a report", verdict: "refused", what: "The report's verdict is refused, and an apply stops before it.", source: "pulumi/pulumi-azure-native#959", test: DANGERS },
  { when: "AKS moves a patch of the pinned minor", verdict: "handled", what: "Neither drift nor preview shows it, and nothing sets it back.", source: `${AKS}/auto-upgrade-cluster`, test: POOLS },
  { when: "A Kubernetes version is lowered, or skips a minor", verdict: "refused", what: "The program says what runs and what is asked for, before the cluster is touched.", source: `${AKS}/upgrade-aks-cluster`, test: CHANGES },
  { when: "A channel that raises minors stands beside a pinned minor", verdict: "refused", what: "A coherence finding.", source: `${AKS}/auto-upgrade-cluster`, test: COHERENCE },
  { when: "An update's preview knows inputs, name and location alone", verdict: "open", what: "The sandbox keeps all outputs in the preview of an update; azure-native does not, so a change of one tag can show role assignments as replaced.", source: "pulumi/pulumi-azure-native, provider/pkg/provider" },
  { when: "Somebody adds a resource that the stack knows nothing of", verdict: "open", what: "No drift names it but a pool in a cluster.", source: "pulumi/pulumi, refresh reads what the state has" },
  { when: "A bypass is added to a ruleset, or protection is switched off, by hand", verdict: "shown", what: "Drift is judged as a change would be: a critical danger, exit code 4.", source: "docs.github.com, rulesets", test: "test/report/preview/drift.test.ts" },
  { when: "A field changes that the provider does not compare", verdict: "open", what: "No drift names it.", source: "pulumi/pulumi-azure-native, diff.go" },
  { when: "GitHub adds an inactive part to a ruleset", verdict: "handled", what: "A part that does nothing equals none, in the baseline and in drift.", source: "integrations/terraform-provider-github", test: "test/policy/inert.test.ts" },
  { when: "A field is edited with kubectl, and another manager owns it", verdict: "handled", what: "Drift shows it, and `pulumi up --refresh` takes the field back by force.", source: "kubernetes.io, server-side apply; pulumi/pulumi-kubernetes#2280", test: "test/rehearsal/life.test.ts" },
  { when: "A Helm release is left in a pending state", verdict: "refused", what: "As with Helm, no upgrade goes over it, and it can be removed.", source: "helm/helm, pkg/action/upgrade.go", test: "test/sandbox/kubernetes/releases.test.ts" },
  { when: "A file of the stack exists in the repository", verdict: "open", what: "It is written over, and deleted at a destroy.", source: "integrations/terraform-provider-github, repository_file" },
  { when: "A scale set's label is `ubuntu-latest` or `self-hosted`", verdict: "refused", what: "A coherence finding.", source: "docs.github.com, runner labels", test: COHERENCE },
  { when: "A runner group is called Default", verdict: "refused", what: "A coherence finding.", source: "docs.github.com, runner groups", test: COHERENCE },
  { when: "A seventh team reviews applies, or one stands twice", verdict: "refused", what: "A coherence finding.", source: "docs.github.com, deployment environments", test: COHERENCE },
  { when: "The time zone is PST", verdict: "refused", what: "Names of the IANA database alone, links included.", source: "docs.github.com, on.schedule", test: COHERENCE },
  { when: "Previews and applies run on a machine of GitHub's", verdict: "refused", what: "A coherence finding: its address is in no authorized range.", source: `${AKS}/api-server-authorized-ip-ranges`, test: COHERENCE },
  { when: "Actions Runner Controller has a version that the sandbox does not model", verdict: "refused", what: "Said as a limit of the sandbox, with the versions that it models.", source: "actions/actions-runner-controller", test: "test/sandbox/kubernetes/charts.test.ts" },
  { when: "A runner's label changes blue/green", verdict: "open", what: "The policies' fix does not name the steps.", source: "actions/actions-runner-controller" },
  { when: "A path has a quote, a comma, a space or a hash", verdict: "refused", what: "Said before anything is made, with the signs.", source: "pulumi/pulumi, cmd/pulumi/pulumi.go", test: DAEMON },
  { when: "`KEEP=0` and the rehearsal fails", verdict: "handled", what: "The sandbox ends all the same.", source: "tried", test: DAEMON },
  { when: "Two rehearsals use one sandbox", verdict: "refused", what: "The second says who is at it, and since when.", source: "tried", test: DAEMON },
  { when: "A process of the sandbox is killed", verdict: "handled", what: "Status names it, and the next command starts the sandbox anew.", source: "tried", test: DAEMON },
  { when: "The sandbox's daemon is killed", verdict: "handled", what: "Status names it, and the next command recovers.", source: "tried", test: DAEMON },
  { when: "An engine cancels while a namespace waits for finalizers", verdict: "handled", what: "The wait ends at once.", source: "pulumi/pulumi, Cancel of the provider protocol", test: "test/sandbox/provider/server.test.ts" },
  { when: "Go or Python is missing, or too old, where tools have to be built", verdict: "refused", what: "All that is missing is said before the first build.", source: "tried", test: "test/sandbox/tools/cache.test.ts" },
  { when: "The disk is full", verdict: "open", what: "The error is the one of the tool that meets it first.", source: "tried" },
];
