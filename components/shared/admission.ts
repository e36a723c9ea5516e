/** Admission policies that the API server itself enforces: nothing runs in the cluster for them, and nothing can be down. */
import * as pulumi from "@pulumi/pulumi";
import { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding } from "@pulumi/kubernetes/admissionregistration/v1";

export interface AdmissionRule {
  /** CEL expression that must be true. */
  readonly expression: string;
  /** What the user reads when it is not. */
  readonly message: string;
}

export interface AdmissionPolicyArgs {
  /** Name of the policy and of its binding. */
  policyName: string;
  /** API group, version, resource and operations that it judges. */
  on: { readonly group: string; readonly version: string; readonly resource: string; readonly operations: readonly ("CREATE" | "UPDATE" | "DELETE")[] };
  /** Labels of the namespaces in which it judges. Default: everywhere. */
  inNamespaces?: Record<string, string>;
  /** CEL condition on the request, such as who asks. Default: every request. */
  when?: { readonly name: string; readonly expression: pulumi.Input<string> };
  /** An object of the request's own namespace that the rules read as `params`. Where it is missing, the request is denied. */
  params?: { readonly apiVersion: string; readonly kind: string; readonly name: string };
  rules: readonly AdmissionRule[];
}

/** Makes a policy and the binding that puts it in force. Denies when it cannot be evaluated. */
export function admissionPolicy(name: string, args: AdmissionPolicyArgs, opts: pulumi.CustomResourceOptions): ValidatingAdmissionPolicyBinding {
  const { policyName, on, inNamespaces, when, params, rules } = args;
  const policy = new ValidatingAdmissionPolicy(
    name,
    {
      metadata: { name: policyName },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: [{ apiGroups: [on.group], apiVersions: [on.version], resources: [on.resource], operations: [...on.operations] }],
          ...(inNamespaces === undefined ? {} : { namespaceSelector: { matchLabels: inNamespaces } }),
        },
        ...(when === undefined ? {} : { matchConditions: [{ name: when.name, expression: when.expression }] }),
        ...(params === undefined ? {} : { paramKind: { apiVersion: params.apiVersion, kind: params.kind } }),
        validations: rules.map(({ expression, message }) => ({ expression, message })),
      },
    },
    opts,
  );
  return new ValidatingAdmissionPolicyBinding(
    `${name}-binding`,
    {
      metadata: { name: policyName },
      spec: {
        policyName,
        validationActions: ["Deny"],
        ...(params === undefined ? {} : { paramRef: { name: params.name, parameterNotFoundAction: "Deny" } }),
      },
    },
    { ...opts, dependsOn: policy },
  );
}

/** The request comes from this user: a service account's full name, or the object id of an identity of Entra. */
export function requestedBy(name: string, user: pulumi.Input<string>): { name: string; expression: pulumi.Output<string> } {
  return { name, expression: pulumi.interpolate`request.userInfo.username == '${user}'` };
}

/** CEL for a label's value of an object, empty when it has none. */
export function label(object: "object" | "oldObject" | "namespaceObject", key: string): string {
  return `${object}.metadata.?labels[?'${key}'].orValue('')`;
}
