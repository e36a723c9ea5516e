/** A cron job that removes what nobody removed: it lists objects of the API server, picks by age or state, and deletes them one by one. */
import * as pulumi from "@pulumi/pulumi";
import { CronJob } from "@pulumi/kubernetes/batch/v1";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1";

/** Objects to look at. */
export interface Collection {
  /** API path of their list, such as `/api/v1/namespaces`; a query narrows the list and is left out of the delete. */
  path: string;
  /** API path of the list of what they belong to. It is read after theirs, so that an owner that came before an object is in it. */
  owners?: string;
}

export interface SweeperArgs {
  /** Namespace of the cron job and its service account; its Pod Security level may be `restricted`. The caller makes it, and depends on it. */
  namespace: string;
  /** Name of the cron job and the service account. */
  account: string;
  /** Image with bash, curl and jq, by digest. GitHub's runner image is one, and the cluster pulls it anyhow. */
  image: pulumi.Input<string>;
  /** Five cron fields, UTC. */
  schedule: pulumi.Input<string>;
  collections: Collection[];
  /** jq program: takes a list, gives the names to delete. `now` is seconds since 1970, `$owners[0]` the list of the collection's owners. */
  select: string;
}

/** Seconds that one sweep may take. */
const DEADLINE_SECONDS = 300;

/**
 * The token is given to curl by a file descriptor, so that it appears in no process list. A failed delete does not stop the sweep, but
 * fails the job, so that it is seen; a list of owners that cannot be read leaves all that they own. Lists go through pipes: a here-document of more than
 * 64 KiB is a file, and the container can write none.
 */
export const SWEEP_SCRIPT = `set -euo pipefail
account=/var/run/secrets/kubernetes.io/serviceaccount
server="https://\${KUBERNETES_SERVICE_HOST}:\${KUBERNETES_SERVICE_PORT}"
call() {
  curl --silent --show-error --fail --max-time 60 --cacert "\${CA_FILE:-$account/ca.crt}" --request "$1" \\
    --config <(printf 'header = "Authorization: Bearer %s"\\n' "$(< "\${TOKEN_FILE:-$account/token}")") "$server$2"
}
failures=0
while IFS=' ' read -r collection owners; do
  [[ -n "$collection" ]] || continue
  items=$(call GET "$collection") || { failures=$((failures + 1)); continue; }
  owning='{"items":[]}'
  if [[ -n "$owners" ]]; then
    owning=$(call GET "$owners") || { failures=$((failures + 1)); continue; }
  fi
  names=$(printf '%s' "$items" | jq --raw-output --slurpfile owners <(printf '%s' "$owning") "$SELECT")
  while IFS= read -r name; do
    [[ -n "$name" ]] || continue
    echo "removing \${collection%%\\?*}/$name"
    call DELETE "\${collection%%\\?*}/$name" > /dev/null || failures=$((failures + 1))
  done < <(printf '%s\\n' "$names")
done < <(printf '%s\\n' "$COLLECTIONS")
if (( failures > 0 )); then
  echo "$failures calls failed" >&2
  exit 1
fi
`;

/** Whoever makes a sweeper grants its account what it needs. */
export class Sweeper extends pulumi.ComponentResource {
  constructor(name: string, args: SweeperArgs, opts: pulumi.ComponentResourceOptions) {
    super("gpu-cicd:shared:Sweeper", name, {}, opts);

    const account = new ServiceAccount(`${name}-account`, { metadata: { name: args.account, namespace: args.namespace } }, { parent: this });
    new CronJob(
      `${name}-job`,
      {
        metadata: { name: args.account, namespace: args.namespace },
        spec: {
          schedule: args.schedule,
          timeZone: "Etc/UTC",
          concurrencyPolicy: "Forbid",
          startingDeadlineSeconds: DEADLINE_SECONDS,
          successfulJobsHistoryLimit: 1,
          failedJobsHistoryLimit: 3,
          jobTemplate: {
            spec: {
              backoffLimit: 1,
              activeDeadlineSeconds: DEADLINE_SECONDS,
              ttlSecondsAfterFinished: 86400,
              template: {
                spec: {
                  serviceAccountName: args.account,
                  restartPolicy: "Never",
                  nodeSelector: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" },
                  securityContext: { runAsNonRoot: true, runAsUser: 1001, runAsGroup: 1001, seccompProfile: { type: "RuntimeDefault" } },
                  containers: [
                    {
                      name: "sweep",
                      image: args.image,
                      command: ["bash", "-c", SWEEP_SCRIPT],
                      env: [
                        { name: "COLLECTIONS", value: args.collections.map(({ path, owners }) => (owners === undefined ? path : `${path} ${owners}`)).join("\n") },
                        { name: "SELECT", value: args.select },
                      ],
                      resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
                      securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
                    },
                  ],
                },
              },
            },
          },
        },
      },
      { parent: this, dependsOn: account },
    );
    this.registerOutputs({});
  }
}
