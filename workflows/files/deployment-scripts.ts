/** Scripts of a deployment test (deployment.ts). */
import { GRAPH_TAINTS, RUN_ACCOUNT, RUN_LABEL, TICKET } from "../../pipeline/namespaces";
import { REQUIRE_GH } from "./image-publish";
import { REGISTRY_PLACEHOLDER } from "./virtual-cluster";

/**
 * Ends well only where a run of the publishing file, on this ref and for this commit, attested the digest of each image. Only GitHub writes the
 * certificate that says so. Source: cli.github.com, `gh attestation verify`.
 */
export const VERIFY_IMAGES = `${REQUIRE_GH}failed=0
for image in "\${IMAGE}" \${OPERATOR:+"\${OPERATOR}"}; do
  if [[ ! "\${image#"\${REGISTRY}/"}" =~ ^[a-z0-9._/-]+@sha256:[0-9a-f]{64}$ || "\${image}" != "\${REGISTRY}/"* ]]; then
    echo "::error title=No image of this registry::Found \${image}. Allowed is an image of \${REGISTRY}, by its digest."
    failed=1
  elif ! gh attestation verify "oci://\${image}" --repo "\${GITHUB_REPOSITORY}" --cert-identity "\${SIGNER}" --cert-oidc-issuer "\${ISSUER}" \\
    --source-ref "\${GITHUB_REF}" --source-digest "\${GITHUB_SHA}"; then
    echo "::error title=An image that is not ours::\${SIGNER} did not attest \${image} for this commit. Nothing was deployed."
    failed=1
  fi
done
exit "\${failed}"
`;

/**
 * Takes the first free namespace. There are so many and no more: the name of each is known, and the API server refuses another, so no run can ask for
 * the whole cluster. The ticket is what only this run knows of it.
 */
export const MAKE_NAMESPACE = `ticket="$(od -An -N24 -tx1 /dev/urandom | tr -d ' \\n')"
echo "::add-mask::\${ticket}"
name=""
for (( minute = 0; minute <= WAIT_MINUTES; minute++ )); do
  for (( number = 1; number <= NAMESPACES; number++ )); do
    if said="$(jq --arg name "\${PREFIX}\${number}" --arg ticket "\${ticket}" --arg run "\${RUN}" \\
      '.namespace | .metadata.name = $name | .metadata.labels["${TICKET}"] = $ticket | .metadata.labels["${RUN_LABEL}"] = $run' "\${OBJECTS}" | kubectl create --filename=- 2>&1)"; then
      name="\${PREFIX}\${number}"
      break 2
    fi
    if [[ "\${said}" != *AlreadyExists* ]]; then
      echo "::error::\${said}"
      exit 1
    fi
  done
  if (( minute < WAIT_MINUTES )); then sleep 60; fi
done
if [[ -z "\${name}" ]]; then
  echo "::error title=No namespace is free::All \${NAMESPACES} namespaces were taken for \${WAIT_MINUTES} minutes."
  exit 1
fi
echo "This run has \${name}."
echo "name=\${name}" >>"\${GITHUB_OUTPUT}"
echo "ticket=\${ticket}" >>"\${GITHUB_OUTPUT}"
`;

/** From here on the run is the account of its namespace: the identity is every run's. The token is in a file that only this user may read. */
export const TAKE_RIGHTS = `jq --arg namespace "\${NAMESPACE}" --arg ticket "\${TICKET}" \\
  '.access | .items[].metadata.annotations["${TICKET}"] = $ticket | (.items[].subjects[]?.namespace) = $namespace' "\${OBJECTS}" | kubectl create --namespace="\${NAMESPACE}" --filename=-
umask 077
jq --arg ticket "\${TICKET}" '.token | .metadata.annotations["${TICKET}"] = $ticket' "\${OBJECTS}" \\
  | kubectl create --raw "/api/v1/namespaces/\${NAMESPACE}/serviceaccounts/${RUN_ACCOUNT}/token" --filename=- | jq --raw-output .status.token >"\${RUNNER_TEMP}/account-token"
kubectl config view --raw --minify --output=json \\
  | jq --arg file "\${RUNNER_TEMP}/account-token" '.users[0].user = {tokenFile: $file}' >"\${ACCOUNT_KUBECONFIG}"
`;

/** The API server's own view of rights follows a new binding within moments. */
export const PUT_UP_FENCE = `for _ in {1..30}; do
  if kubectl auth can-i create resourcequotas --namespace="\${NAMESPACE}" >/dev/null; then break; fi
  sleep 1
done
jq '.contents' "\${OBJECTS}" | kubectl create --namespace="\${NAMESPACE}" --filename=-
`;

