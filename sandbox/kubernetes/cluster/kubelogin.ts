/** The sandbox's stand-in for `kubelogin`, Azure's credential plugin for kubectl. */
import { join } from "node:path";
import { writePrivate } from "./files";

/**
 * Writes the executable and returns its path. It answers `get-token` with an ExecCredential that holds the applying identity's token,
 * whatever login method and server id the kubeconfig names, and refuses every other command. The token is read at each call: it is in no
 * argument and not in the script.
 */
export async function writeKubelogin(binDirectory: string, tokenFile: string): Promise<string> {
  const script = `#!/bin/sh
# Stand-in for kubelogin: hands out the token of the sandbox's applying identity.
set -eu
if [ "\${1:-}" != "get-token" ]; then
  echo "kubelogin (sandbox): only 'get-token' is known, not '\${1:-}'" >&2
  exit 2
fi
token=$(cat ${quoted(tokenFile)})
printf '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","status":{"token":"%s"}}\\n' "$token"
`;
  return writePrivate(join(binDirectory, "kubelogin"), script, 0o700);
}

/** One word of sh, whatever the path holds. */
function quoted(path: string): string {
  return `'${path.replace(/'/g, `'\\''`)}'`;
}
