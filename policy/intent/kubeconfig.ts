/**
 * A provider of Kubernetes is told in one text where its cluster is, and how to log in. The certificate in it is nobody's output, so the text is not
 * compared as a whole: what decides where it leads, and what it runs on the machine that applies, is.
 */
import { parseYaml } from "../kit/yaml";
import { at, isProps, items, listed, show, texts } from "../kit/values";

/** The program that logs in to AKS by Entra (azure.github.io/kubelogin). */
const LOGIN = "kubelogin";

const LOOPBACK = /^https:\/\/(127\.0\.0\.1|localhost)(:\d+)?\/?$/;

export interface KubeconfigFinding {
  readonly at: string;
  readonly found: string;
  readonly wanted: string;
}

/** @param hosts names of the API servers to which it may lead */
export function* kubeconfigFindings(text: string, hosts: readonly string[]): Iterable<KubeconfigFinding> {
  const config = parseYaml(text);
  const clusters = items(at(config, "clusters"));
  if (clusters.length === 0) yield { at: "clusters", found: "nothing that can be read", wanted: "the clusters of the stack" };
  for (const [index, entry] of clusters.entries()) {
    const server = String(at(entry, "cluster.server"));
    if (!LOOPBACK.test(server) && !hosts.some((host) => server === `https://${host}:443` || server === `https://${host}`))
      yield { at: `clusters.${index}.server`, found: show(server), wanted: "the API server of the stack's own cluster" };
    for (const loose of ["insecure-skip-tls-verify", "proxy-url", "tls-server-name", "certificate-authority"]) {
      const value = (at(entry, "cluster") as Readonly<Record<string, unknown>> | undefined)?.[loose];
      if (value !== undefined && value !== false) yield { at: `clusters.${index}.${loose}`, found: show(value), wanted: "nothing" };
    }
  }
  for (const [index, entry] of items(at(config, "users")).entries()) {
    const command = at(entry, "user.exec.command");
    if (command !== undefined && command !== LOGIN) yield { at: `users.${index}.exec.command`, found: show(command), wanted: LOGIN };
    yield* loginFindings(entry, index);
  }
}

/** Options of kubelogin that lead nowhere else (azure.github.io/kubelogin/cli/get-token.html), and what they may be where that is known. */
const OPTIONS: Readonly<Record<string, RegExp>> = {
  "--server-id": /^6dae42f8-4368-4678-94ff-3960e28e3630$/,
  "--login": /^(azurecli|azd|devicecode|interactive|msi|spn|workloadidentity)$/,
  "--environment": /^AzurePublicCloud$/,
  "--tenant-id": /^[\w.-]+$/,
  "--client-id": /^[\w-]+$/,
};

/** A user logs in only by kubelogin: with nothing else beside it, nothing in its environment, and no option that leads to somebody else. */
function* loginFindings(entry: unknown, index: number): Iterable<KubeconfigFinding> {
  const place = `users.${index}`;
  const user = at(entry, "user");
  const others = isProps(user) ? Object.keys(user).filter((key) => key !== "exec") : [];
  for (const key of others) yield { at: `${place}.${key}`, found: "a login of its own", wanted: "nothing beside exec" };
  const environment = items(at(user, "exec.env"));
  if (environment.length > 0) yield { at: `${place}.exec.env`, found: `${environment.length} variables`, wanted: "none" };
  const [verb, ...options] = texts(at(user, "exec.args"));
  if (verb !== undefined && verb !== "get-token") yield { at: `${place}.exec.args.0`, found: show(verb), wanted: "get-token" };
  for (let position = 0; position < options.length; position += 2) {
    const [option, value] = [options[position]!, options[position + 1] ?? ""];
    if (OPTIONS[option]?.test(value) !== true) yield { at: `${place}.exec.args.${position + 1}`, found: `${option} ${value}`.trim(), wanted: `one of ${listed(Object.keys(OPTIONS))}, with a value that it has` };
  }
}
