/** What a ref demands before it is made or moves: rulesets for main, for release branches and their creation, for the mirrors of pull requests, and for tags. */
import * as pulumi from "@pulumi/pulumi";
import { RepositoryRuleset } from "@pulumi/github/repositoryRuleset";
import type { input } from "@pulumi/github/types";
import type { RulesetName } from "../../pipeline/infrastructure";
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
  /** Id of the app with which this stack is applied: only it writes main without a pull request, and only the rendered files. */
  applyingAppId: number;
  /** Id of the app that makes the mirrors: only it may. */
  mirrorAppId: number;
  /** Ids of the teams that may create release branches and write tags; nobody else may. */
  releaseManagerIds: number[];
}

/** The rulesets of main, release branches, mirror branches and tags. */
export class BranchProtection extends pulumi.ComponentResource {
  /** Contexts that main demands, sorted. */
  readonly requiredContexts: string[];

  constructor(
    private readonly name: string,
    private readonly args: BranchProtectionArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("gpu-cicd:github:BranchProtection", name, {}, opts);

    const applying = [app(args.applyingAppId)];
    const managers = args.releaseManagerIds.map(team);
    this.ruleset("main", "branch", ["~DEFAULT_BRANCH"], applying, this.mainRules());
    this.ruleset("release", "branch", [`refs/heads/${args.releaseBranches}`], applying, this.reviewedRules(true));
    // A branch runs its own workflow files from its first push on, before anybody could review it. Bypassing the review of what comes later is another thing.
    this.ruleset("releases-born", "branch", around(`refs/heads/${args.releaseBranches}`), managers, { creation: true });
    // A mirror runs with more rights than its pull request has, so only who vetted it may move it.
    this.ruleset("mirrors", "branch", around(`refs/heads/${args.mirrorBranchPrefix}*`), [app(args.mirrorAppId)], { creation: true, update: true, deletion: true, nonFastForward: true });
    // A tag may be called as a branch, and starts workflows of its own commit.
    this.ruleset("tags", "tag", ["~ALL"], managers, { creation: true, update: true, deletion: true });

    this.requiredContexts = args.requiredChecks.map(({ context }) => context).sort();
    this.registerOutputs({ requiredContexts: this.requiredContexts });
  }

  private ruleset(suffix: RulesetName, target: "branch" | "tag", includes: string[], bypassActors: input.RepositoryRulesetBypassActor[], rules: input.RepositoryRulesetRules): void {
    new RepositoryRuleset(
      `${this.name}-${suffix}`,
      {
        name: suffix,
        repository: this.args.repository,
        target,
        enforcement: "active",
        conditions: { refName: { includes, excludes: [] } },
        bypassActors,
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

const app = (actorId: number): input.RepositoryRulesetBypassActor => ({ actorId, actorType: "Integration", bypassMode: "always" });
const team = (actorId: number): input.RepositoryRulesetBypassActor => ({ actorId, actorType: "Team", bypassMode: "always" });

/**
 * The refs of a pattern, and those that would keep them from being made: git has no ref beside one that begins with its name and a slash.
 * Patterns are Ruby's fnmatch, in which `*` stops at a slash (docs.github.com, "Creating rulesets for a repository").
 */
function around(pattern: string): string[] {
  const folders = pattern.split("/").slice(2, -1);
  return [pattern, `${pattern}/**/*`, ...folders.map((_, index) => `refs/heads/${folders.slice(0, index + 1).join("/")}`)];
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