/**
 * The operator's values, and where each image of its chart is cached, hooks among them. The chart joins repository and tag with a colon, so a digest is
 * given as a repository that ends in \`@sha256\`. In a cluster of its own the operator needs no restriction to a namespace.
 *
 * Helm builds a chart that has a lock file only from repositories that it was told of (Helm 3.19, pkg/downloader/manager.go, \`hasAllRepos\`).
 */
export const LIST_IMAGES = `jq --null-input --arg repository "\${OPERATOR%:*}" --arg tag "\${OPERATOR##*:}" \\
  '{"dynamo-operator": {controllerManager: {manager: {image: {repository: $repository, tag: $tag}}}}}' >"\${RUNNER_TEMP}/operator-values.json"
number=0
while read -r repository; do
  number=$(( number + 1 ))
  helm repo add "dependency-\${number}" "\${repository}"
done < <(helm dependency list "\${CHART}" --max-col-width 200 | jq --raw-input --raw-output 'split("\\t")[2] // "" | gsub(" +$"; "") | select(startswith("https://"))' | sort --unique)
helm dependency build "\${CHART}"
helm template dynamo-platform "\${CHART}" --skip-tests --values "\${RUNNER_TEMP}/operator-values.json" >"\${RUNNER_TEMP}/operator.yaml"
sed --quiet --regexp-extended 's/^[[:space:]]*(- )?image:[[:space:]]*["'"'"']?([^"'"'"'[:space:]]+).*$/\\2/p' "\${RUNNER_TEMP}/operator.yaml" | sort --unique \\
  | jq --raw-input --null-input --arg registry "\${REGISTRY}" --arg cache "\${CACHE}" '
      def full: split("/") as $parts
        | if ($parts | length) == 1 then "docker.io/library/" + . elif $parts[0] | test("[.:]|^localhost$") then . else "docker.io/" + . end;
      [inputs | select(startswith($registry + "/") | not) | {key: ., value: ($registry + "/" + $cache + "/" + full)}] | from_entries' >"\${RUNNER_TEMP}/images.json"
cat "\${RUNNER_TEMP}/images.json"
`;

/** The port is forwarded anew whenever the connection breaks, until the clean-up. */
export const START_VIRTUAL_CLUSTER = `jq --slurpfile images "\${RUNNER_TEMP}/images.json" --arg registry "\${REGISTRY}" \\
  '.virtualCluster | (.. | strings) |= (split("${REGISTRY_PLACEHOLDER}") | join($registry)) | .sync.toHost.pods.translateImage = $images[0]' "\${OBJECTS}" >"\${RUNNER_TEMP}/cluster-values.json"
helm upgrade "\${RELEASE}" "oci://\${REGISTRY}/\${CHART}" --install --namespace "\${NAMESPACE}" --values "\${RUNNER_TEMP}/cluster-values.json" --wait --timeout "\${TIMEOUT}"
umask 077
for _ in {1..60}; do
  kubectl get secret "vc-\${RELEASE}" --namespace="\${NAMESPACE}" --output=json 2>/dev/null | jq --raw-output '.data.config | @base64d' >"\${VIRTUAL_KUBECONFIG}" || true
  if [[ -s "\${VIRTUAL_KUBECONFIG}" ]]; then break; fi
  sleep 2
done
if [[ ! -s "\${VIRTUAL_KUBECONFIG}" ]]; then
  echo "::error::The virtual cluster left no kubeconfig within two minutes."
  exit 1
fi
forward() {
  while true; do
    kubectl port-forward --namespace="\${NAMESPACE}" "service/\${RELEASE}" "\${PORT}:443" || true
    sleep 1
  done
}
forward >"\${RUNNER_TEMP}/cluster-forward.log" 2>&1 &
echo "$!" >"\${RUNNER_TEMP}/cluster-forward.pid"
for _ in {1..60}; do
  if kubectl --kubeconfig="\${VIRTUAL_KUBECONFIG}" get --raw /readyz >/dev/null 2>&1; then exit 0; fi
  sleep 2
done
echo "::error::The virtual cluster's API server did not answer within two minutes."
tail -n 20 "\${RUNNER_TEMP}/cluster-forward.log"
exit 1
`;

