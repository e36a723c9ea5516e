import { resourceRule } from "../../kit/rule";
import { at } from "../../kit/values";

const secretTypes = [
  "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
  "github:index/actionsSecret:ActionsSecret",
  "github:index/actionsOrganizationSecret:ActionsOrganizationSecret",
  "github:index/dependabotSecret:DependabotSecret",
];

/** Names under which cloud keys, registry passwords and kubeconfigs are usually kept. */
const longLived = /(^|_)(AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|(AZURE|ARM)_(CREDENTIALS|CLIENT_SECRET|.*PASSWORD)|.*KUBECONFIG.*|(ACR|ECR|REGISTRY|DOCKER)_(USER(NAME)?|PASSWORD|TOKEN))(_|$)/;

export const noLongLivedCredentials = resourceRule({
  name: "no-long-lived-credentials",
  title: "No cloud key or registry password is a secret",
  severity: "critical",
  level: "mandatory",
  holds: "No secret on GitHub is, by its name, a cloud key, a registry password or a kubeconfig, and none belongs to the whole repository or organisation.",
  why: "Such a secret works from anywhere until somebody remembers to revoke it; an OIDC token works for one job and some minutes.",
  fix: "Let the job log in with its OIDC token; keep what remains in an environment.",
  source: { title: "GitHub: about security hardening with OpenID Connect", url: "https://docs.github.com/actions/concepts/security/openid-connect" },
  types: secretTypes,
  *judge(secret) {
    const name = String(at(secret.props, "secretName"));
    if (longLived.test(name)) yield { property: "secretName", found: name, wanted: "a login by OIDC instead" };
    if (secret.type !== secretTypes[0]) yield { property: "type", found: secret.type.split(":").at(-1)!, wanted: "a secret of an environment" };
  },
});
