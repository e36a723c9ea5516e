/** What clouds add to a resource's inputs, made up: enough for the resources that are made from it. */

export { UNKNOWN } from "../kit/unknowns";

type Values = Record<string, unknown>;

/** Outputs of a resource that its inputs do not hold. */
export function answers(type: string, name: string, inputs: Values): Values {
  switch (type) {
    case "aws:ecr/repository:Repository":
      return { arn: `arn:aws:ecr:us-west-2:111122223333:repository/${String(inputs["name"])}`, repositoryUrl: `111122223333.dkr.ecr.us-west-2.amazonaws.com/${String(inputs["name"])}` };
    case "aws:iam/role:Role":
      return { arn: `arn:aws:iam::111122223333:role/${String(inputs["name"])}` };
    case "aws:iam/openIdConnectProvider:OpenIdConnectProvider":
      return { arn: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" };
    case "aws:s3/bucket:Bucket":
      return { arn: `arn:aws:s3:::${String(inputs["bucket"])}` };
    case "azure-native:resources:ResourceGroup":
      return { name: inputs["resourceGroupName"] };
    case "azure-native:containerregistry:Registry":
      return { name: inputs["registryName"], loginServer: `${String(inputs["registryName"])}.azurecr.io` };
    case "azure-native:managedidentity:UserAssignedIdentity":
      return { name: inputs["resourceName"], clientId: `client-of-${name}`, principalId: `principal-of-${name}` };
    case "azure-native:containerservice:ManagedCluster":
      return { name: inputs["resourceName"], fqdn: `${String(inputs["resourceName"])}.example`, identityProfile: { kubeletidentity: { objectId: `kubelet-of-${name}` } } };
    default:
      return {};
  }
}
