import { resourceRule, type Finding, type Subject } from "../../kit/rule";
import { at, isProps } from "../../kit/values";

const environmentSecretType = "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret";
const secretTypes = [
  environmentSecretType,
  "github:index/actionsSecret:ActionsSecret",
  "github:index/actionsOrganizationSecret:ActionsOrganizationSecret",
  "github:index/dependabotSecret:DependabotSecret",
];
const variableTypes = ["github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable", "github:index/actionsVariable:ActionsVariable"];
const kubernetesSecretType = "kubernetes:core/v1:Secret";

/** Names under which cloud keys, registry passwords and kubeconfigs are usually kept. */
const longLived = /(^|_)(AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|(AZURE|ARM)_(CREDENTIALS|CLIENT_SECRET|.*PASSWORD)|.*KUBECONFIG.*|(ACR|ECR|REGISTRY|DOCKER)_(USER(NAME)?|PASSWORD|TOKEN))(_|$)/;

/** Forms that betray such a value under any name: an AWS key's id, a login of Docker, a kubeconfig, a service principal's key. */
const forms = /\b(AKIA|ASIA)[A-Z0-9]{16}\b|"auths"\s*:|^kind:\s*Config\b|"clientSecret"\s*:/m;

export const noLongLivedCredentials = resourceRule({
  name: "no-long-lived-credentials",
  title: "No cloud key or registry password is a secret",
  severity: "critical",
  level: "mandatory",
  holds:
    "No secret or variable on GitHub is by its name a cloud key, a registry password or a kubeconfig, no secret is one by its form, and none belongs to the whole repository or organisation; no Secret of a cluster holds a login to a registry.",
  why: "Such a secret works from anywhere until somebody remembers to revoke it; an OIDC token works for one job and some minutes.",
  fix: "Let the job log in with its OIDC token, and nodes with the cluster's identity; keep what remains in an environment.",
  source: { title: "GitHub: about security hardening with OpenID Connect", url: "https://docs.github.com/actions/concepts/security/openid-connect" },
  types: [...secretTypes, ...variableTypes, kubernetesSecretType],
  secrets: ["value", "plaintextValue", "data", "stringData"],
  *judge(subject) {
    if (subject.type === kubernetesSecretType) return yield* judgeKubernetes(subject);
    const isVariable = variableTypes.includes(subject.type);
    const property = isVariable ? "variableName" : "secretName";
    const name = String(at(subject.props, property));
    if (longLived.test(name)) yield { property, found: name, wanted: "a login by OIDC instead" };
    if (!isVariable) yield* judgeSecret(subject);
  },
});

function* judgeSecret(secret: Subject): Iterable<Finding> {
  // What is found is never shown: it would be the secret.
  const betrayed = ["value", "plaintextValue"].filter((key) => forms.test(String(at(secret.props, key))));
  for (const property of betrayed) yield { property, found: "what has the form of a long-lived credential", wanted: "a login by OIDC instead" };
  if (secret.type !== environmentSecretType) yield { property: "type", found: secret.type.split(":").at(-1)!, wanted: "a secret of an environment" };
}

function* judgeKubernetes(secret: Subject): Iterable<Finding> {
  const type = String(at(secret.props, "type"));
  if (["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg", "kubernetes.io/basic-auth"].includes(type)) yield { property: "type", found: type, wanted: "the cluster's own identity, with AcrPull" };
  for (const kind of ["data", "stringData"]) {
    const values = at(secret.props, kind);
    for (const key of Object.keys(isProps(values) ? values : {}).filter((name) => longLived.test(name))) yield { property: `${kind}.${key}`, found: key, wanted: "a login by OIDC instead" };
  }
}
