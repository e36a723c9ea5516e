#!/usr/bin/env bash
# Stands in for a program or an action of others while act runs the workflows. It is on the path under each program's name, and as `action` for
# actions, whose name is then the first argument.
#
# It notes its call in a file of its own in ${STAND_INS}/calls. It ends as the first fitting line of ${STAND_INS}/rules says, `GLOB TAB END`: the
# glob is over `JOB|IMAGE|SUITE|COMMAND`; the end is an exit code, or `interrupts` for somebody who cancels the run meanwhile. Without such a
# line it answers what the workflows' scripts read, and succeeds. Nothing is built, pulled or asked of a network.
set -euo pipefail

[[ "${0##*/}" == action ]] || set -- "${0##*/}" "$@"
printf '%s\0' "${GITHUB_JOB}" "${IMAGE:-}" "${SUITE:-}" "${CONTAINER_IMAGE:-}" "$@" >"${STAND_INS}/calls/${EPOCHREALTIME//[.,]/}-${BASHPID}"

call="${GITHUB_JOB}|${IMAGE:-}|${SUITE:-}|$*"
while IFS=$'\t' read -r glob end; do
  # shellcheck disable=SC2053 # the rule is a glob
  [[ "${call}" == ${glob} ]] || continue
  [[ "${end}" == interrupts ]] || exit "${end}"
  kill -INT "$(<"${STAND_INS}/pid")"
  exec sleep 60
done <"${STAND_INS}/rules"

# As actions/checkout does: one commit of no history, and of its files only those asked for. The first job of a run fetches it, the others copy.
checkout() {
  local copy="${STAND_INS}/checkouts/${GITHUB_SHA}-${WITH_SPARSE_CHECKOUT//\//-}"
  if [[ ! -d "${copy}" ]]; then
    local fetched
    fetched="$(mktemp --directory --tmpdir="${STAND_INS}/checkouts")"
    fetch "${fetched}"
    # Two jobs may have fetched; one of them is first.
    mv --no-target-directory "${fetched}" "${copy}" 2>/dev/null || rm --recursive --force "${fetched}"
  fi
  cp --recursive "${copy}/." .
}

fetch() {
  git init --quiet --template= "$1"
  git -C "$1" remote add origin "file://${ORIGIN}"
  if [[ -n "${WITH_SPARSE_CHECKOUT}" ]]; then git -C "$1" sparse-checkout set "${WITH_SPARSE_CHECKOUT}"; fi
  git -C "$1" -c fetch.unpackLimit=1 fetch --quiet --no-tags --depth=1 origin "${GITHUB_SHA}"
  git -C "$1" checkout --quiet --detach FETCH_HEAD
}

# `docker run` with the command run on this machine, as if the container held what the path does.
in_container() {
  while [[ "$1" == --* ]]; do
    case "$1" in
      --volume | --workdir | --user | --env) shift 2 ;;
      *) shift ;;
    esac
  done
  shift
  exec "$@"
}

case "$*" in
  "actions/checkout") checkout ;;
  "docker/build-push-action") echo "digest=sha256:$(printf '%s' "${IMAGE:-core}" | sha256sum | cut --characters=1-64)" >>"${GITHUB_OUTPUT}" ;;
  "docker buildx imagetools inspect "*) echo "ERROR: $5: not found" >&2 && exit 1 ;;
  "docker run --detach "*) ;;
  "docker run "* | "docker exec "*) shift 2 && in_container "$@" ;;
  "docker cp "*) mkdir --parents "${!#}" ;;
  "df "*) echo 100 ;;
  "mountpoint "*) exit 1 ;;
  "kubectl create --raw "*) cat >/dev/null && echo '{"status": {"token": "none"}}' ;;
  "kubectl config view "*) echo '{"users": [{}]}' ;;
  "kubectl get secret "*) echo '{"data": {"config": "e30="}}' ;;
  "helm template "*) echo 'image: "none:1"' ;;
  "docker login "* | "helm registry login "* | *" --filename=-") cat >/dev/null ;;
  "kubectl create --dry-run=client "*) echo '{"kind": "DynamoGraphDeployment", "spec": {"services": {"Frontend": {"image": "none"}}}}' ;;
  "kubectl get services "*) echo '{"items": [{"metadata": {"name": "graph-frontend"}}]}' ;;
  "kubectl port-forward "*) exec sleep 60 ;;
  "curl "*"/v1/models") printf '{"data": [{"id": "%s"}]}\n' "${MODEL}" ;;
  "curl "*"/v1/chat/completions") printf '{"model": "%s", "choices": [{"message": {"role": "assistant", "content": "The sea is wide."}}]}\n' "${MODEL}" ;;
esac
