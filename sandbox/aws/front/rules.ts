/** What AWS refuses and the emulator takes, for each operation: the gateway answers these itself, to every client alike. */
import { describeFindings, type Finding } from "../validate/finding";
import { exclusionFindings, type ExclusionFilter } from "../validate/exclusion";
import { lifecyclePolicyFindings } from "../validate/lifecycle";
import { oidcProviderFindings } from "../validate/oidc";
import { policyFindings } from "../validate/policy";
import { federatedProviders, trustPolicyFindings } from "../validate/trust";
import { type Call, elements, members, type Refusal } from "./call";
import { webIdentityRefusal } from "./webIdentity";

/** Asks the emulator's IAM in an account; the answer is XML. */
export type AskIam = (
  account: string,
  parameters: Readonly<Record<string, string>>,
) => Promise<{ readonly status: number; readonly body: string }>;

export interface RuleContext {
  readonly ask: AskIam;
  /** Account of requests that are signed with no key of the sandbox. */
  readonly defaultAccount: string;
  /** Names of actions by service. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
}

type Rule = (call: Call, context: RuleContext) => Promise<Refusal | undefined> | Refusal | undefined;

const RULES: Readonly<Record<string, Rule>> = {
  "ecr:PutLifecyclePolicy": ({ parameters }) => lifecycleRefusal(String(parameters.lifecyclePolicyText)),
  "ecr:CreateRepository": ({ parameters }) => mutabilityRefusal(parameters),
  "ecr:PutImageTagMutability": ({ parameters }) => mutabilityRefusal(parameters),
  "iam:CreateRole": (call, context) => trustRefusal(String(call.parameters.AssumeRolePolicyDocument), call, context),
  "iam:UpdateAssumeRolePolicy": (call, context) => trustRefusal(String(call.parameters.PolicyDocument), call, context),
  "iam:PutRolePolicy": ({ parameters }, { actions }) => malformed(policyFindings(String(parameters.PolicyDocument), "identity", actions)),
  "iam:CreateOpenIDConnectProvider": ({ parameters }) => oidcRefusal(parameters),
  "sts:AssumeRoleWithWebIdentity": (call, context) => webIdentityRefusal(call.parameters, context.ask),
};

/** Why AWS would refuse the call; undefined when the emulator is to answer. */
export async function refusalOf(call: Call, context: RuleContext): Promise<Refusal | undefined> {
  return RULES[`${call.service}:${call.operation}`]?.(call, context);
}

function lifecycleRefusal(text: string): Refusal | undefined {
  const findings = lifecyclePolicyFindings(text);
  if (findings.length > 0) return invalid("LifecyclePolicyText", findings);
  // Newer than the emulator: real ECR takes these.
  const unheld = ["sinceImagePulled", "sinceImageTransitioned", "transition"].filter((word) => text.includes(`"${word}"`));
  return unheld.length === 0
    ? undefined
    : {
        status: 501,
        code: "NotImplemented",
        message: `the sandbox's registry cannot hold ${unheld.join(", ")} in a lifecycle policy; Amazon ECR can`,
      };
}

function mutabilityRefusal(parameters: Readonly<Record<string, unknown>>): Refusal | undefined {
  const mutability = typeof parameters.imageTagMutability === "string" ? parameters.imageTagMutability : "MUTABLE";
  const filters = parameters.imageTagMutabilityExclusionFilters as readonly ExclusionFilter[] | undefined;
  const findings = exclusionFindings(mutability, filters);
  return findings.length === 0 ? undefined : invalid("imageTagMutabilityExclusionFilters", findings);
}

function invalid(parameter: string, findings: readonly Finding[]): Refusal {
  return {
    status: 400,
    code: "InvalidParameterException",
    message: `Invalid parameter at '${parameter}' failed to satisfy constraint: '${describeFindings(findings)}'`,
  };
}

function malformed(findings: readonly Finding[]): Refusal | undefined {
  return findings.length === 0 ? undefined : { status: 400, code: "MalformedPolicyDocument", message: describeFindings(findings) };
}

function oidcRefusal(parameters: Readonly<Record<string, unknown>>): Refusal | undefined {
  const findings = oidcProviderFindings({
    url: String(parameters.Url),
    clientIds: members(parameters, "ClientIDList"),
    thumbprints: members(parameters, "ThumbprintList"),
  });
  return findings.length === 0 ? undefined : { status: 400, code: "InvalidInput", message: describeFindings(findings) };
}

/** A role that trusts a provider which is not there can be assumed by nobody: the sandbox says so at once, where AWS stays silent. */
async function trustRefusal(text: string, call: Call, context: RuleContext): Promise<Refusal | undefined> {
  const refusal = malformed(trustPolicyFindings(text));
  if (refusal) return refusal;
  const answer = await context.ask(call.account ?? context.defaultAccount, { Action: "ListOpenIDConnectProviders" });
  const known = elements(answer.body, "Arn");
  const missing = federatedProviders(text).filter((arn) => !known.includes(arn));
  if (missing.length === 0) return undefined;
  return malformed([
    {
      path: "Principal.Federated",
      message: `found ${missing.join(", ")}, not in this account; its identity providers are ${known.join(", ") || "none"}`,
    },
  ]);
}
