/** Properties that are secret by their nature, whether the state marks them or not: a provider that forgets the mark must not leak. */

const ALWAYS_HIDDEN: Readonly<Record<string, readonly string[]>> = {
  "kubernetes:core/v1:Secret": ["data", "stringData", "__inputs"],
  "github:index/actionsSecret:ActionsSecret": ["value", "valueEncrypted", "plaintextValue", "encryptedValue"],
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": ["value", "valueEncrypted", "plaintextValue", "encryptedValue"],
  "github:index/dependabotSecret:DependabotSecret": ["value", "valueEncrypted", "plaintextValue", "encryptedValue"],
  "pulumi:providers:github": ["appAuth", "token"],
  "pulumi:providers:kubernetes": ["kubeconfig"],
  "pulumi:providers:aws": ["accessKey", "secretKey", "token"],
  "pulumi:providers:azure-native": ["clientSecret", "clientCertificatePassword", "oidcToken", "oidcRequestToken"],
};

/** Top-level properties of a type that are never shown. */
export function alwaysHidden(type: string): readonly string[] {
  return ALWAYS_HIDDEN[type] ?? [];
}
