/** Built-in roles that the sandbox knows, by the id that is the same in every tenant (learn.microsoft.com, built-in-roles). */
export const builtInRoles: Readonly<Record<string, string>> = {
  "7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull",
  "8311e382-0749-4cb8-b61a-304f252e45ec": "AcrPush",
  "c2f4ef07-c644-48eb-af81-4b1b4947fb11": "AcrDelete",
  "b93aa761-3e63-49ed-ac28-beffa264f7ac": "Container Registry Repository Reader",
  "2a1e307c-b015-4ebd-883e-5b7698a07328": "Container Registry Repository Writer",
  "2efddaa5-3f1f-4df3-97df-af3f13818f4c": "Container Registry Repository Contributor",
  "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7": "Container Registry Repository Catalog Lister",
  "4abbcc35-e782-43d8-92c5-2d3f1bd2253f": "Azure Kubernetes Service Cluster User Role",
  "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8": "Azure Kubernetes Service Cluster Admin Role",
  "7f6c6a51-bcf8-42ba-9220-52d62157d7db": "Azure Kubernetes Service RBAC Reader",
  "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb": "Azure Kubernetes Service RBAC Writer",
  "3498e952-d568-435e-9b2c-8d77e338d7f7": "Azure Kubernetes Service RBAC Admin",
  "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b": "Azure Kubernetes Service RBAC Cluster Admin",
  "4d97b98b-1d4f-4787-a291-c67834d212e7": "Network Contributor",
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
  "f1a07417-d97a-45cb-824c-7a7467783830": "Managed Identity Operator",
  "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59": "Managed Identity Contributor",
};

const ROLE_ID = /^(\/subscriptions\/[^/]+)?\/providers\/Microsoft\.Authorization\/roleDefinitions\/([^/]+)$/i;

/** GUID of a role definition's id, in lower case; undefined when the id has another form. */
export const roleGuid = (roleDefinitionId: string): string | undefined => ROLE_ID.exec(roleDefinitionId)?.[2]?.toLowerCase();
