/** The build contract as what Docker's build action takes, and the steps before it. */
import { buildArguments, fillFacts, fillRun, needsCompilerCache, RUN_PLACEHOLDERS, type BuildFacts, type RunPlaceholder } from "../../pipeline/build";
import type { Credential, ImageBuild } from "../../pipeline/model";
import { actions } from "../actions";
import { assumeAwsRole, variable } from "../steps";
import { expression, type ActionStep, type Environment, type RunStep } from "../syntax";
import { COMPILER_CACHE_PREFIX, VARIABLE_NAMES } from "../variables";

/** Id of the step that takes the compiler cache's credentials. */
const CACHE_LOGIN = "compiler-cache";

/** Environment variable of the build step that holds a credential. None is one that AWS' own programs read: they would take it for the job's. */
const VARIABLE_OF: Readonly<Record<Credential, string>> = {
  "aws-access-key-id": "CACHE_ACCESS_KEY_ID",
  "aws-secret-access-key": "CACHE_SECRET_ACCESS_KEY",
  "aws-session-token": "CACHE_SESSION_TOKEN",
  "compiler-cache-prefix": "CACHE_PREFIX",
};

/** Variables of the build step that its secrets are read from: the outputs of `cacheLogin`. */
export const secretEnvironment: Environment = {
  [VARIABLE_OF["aws-access-key-id"]]: expression(`steps.${CACHE_LOGIN}.outputs.aws-access-key-id`),
  [VARIABLE_OF["aws-secret-access-key"]]: expression(`steps.${CACHE_LOGIN}.outputs.aws-secret-access-key`),
  [VARIABLE_OF["aws-session-token"]]: expression(`steps.${CACHE_LOGIN}.outputs.aws-session-token`),
  [VARIABLE_OF["compiler-cache-prefix"]]: COMPILER_CACHE_PREFIX,
};

/** Folder without a file, for named contexts that are empty. */
const EMPTY_CONTEXT = "format('{0}/empty-context', runner.temp)";

/** What the run of a build puts in the place of its own placeholders, in an expression. */
const RUN_VALUES: Readonly<Record<RunPlaceholder, string>> = {
  commit: "github.sha",
  cacheBucket: `vars.${VARIABLE_NAMES["sccache-bucket"]}`,
  cacheRegion: `vars.${VARIABLE_NAMES["aws-region"]}`,
  cachePrefix: `'${COMPILER_CACHE_PREFIX}'`,
};

/** Build arguments, one a line, as GitHub's `format` takes them: a caller's environment has no variables, so the build itself fills them in. */
export function argumentTemplate(build: ImageBuild, facts: BuildFacts): string {
  return lines(Object.entries(buildArguments(build, facts)).map(([name, value]) => `${name}=${formatText(value)}`));
}

/** A template of `argumentTemplate`, filled in, as part of an expression. @param template an expression that holds it */
export function filledArguments(template: string): string {
  return `format(${[template, ...RUN_PLACEHOLDERS.map((name) => RUN_VALUES[name])].join(", ")})`;
}

/** Placeholders of the run become numbers; other braces are doubled. */
function formatText(value: string): string {
  const numbers = Object.fromEntries(RUN_PLACEHOLDERS.map((name, index) => [name, `\u0000${index}\u0001`])) as Record<RunPlaceholder, string>;
  return fillRun(value, numbers).replaceAll("{", "{{").replaceAll("}", "}}").replaceAll("\u0000", "{").replaceAll("\u0001", "}");
}

/** Build arguments of a job that knows its commit. Without an identity, those of the compiler cache are left out. */
export function jobArguments(build: ImageBuild, facts: BuildFacts, withCache: boolean): string {
  const given = Object.entries(buildArguments(build, facts));
  const usesCache = (name: string, value: string): boolean => needsCompilerCache(value) || name === COMPILER_CACHE_SWITCH;
  const values: Readonly<Record<RunPlaceholder, string>> = { commit: expression("github.sha"), cacheBucket: variable("sccache-bucket"), cacheRegion: variable("aws-region"), cachePrefix: COMPILER_CACHE_PREFIX };
  return lines(given.filter(([name, value]) => withCache || !usesCache(name, value)).map(([name, value]) => `${name}=${fillRun(value, values)}`));
}

/** The argument that turns the compiler cache on. */
const COMPILER_CACHE_SWITCH = "USE_SCCACHE";

/** Secrets by BuildKit's id and the variable that holds them, one a line. */
export function secretLines({ secrets }: ImageBuild): string {
  return lines(Object.entries(secrets).map(([id, credential]) => `${id}=${VARIABLE_OF[credential]}`));
}

/** Named contexts, one a line, as `format` takes them. */
export function contextTemplate({ contexts }: ImageBuild): string {
  return lines(Object.entries(contexts).map(([name, folder]) => `${name}=${folder === "empty" ? "{0}" : folder}`));
}

