/** The rules of a ruleset in both spellings: one object with a property a rule (Pulumi), and a list of rules with parameters (GitHub). */
import type { RulesInputs } from "./ruleset-schema";

export interface ApiRule {
  readonly type: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
}

/** Rules without parameters. */
const FLAGS = ["creation", "deletion", "nonFastForward", "requiredLinearHistory", "requiredSignatures"] as const;

/** Rules about what a push contains; every other one is about refs. The real provider holds rules to their target by these. */
export const PUSH_RULES: ReadonlySet<keyof RulesInputs> = new Set([
  "filePathRestriction",
  "maxFilePathLength",
  "fileExtensionRestriction",
  "maxFileSize",
] as const);

/** Rules whose types GitHub names otherwise than by the property in snake case. */
const TYPES: Partial<Record<keyof RulesInputs, string>> = { requiredCodeScanning: "code_scanning" };

/** Parameters that GitHub names otherwise than by the property in snake case. */
const PARAMETERS: Readonly<Record<string, string>> = {
  requiredChecks: "required_status_checks",
  requiredCodeScanningTools: "code_scanning_tools",
};
const PROPERTIES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(PARAMETERS).map(([property, parameter]) => [parameter, property]),
);

/** What GitHub's description requires and the real provider sends even when it is not set: "no". */
const ALWAYS_SENT: Partial<Record<keyof RulesInputs, object>> = {
  pullRequest: {
    dismissStaleReviewsOnPush: false,
    requireCodeOwnerReview: false,
    requireLastPushApproval: false,
    requiredApprovingReviewCount: 0,
    requiredReviewThreadResolution: false,
  },
  requiredStatusChecks: { strictRequiredStatusChecksPolicy: false, doNotEnforceOnCreate: false },
  copilotCodeReview: { reviewOnPush: false, reviewDraftPullRequests: false },
};

/** Defaults of the real provider that are not "no" or none. */
const DEFAULTS: Partial<Record<keyof RulesInputs, object>> = {
  mergeQueue: {
    checkResponseTimeoutMinutes: 60,
    groupingStrategy: "ALLGREEN",
    maxEntriesToBuild: 5,
    maxEntriesToMerge: 5,
    mergeMethod: "MERGE",
    minEntriesToMerge: 1,
    minEntriesToMergeWaitMinutes: 5,
  },
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** The rules with the defaults of each rule that is set. What is no object (an unknown value) stays as it is. */
export function withRuleDefaults(rules: RulesInputs): RulesInputs {
  if (!isObject(rules)) return rules;
  const filled = Object.entries(DEFAULTS).flatMap(([name, defaults]) => {
    const given = rules[name as keyof RulesInputs];
    return isObject(given) ? [[name, { ...defaults, ...given }]] : [];
  });
  return { ...rules, ...(Object.fromEntries(filled) as Partial<RulesInputs>) };
}

export function toApiRules(rules: RulesInputs): ApiRule[] {
  const flags = FLAGS.filter((name) => rules[name] === true).map((name): ApiRule => ({ type: snake(name) }));
  const update: ApiRule[] =
    rules.update === true
      ? [{ type: "update", ...(rules.updateAllowsFetchAndMerge === true && { parameters: { update_allows_fetch_and_merge: true } }) }]
      : [];
  const others = Object.entries(rules).flatMap(([name, parameters]): ApiRule[] => {
    if (!isObject(parameters)) return [];
    const rule = name as keyof RulesInputs;
    return [{ type: TYPES[rule] ?? snake(rule), parameters: toApi({ ...ALWAYS_SENT[rule], ...parameters }) as Record<string, unknown> }];
  });
  return [...flags, ...update, ...others];
}

export function fromApiRules(rules: readonly ApiRule[]): RulesInputs {
  const has = (type: string): boolean => rules.some((rule) => rule.type === type);
  const flags = Object.fromEntries([...FLAGS, "update"].map((name) => [name, has(snake(name))]));
  const update = rules.find((rule) => rule.type === "update");
  const others = rules
    .filter(({ type, parameters }) => parameters !== undefined && type !== "update")
    .map(({ type, parameters }) => [type === "code_scanning" ? "requiredCodeScanning" : camel(type), fromApi(parameters)]);
  return {
    ...flags,
    updateAllowsFetchAndMerge: update?.parameters?.update_allows_fetch_and_merge === true,
    ...(Object.fromEntries(others) as RulesInputs),
  };
}

/** An app id of 0 stands for none in the real provider. */
function toApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toApi);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([name, inner]) => inner !== undefined && !(name === "integrationId" && inner === 0));
  return Object.fromEntries(entries.map(([name, inner]) => [PARAMETERS[name] ?? snake(name), toApi(inner)]));
}

function fromApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromApi);
  if (!isObject(value)) return value;
  const named = Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([name, inner]) => [PROPERTIES[name] ?? camel(name), fromApi(inner)]),
  );
  return "context" in named ? { integrationId: 0, ...named } : named;
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
