/**
 * Whether GitHub would merge: the rulesets of a branch against what was reported on a commit. A pure function, so that it can judge real states of
 * the server and imagined ones alike.
 *
 * The rules are those of docs.github.com, "Available rules for rulesets", "Troubleshooting required status checks" and "About protected branches":
 * a required check is satisfied by `success`, `skipped` or `neutral` on the head commit itself; what has not been reported is expected and holds
 * the merge back for ever; a check run and a status of one name are both required; a check that is pinned to an app counts only from that app.
 */
import type { CheckConclusion, CheckRun, CommitStatus, Review } from "./server/state-checks";
import type { Rule, Ruleset } from "./server/state-rulesets";

/** Conclusions of check runs that satisfy a requirement. */
export const SATISFYING: readonly CheckConclusion[] = ["success", "neutral", "skipped"];

/** What was reported on one commit. */
export interface Reported {
  readonly checkRuns: readonly Pick<CheckRun, "id" | "name" | "appId" | "status" | "conclusion">[];
  readonly statuses: readonly Pick<CommitStatus, "id" | "context" | "state" | "appId">[];
}

export interface MergeRequest {
  /** Active rulesets that apply to the base branch and that the caller does not bypass. */
  readonly rulesets: readonly Pick<Ruleset, "name" | "rules">[];
  /** What was reported on the head commit of the pull request. */
  readonly head: Reported;
  /** What was reported on the test merge commit: when anything was, it decides in place of the head. */
  readonly testMerge?: Reported;
  /** The head has every commit of the base. */
  readonly upToDate: boolean;
  readonly reviews: readonly Pick<Review, "author" | "state">[];
  readonly author: string;
  readonly method: "merge" | "squash" | "rebase";
  /** Environments to which the head was deployed. */
  readonly deployedTo: readonly string[];
}

export interface Missing {
  readonly rule: string;
  /** The required check, where the rule is about one. */
  readonly context?: string;
  readonly reason: string;
}

export interface Verdict {
  readonly allowed: boolean;
  readonly missing: readonly Missing[];
}

interface RequiredChecksParameters {
  readonly required_status_checks: readonly { readonly context: string; readonly integration_id?: number | null }[];
  readonly strict_required_status_checks_policy: boolean;
}

interface PullRequestParameters {
  readonly required_approving_review_count: number;
  readonly allowed_merge_methods?: readonly string[];
}

/** All rulesets are looked at and every finding is reported: rulesets aggregate, so the strictest of them decides. */
export function mergeable(request: MergeRequest): Verdict {
  const missing = request.rulesets.flatMap((ruleset) => ruleset.rules.flatMap((rule) => judge(rule, request)));
  const unique = [...new Map(missing.map((finding) => [JSON.stringify(finding), finding])).values()];
  return { allowed: unique.length === 0, missing: unique };
}

function judge(rule: Rule, request: MergeRequest): readonly Missing[] {
  switch (rule.type) {
    case "required_status_checks":
      return requiredChecks(rule.parameters as unknown as RequiredChecksParameters, request);
    case "pull_request":
      return pullRequest(rule.parameters as unknown as PullRequestParameters, request);
    case "required_linear_history":
      return request.method === "merge" ? [{ rule: rule.type, reason: "merge commits are not allowed" }] : [];
    case "required_deployments": {
      const wanted = (rule.parameters as unknown as { required_deployment_environments: readonly string[] })
        .required_deployment_environments;
      return wanted
        .filter((name) => !request.deployedTo.includes(name))
        .map((name) => ({ rule: rule.type, reason: `not deployed to ${name}` }));
    }
    case "merge_queue":
      return [{ rule: rule.type, reason: "changes must be made through the merge queue" }];
    case "update":
      return [{ rule: rule.type, reason: "only those who bypass the rule may update the branch" }];
    default:
      // The remaining rules are about refs and pushed commits, not about pull requests.
      return [];
  }
}

function requiredChecks(parameters: RequiredChecksParameters, request: MergeRequest): readonly Missing[] {
  const rule = "required_status_checks";
  const { testMerge } = request;
  const decides = testMerge && testMerge.checkRuns.length + testMerge.statuses.length > 0 ? testMerge : request.head;
  const stale: Missing[] =
    parameters.strict_required_status_checks_policy && parameters.required_status_checks.length > 0 && !request.upToDate
      ? [{ rule, reason: "the head branch is not up to date with the base branch" }]
      : [];
  const unsatisfied = parameters.required_status_checks.flatMap(({ context, integration_id }): readonly Missing[] =>
    contextFindings(context, integration_id ?? undefined, decides).map((reason) => ({ rule, context, reason })),
  );
  return [...stale, ...unsatisfied];
}

/** Why a context is not satisfied; empty when it is. The latest run and the latest status of the name decide. */
export function contextFindings(context: string, app: number | undefined, reported: Reported): readonly string[] {
  const fromApp = (by: number | null): boolean => app === undefined || by === app;
  const runs = reported.checkRuns.filter((run) => run.name === context);
  const statuses = reported.statuses.filter((status) => status.context === context);
  const run = latest(runs.filter(({ appId }) => fromApp(appId)));
  const status = latest(statuses.filter(({ appId }) => fromApp(appId)));
  if (!run && !status) {
    return [runs.length + statuses.length > 0 ? `expected: reported, but not by app ${app}` : "expected: not reported"];
  }
  return [
    ...(run && run.status !== "completed" ? [`the check run is ${run.status}`] : []),
    ...(run && run.status === "completed" && !SATISFYING.includes(run.conclusion!) ? [`the check run concluded ${run.conclusion}`] : []),
    ...(status && status.state !== "success" ? [`the status is ${status.state}`] : []),
  ];
}

function pullRequest(parameters: PullRequestParameters, request: MergeRequest): readonly Missing[] {
  const rule = "pull_request";
  const byReviewer = new Map<string, string>();
  for (const review of request.reviews) {
    // A comment does not withdraw an approval, and authors do not approve themselves.
    if (review.state !== "COMMENTED" && review.author.login !== request.author) byReviewer.set(review.author.login, review.state);
  }
  const approvals = [...byReviewer.values()].filter((state) => state === "APPROVED").length;
  const methods = parameters.allowed_merge_methods;
  return [
    ...(approvals < parameters.required_approving_review_count
      ? [{ rule, reason: `${approvals} of ${parameters.required_approving_review_count} required approving reviews` }]
      : []),
    ...([...byReviewer.values()].includes("CHANGES_REQUESTED") ? [{ rule, reason: "changes were requested" }] : []),
    ...(methods && !methods.includes(request.method)
      ? [{ rule, reason: `merge method ${request.method} is not allowed (allowed: ${methods.join(", ")})` }]
      : []),
  ];
}

function latest<T extends { readonly id: number }>(reports: readonly T[]): T | undefined {
  return reports.reduce<T | undefined>((newest, report) => (newest === undefined || report.id > newest.id ? report : newest), undefined);
}
