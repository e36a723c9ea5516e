/** Inputs of `RepositoryRuleset`, with the validators of the real provider. Values keep GitHub's spelling: `pull_request`, `errors_and_warnings`. */
import { z } from "zod";

const flag = z.boolean().optional();
const minutes = z.number().int().min(0).max(360).optional();
const entries = z.number().int().min(0).max(100).optional();
const texts = z.array(z.string());

const pattern = z
  .strictObject({
    name: z.string().optional(),
    negate: flag,
    operator: z.enum(["starts_with", "ends_with", "contains", "regex"]),
    pattern: z.string(),
  })
  .optional();

const pullRequest = z.strictObject({
  allowedMergeMethods: z
    .array(z.enum(["merge", "squash", "rebase"]))
    .min(1)
    .optional(),
  dismissStaleReviewsOnPush: flag,
  requireCodeOwnerReview: flag,
  requireLastPushApproval: flag,
  requiredApprovingReviewCount: z.number().int().min(0).max(10).optional(),
  requiredReviewThreadResolution: flag,
  requiredReviewers: z
    .array(
      z.strictObject({
        filePatterns: texts.min(1),
        minimumApprovals: z.number().int(),
        reviewer: z.strictObject({ id: z.number().int(), type: z.enum(["Team"]) }),
      }),
    )
    .optional(),
});

const requiredStatusChecks = z.strictObject({
  requiredChecks: z.array(z.strictObject({ context: z.string(), integrationId: z.number().int().optional() })).min(1),
  strictRequiredStatusChecksPolicy: flag,
  doNotEnforceOnCreate: flag,
});

const mergeQueue = z.strictObject({
  checkResponseTimeoutMinutes: minutes,
  groupingStrategy: z.enum(["ALLGREEN", "HEADGREEN"]).optional(),
  maxEntriesToBuild: entries,
  maxEntriesToMerge: entries,
  mergeMethod: z.enum(["MERGE", "SQUASH", "REBASE"]).optional(),
  minEntriesToMerge: entries,
  minEntriesToMergeWaitMinutes: minutes,
});

const requiredCodeScanning = z.strictObject({
  requiredCodeScanningTools: z
    .array(
      z.strictObject({
        alertsThreshold: z.enum(["none", "errors", "errors_and_warnings", "all"]),
        securityAlertsThreshold: z.enum(["none", "critical", "high_or_higher", "medium_or_higher", "all"]),
        tool: z.string(),
      }),
    )
    .min(1),
});

const rules = z.strictObject({
  creation: flag,
  update: flag,
  updateAllowsFetchAndMerge: flag,
  deletion: flag,
  nonFastForward: flag,
  requiredLinearHistory: flag,
  requiredSignatures: flag,
  pullRequest: pullRequest.optional(),
  requiredStatusChecks: requiredStatusChecks.optional(),
  requiredDeployments: z.strictObject({ requiredDeploymentEnvironments: texts }).optional(),
  mergeQueue: mergeQueue.optional(),
  commitMessagePattern: pattern,
  commitAuthorEmailPattern: pattern,
  committerEmailPattern: pattern,
  branchNamePattern: pattern,
  tagNamePattern: pattern,
  requiredCodeScanning: requiredCodeScanning.optional(),
  filePathRestriction: z.strictObject({ restrictedFilePaths: texts.min(1) }).optional(),
  maxFileSize: z.strictObject({ maxFileSize: z.number().int().min(1).max(100) }).optional(),
  maxFilePathLength: z.strictObject({ maxFilePathLength: z.number().int().min(1).max(32_767) }).optional(),
  fileExtensionRestriction: z.strictObject({ restrictedFileExtensions: texts.min(1) }).optional(),
  copilotCodeReview: z.strictObject({ reviewOnPush: flag, reviewDraftPullRequests: flag }).optional(),
});

export const rulesetSchema = z.strictObject({
  name: z.string().min(1).max(100),
  repository: z
    .string()
    .regex(
      /^[-a-zA-Z0-9_.]{1,100}$/,
      "must include only alphanumeric characters, underscores or hyphens and consist of 100 characters or less",
    ),
  target: z.enum(["branch", "push", "tag"]),
  enforcement: z.enum(["disabled", "active", "evaluate"]),
  bypassActors: z
    .array(
      z.strictObject({
        actorId: z.number().int().optional(),
        actorType: z.enum(["RepositoryRole", "Team", "Integration", "OrganizationAdmin", "DeployKey", "EnterpriseOwner", "User"]),
        bypassMode: z.enum(["always", "pull_request", "exempt"]),
      }),
    )
    .optional(),
  conditions: z.strictObject({ refName: z.strictObject({ includes: texts, excludes: texts }) }).optional(),
  rules,
});

export type RulesetInputs = z.infer<typeof rulesetSchema>;
export type RulesInputs = RulesetInputs["rules"];