/** In the virtual cluster: definitions, roles of the whole cluster and webhooks of this commit meet those of no other. */
export const INSTALL_OPERATOR = `if [[ -n "\${CRDS}" ]]; then
  helm upgrade dynamo-crds "\${CRDS}" --install --namespace default --wait --timeout "\${TIMEOUT}"
fi
helm upgrade dynamo-platform "\${CHART}" --install --namespace default --values "\${RUNNER_TEMP}/operator-values.json" --wait --timeout "\${TIMEOUT}"
kubectl create secret generic hf-token-secret --from-file=HF_TOKEN=<(printf '%s' "\${HF_TOKEN}")
`;

/** GPU nodes carry taints, so the services that ask for GPUs tolerate them; the others do not, and stay off these nodes. */
export const DEPLOY_GRAPH = `kubectl create --dry-run=client --output=json --filename="\${MANIFEST}" \\
  | jq --arg image "\${IMAGE}" '
      walk(if type == "object" and (.image? | type) == "string" then .image = $image else . end)
      | (.. | objects | select(.spec.services? | type == "object") | .spec.services[] | select(.resources.limits.gpu? // .resources.requests.gpu?))
        |= (.extraPodSpec.tolerations += ${JSON.stringify(GRAPH_TAINTS.map((taint) => ({ ...taint, operator: "Equal", effect: "NoSchedule" })))})' \\
  | kubectl apply --filename=-
kubectl wait dynamographdeployments --all --for=condition=Ready --timeout="\${TIMEOUT}"
`;

export const ASK = `service="$(kubectl get services --output=json | jq --raw-output 'first(.items[].metadata.name | select(endswith("-frontend")))')"
if [[ -z "\${service}" ]]; then
  echo "::error::The graph has no frontend service."
  exit 1
fi
kubectl port-forward "service/\${service}" 8000:8000 >"\${RUNNER_TEMP}/port-forward.log" 2>&1 &
forward=$!
trap 'kill "\${forward}"' EXIT
listed=""
for _ in {1..60}; do
  listed="$(curl --silent http://127.0.0.1:8000/v1/models | jq --raw-output --arg model "\${MODEL}" '.data[]? | select(.id == $model) | .id' || true)"
  if [[ -n "\${listed}" ]]; then break; fi
  sleep 5
done
if [[ -z "\${listed}" ]]; then
  echo "::error::\${MODEL} was not served within 5 minutes."
  exit 1
fi
jq --null-input --arg model "\${MODEL}" '{model: $model, max_tokens: 32, messages: [{role: "user", content: "Say one sentence about the sea."}]}' >"\${RUNNER_TEMP}/question.json"
curl --fail --silent --show-error --max-time 120 --header 'content-type: application/json' --data "@\${RUNNER_TEMP}/question.json" \\
  http://127.0.0.1:8000/v1/chat/completions >"\${RUNNER_TEMP}/answer.json"
jq --exit-status --arg model "\${MODEL}" '.model == $model and .choices[0].message.role == "assistant" and (.choices[0].message.content | length) > 0' "\${RUNNER_TEMP}/answer.json"
`;

export const DIAGNOSE = `{
  echo "### What is in \${NAMESPACE}"
  echo '\`\`\`'
  kubectl get pods --namespace="\${NAMESPACE}" --output=wide || true
  kubectl get events --namespace="\${NAMESPACE}" --sort-by=.lastTimestamp | tail -n 40 || true
  if [[ -s "\${VIRTUAL_KUBECONFIG}" ]]; then
    kubectl --kubeconfig="\${VIRTUAL_KUBECONFIG}" get pods,dynamographdeployments --all-namespaces --output=wide || true
    kubectl --kubeconfig="\${VIRTUAL_KUBECONFIG}" get events --all-namespaces --sort-by=.lastTimestamp | tail -n 40 || true
  fi
  echo '\`\`\`'
} >>"\${GITHUB_STEP_SUMMARY}"
kubectl logs --namespace="\${NAMESPACE}" --selector=app=vcluster --all-containers --prefix --tail=100 || true
if [[ -s "\${VIRTUAL_KUBECONFIG}" ]]; then
  kubectl --kubeconfig="\${VIRTUAL_KUBECONFIG}" logs --selector=nvidia.com/dynamo-component --all-containers --prefix --tail=200 || true
fi
`;

/** One deletion. The account goes with the namespace, so nobody waits for the end; the cleaner removes what does not go when it expires. */
export const CLEAN_UP = `if [[ -s "\${RUNNER_TEMP}/cluster-forward.pid" ]]; then kill "$(<"\${RUNNER_TEMP}/cluster-forward.pid")" || true; fi
if ! kubectl delete namespace "\${NAMESPACE}" --wait=false; then
  echo "::error title=Clean-up failed::\${NAMESPACE} could not be removed. The cluster's cleaner removes it when it expires."
  exit 1
fi
`;
