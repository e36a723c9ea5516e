/** The etcd that all clusters of one sandbox share, each under a key prefix of its own. Reached only with a certificate of the sandbox. */
import { join } from "node:path";
import type { SandboxContext } from "../../cloud";
import { createAuthority } from "./certificates";
import { writePrivate } from "./files";
import { HttpsClient } from "./https";
import { end, untilReady } from "./process";

export interface Etcd {
  readonly url: string;
  /** Files that an API server is given to reach etcd. */
  readonly authorityFile: string;
  readonly clientCertificateFile: string;
  readonly clientKeyFile: string;
  /** Deletes every key that starts with `prefix`. */
  forget(prefix: string): Promise<void>;
  stop(): Promise<void>;
}

/** Ready within a second where the disk is not slow. */
const startSeconds = 30;

/**
 * Starts etcd on loopback with its data in `directory`. Data is not synced to the disk: a sandbox that the machine's crash takes with it
 * is made anew.
 */
export async function startEtcd(context: SandboxContext, directory: string): Promise<Etcd> {
  const [file, clientPort, peerPort] = await Promise.all([context.tool("etcd"), context.freePort(), context.freePort()]);
  const identity = await writeIdentity(join(directory, "tls"));
  const url = `https://127.0.0.1:${clientPort}`;
  const child = context.spawn("etcd", file, etcdArguments(join(directory, "data"), url, `https://127.0.0.1:${peerPort}`, identity), {
    env: { GOGC: "50", GOMEMLIMIT: "96MiB" },
  });
  const client = new HttpsClient({ authority: identity.authority, certificate: identity.client.certificate, key: identity.client.key });
  await untilReady("etcd", child, async () => (await client.send({ method: "GET", url: `${url}/health` })).status === 200, startSeconds);
  return {
    url,
    authorityFile: identity.authorityFile,
    clientCertificateFile: identity.client.certificateFile,
    clientKeyFile: identity.client.keyFile,
    forget: (prefix) => deletePrefix(client, url, prefix),
    stop: async () => {
      client.close();
      await end(child);
    },
  };
}

function etcdArguments(data: string, url: string, peerUrl: string, identity: Identity): string[] {
  return [
    ...["--name", "sandbox", "--data-dir", data],
    ...["--listen-client-urls", url, "--advertise-client-urls", url],
    ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl, "--initial-cluster", `sandbox=${peerUrl}`],
    ...["--client-cert-auth", "--trusted-ca-file", identity.authorityFile, "--cert-file", identity.server.certificateFile, "--key-file", identity.server.keyFile],
    ...["--peer-client-cert-auth", "--peer-trusted-ca-file", identity.authorityFile],
    ...["--peer-cert-file", identity.server.certificateFile, "--peer-key-file", identity.server.keyFile],
    // One member started anew on other ports is still the same cluster of one.
    "--force-new-cluster",
    "--unsafe-no-fsync",
    ...["--quota-backend-bytes", String(256 * 1024 * 1024), "--snapshot-count", "5000"],
    ...["--auto-compaction-mode", "periodic", "--auto-compaction-retention", "5m"],
    ...["--log-level", "warn"],
  ];
}

/** etcd's JSON gateway wants keys in base64; the end of a range is the first key after all those with the prefix. */
async function deletePrefix(client: HttpsClient, url: string, prefix: string): Promise<void> {
  const start = Buffer.from(prefix);
  const after = Buffer.from(start);
  after[after.length - 1]! += 1;
  const body = JSON.stringify({ key: start.toString("base64"), range_end: after.toString("base64") });
  const answer = await client.send({ method: "POST", url: `${url}/v3/kv/deleterange`, headers: { "content-type": "application/json" }, body });
  if (answer.status !== 200) throw new Error(`etcd refused to delete ${prefix}: ${answer.status} ${answer.text}`);
}

interface StoredPair {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

interface Identity {
  readonly authority: string;
  readonly authorityFile: string;
  readonly server: StoredPair;
  readonly client: StoredPair;
}

async function writeIdentity(directory: string): Promise<Identity> {
  const authority = await createAuthority("etcd of the sandbox");
  const loopback = [
    { type: "ip", value: "127.0.0.1" },
    { type: "dns", value: "localhost" },
  ] as const;
  const [server, client] = await Promise.all([authority.server("etcd", loopback), authority.client("kube-apiserver")]);
  const store = async (name: string, pair: { certificate: string; key: string }): Promise<StoredPair> => ({
    ...pair,
    certificateFile: await writePrivate(join(directory, `${name}.crt`), pair.certificate),
    keyFile: await writePrivate(join(directory, `${name}.key`), pair.key),
  });
  return {
    authority: authority.certificate,
    authorityFile: await writePrivate(join(directory, "ca.crt"), authority.certificate),
    server: await store("server", server),
    client: await store("client", client),
  };
}