/** Named contexts of a job that knows them. */
export function jobContexts({ contexts }: ImageBuild): string {
  return lines(Object.entries(contexts).map(([name, folder]) => `${name}=${folder === "empty" ? expression(EMPTY_CONTEXT) : folder}`));
}

/** A template of `contextTemplate`, filled in. */
export function filledContexts(template: string): string {
  return expression(`format(${template}, ${EMPTY_CONTEXT})`);
}

/** The command of the repository that runs before a build, with what the pipeline knows filled in; empty without one. */
function prepareCommand({ prepare }: ImageBuild, facts: BuildFacts): string {
  return prepare === undefined ? "" : fillFacts(prepare.run, facts);
}

/** What the step that prepares a build is told. */
export interface Preparation {
  readonly command: string;
  /** Image in which the command runs; empty for the runner itself. */
  readonly image: string;
  /** Files that it has to make, one a line. */
  readonly writes: string;
}

/** The preparation of a build, with what the pipeline knows filled in; empty texts without one. */
export function preparation(build: ImageBuild, facts: BuildFacts): Preparation {
  return { command: prepareCommand(build, facts), image: build.prepare?.image ?? "", writes: lines(build.prepare?.writes ?? []) };
}

const PREPARE = `mkdir --parents "\${EMPTY_CONTEXT}"
if [[ -n "\${PREPARE_IMAGE}" ]]; then
  docker run --rm --user "$(id --user):$(id --group)" --env HOME=/tmp --volume "\${GITHUB_WORKSPACE}:/workspace" --workdir /workspace "\${PREPARE_IMAGE}" sh -euc "\${PREPARE}"
elif [[ -n "\${PREPARE}" ]]; then
  bash -euo pipefail -c "\${PREPARE}"
fi
while read -r file; do
  if [[ -n "\${file}" && ! -s "\${file}" ]]; then
    echo "::error::The command that prepares the build did not write \${file}."
    exit 1
  fi
done <<<"\${WRITES}"
`;

/** Makes the empty context and runs the command, if there is one. */
export function prepareStep({ command, image, writes }: Preparation, condition?: string): RunStep {
  return {
    name: "Prepare the build",
    ...(condition === undefined ? {} : { if: condition }),
    env: { PREPARE: command, PREPARE_IMAGE: image, WRITES: writes, EMPTY_CONTEXT: expression(EMPTY_CONTEXT) },
    run: PREPARE,
  };
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

/** Secrets that the Dockerfile does not mount by itself, one a line: the id, the secret beside which it is mounted, and its variable. */
export function mountLines({ mounts }: ImageBuild): string {
  return lines(Object.entries(mounts).map(([id, { beside, env }]) => `${id} ${beside} ${env}`));
}

/** Puts the mounts into the job's own checkout. sed changes nothing where it finds nothing, so what it looks for is asked for first. */
const MOUNT_SECRETS = `while read -r id beside env; do
  if [[ -z "\${id}" ]]; then continue; fi
  flag="--mount=([^[:space:]]*,)?id=\${beside//./\\\\.}(,[^[:space:]]*)?([[:space:]]|$)"
  if ! grep --quiet --extended-regexp --regexp="\${flag}" "\${DOCKERFILE}"; then
    echo "::error file=\${DOCKERFILE}::No RUN mounts the secret \${beside}, beside which \${id} is to be mounted. Correct build.mounts in the pipeline's config, or the Dockerfile."
    exit 1
  fi
  sed --in-place --regexp-extended "s/\${flag}/--mount=\\1id=\${beside}\\2 --mount=type=secret,id=\${id},env=\${env}\\3/g" "\${DOCKERFILE}"
done <<<"\${MOUNTS}"
`;

/** Mounts the secrets that the Dockerfile does not mount by itself. */
export function mountStep(dockerfile: string, mounts: string, condition?: string): RunStep {
  return { name: "Mount secrets beside those of the Dockerfile", ...(condition === undefined ? {} : { if: condition }), env: { DOCKERFILE: dockerfile, MOUNTS: mounts }, run: MOUNT_SECRETS };
}

/** Seconds that the cache's credentials live: the longest build, and what the roles allow (components/trust/ci-identities.ts). */
export const CACHE_SESSION_SECONDS = 7200;

/**
 * Credentials of the compiler cache's own role, for what runs inside a build. The job's other role, which pushes images, never gets there: these are
 * outputs of a step, and in no other step's environment.
 */
export function cacheLogin(condition?: string): ActionStep {
  return {
    name: "Take credentials of the compiler cache alone",
    id: CACHE_LOGIN,
    ...(condition === undefined ? {} : { if: condition }),
    uses: actions.awsCredentials,
    with: {
      ...assumeAwsRole.with,
      "role-to-assume": variable("aws-cache-role-arn"),
      "role-duration-seconds": CACHE_SESSION_SECONDS,
      "output-credentials": true,
      "output-env-credentials": false,
    },
  };
}
