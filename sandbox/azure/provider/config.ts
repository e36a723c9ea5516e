/** Configuration of an azure-native provider instance, as the SDK's ProviderArgs name it. */
import { z } from "zod";
import { guid, oneOf } from "../arm/rules";

export const providerConfig = z.strictObject({
  auxiliaryTenantIds: z.array(guid).optional(),
  clientCertificatePassword: z.string().optional(),
  clientCertificatePath: z.string().optional(),
  clientId: guid.optional(),
  clientSecret: z.string().optional(),
  disableInstanceDiscovery: z.boolean().optional(),
  disablePulumiPartnerId: z.boolean().optional(),
  environment: oneOf(["public", "usgovernment", "china"]).optional(),
  location: z.string().optional(),
  metadataHost: z.string().optional(),
  msiEndpoint: z.string().optional(),
  oidcRequestToken: z.string().optional(),
  oidcRequestUrl: z.string().optional(),
  oidcToken: z.string().optional(),
  oidcTokenFilePath: z.string().optional(),
  partnerId: z.string().optional(),
  subscriptionId: guid.optional(),
  tenantId: guid.optional(),
  useDefaultAzureCredential: z.boolean().optional(),
  useMsi: z.boolean().optional(),
  useOidc: z.boolean().optional(),
});

export type ProviderConfig = z.infer<typeof providerConfig>;
