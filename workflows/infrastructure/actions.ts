/** Actions that the infrastructure repository uses beside those of the target (`../actions.ts`), pinned in the same way. */
import type { ActionPin } from "../actions";

export const ownActions = {
  downloadArtifact: { repository: "actions/download-artifact", commit: "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", version: "v8.0.1" },
  setupGo: { repository: "actions/setup-go", commit: "b7ad1dad31e06c5925ef5d2fc7ad053ef454303e", version: "v7.0.0" },
  setupNode: { repository: "actions/setup-node", commit: "820762786026740c76f36085b0efc47a31fe5020", version: "v7.0.0" },
  azureLogin: { repository: "azure/login", commit: "f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca", version: "v3.0.1" },
  kubelogin: { repository: "azure/use-kubelogin", commit: "0ce7c36141aa27d4934872cf00b0120804c98a29", version: "v1.3" },
  pulumi: { repository: "pulumi/actions", commit: "8e5e406f4007fca908480587cb9893c07090f58d", version: "v7.0.0" },
  uploadSarif: { repository: "github/codeql-action/upload-sarif", commit: "7188fc363630916deb702c7fdcf4e481b751f97a", version: "v4.37.1" },
} as const satisfies Record<string, ActionPin>;
