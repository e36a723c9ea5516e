/** What a branch demands before it moves: rulesets for main, for release branches and for the mirrors of pull requests. */
import * as pulumi from "@pulumi/pulumi";
import { RepositoryRuleset } from "@pulumi/github/repositoryRuleset";
import type { input } from "@pulumi/github/types";
import type { MergeQueue } from "../../pipeline/model";

/** A check that must have succeeded, and the app whose report counts. */
export interface RequiredStatusCheck {
  /** The context exactly as it is reported. */
  readonly context: string;
  /** Id of the GitHub App that reports it: anybody with write access can post a status of this name, but not as this app. */
  readonly appId: number;
}

export interface BranchProtectionArgs {
  /** Name of the repository. */
  repository: pulumi.Input<string>;
  /** Release branches, as a branch pattern such as `release/*`. */
  releaseBranches: string;
  /** Prefix of the mirrors of pull requests, such as `pull-request/`. */
  mirrorBranchPrefix: string;
  /** Checks that main and release branches demand. */
  requiredChecks: RequiredStatusCheck[];
  /** Approving reviews that a pull request needs. */
  requiredReviews: number;
  /** Main's merge queue; none when undefined. */
  mergeQueue: MergeQueue | undefined;
  /** Id of the app with which this stack is applied: it alone writes main without a pull request, and only the rendered files. */
  applyingAppId: number;
  /** Id of the app that makes the mirrors: it alone may. */
  mirrorAppId: number;
}

export class BranchProtection extends pulumi.ComponentResource {
  /** Contexts that main demands, sorted. */
  readonly requiredContexts: string[];

  constructor(
    private readonly name: string,
    private readonly args: BranchProtectionArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("gpu-cicd:github:BranchProtection", name, {}, opts);

    this.ruleset("main", ["~DEFAULT_BRANCH"], args.applyingAppId, this.mainRules());
    this.ruleset("release", [`refs/heads/${args.releaseBranches}`], args.applyingAppId, this.reviewedRules(true));
    // A mirror runs with more rights than its pull request has, so only who vetted it may move it.
    this.ruleset("mirrors", [`refs/heads/${args.mirrorBranchPrefix}*`], args.mirrorAppId, { creation: true, update: true, deletion: true, nonFastForward: true });

    this.requiredContexts = args.requiredChecks.map(({ context }) => context).sort();
    this.registerOutputs({ requiredContexts: this.requiredContexts });
  }

  private ruleset(suffix: string, includes: string[], bypassAppId: number, rules: input.RepositoryRulesetRules): void {
    new RepositoryRuleset(
      `${this.name}-${suffix}`,
      {
        name: suffix,
        repository: this.args.repository,
        target: "branch",
        enforcement: "active",
        conditions: { refName: { includes, excludes: [] } },
        bypassActors: [{ actorId: bypassAppId, actorType: "Integration", bypassMode: "always" }],
        rules,
      },
      { parent: this },
    );
  }

  /** A queue tests what main will be, so the head of a pull request need not hold main before. */
  private mainRules(): input.RepositoryRulesetRules {
    const { mergeQueue } = this.args;
    return mergeQueue === undefined ? this.reviewedRules(true) : { ...this.reviewedRules(false), mergeQueue: queueRule(mergeQueue) };
  }

  /** @param upToDate whether the head of a pull request has to hold the branch */
  private reviewedRules(upToDate: boolean): input.RepositoryRulesetRules {
    return {
      deletion: true,
      nonFastForward: true,
      pullRequest: {
        requiredApprovingReviewCount: this.args.requiredReviews,
        // `.github/**` has owners, and a workflow is a credential's key.
        requireCodeOwnerReview: true,
        dismissStaleReviewsOnPush: true,
        requireLastPushApproval: true,
        requiredReviewThreadResolution: true,
      },
      requiredStatusChecks: {
        // GitHub keeps a set; sorted, an equal one shows no change.
        requiredChecks: [...this.args.requiredChecks]
          .sort((one, other) => (one.context < other.context ? -1 : 1))
          .map(({ context, appId }) => ({ context, integrationId: appId })),
        // Mirrors test the head of a pull request, not its merge, so the head has to hold the branch where no queue tests the merge.
        strictRequiredStatusChecksPolicy: upToDate,
        doNotEnforceOnCreate: true,
      },
    };
  }
}

/** The rule's parameters. Which apps report in the queue is nothing that GitHub asks for. */
function queueRule(queue: MergeQueue): input.RepositoryRulesetRulesMergeQueue {
  return {
    mergeMethod: queue.mergeMethod,
    groupingStrategy: queue.groupingStrategy,
    maxEntriesToBuild: queue.maxEntriesToBuild,
    minEntriesToMerge: queue.minEntriesToMerge,
    maxEntriesToMerge: queue.maxEntriesToMerge,
    minEntriesToMergeWaitMinutes: queue.minEntriesToMergeWaitMinutes,
    checkResponseTimeoutMinutes: queue.checkResponseTimeoutMinutes,
  };
}
