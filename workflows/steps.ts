/** Steps that several jobs share, and the scripts beside the workflows. */
import { actions } from "./actions";
import { expression, type ActionStep, type Environment, type RunStep, type Step } from "./syntax";
import { PROGRAM_FOLDER } from "./paths";
import { VARIABLE_NAMES, type VariableSource } from "./variables";

/** Programs that are bundled from `workflows/runtime` and delivered beside the workflows. */
export const PROGRAMS = ["plan", "verdict", "notify", "azure", "mirror", "verdict-app"] as const;
export type Program = (typeof PROGRAMS)[number];

/** Path of a program in the target repository. */
export function programPath(program: Program): string {
  return `${PROGRAM_FOLDER}/${program}.mjs`;
}

/** An Actions variable as an expression. */
export function variable(source: VariableSource): string {
  return expression(`vars.${VARIABLE_NAMES[source]}`);
}

/** Checks out the commit of the event. The token is not left behind for later steps, which may run code of others. */
export const checkout: ActionStep = { name: "Check out", uses: actions.checkout, with: { "persist-credentials": false } };

/** Checks out only the programs, for jobs that need nothing else: seconds less in a large repository. */
export const checkoutPrograms: ActionStep = {
  name: "Check out the programs",
  uses: actions.checkout,
  with: { "persist-credentials": false, "sparse-checkout": PROGRAM_FOLDER },
};

/**
 * Runs one of the delivered programs. Hosted machines have Node on the path; the image of Actions Runner Controller carries it beside the
 * runner only.
 */
export function runProgram(step: { name: string; id?: string; if?: string; program: Program; argument?: string; env?: Environment }): RunStep {
  const { name, id, program, argument, env } = step;
  return {
    name,
    ...(id === undefined ? {} : { id }),
    ...(step.if === undefined ? {} : { if: step.if }),
    ...(env === undefined ? {} : { env }),
    run: [
      `node="$(command -v node || ls -d "\${HOME}"/externals/node*/bin/node | tail -n 1)"`,
      `"\${node}" ${programPath(program)}${argument === undefined ? "" : ` ${argument}`}`,
      "",
    ].join("\n"),
  };
}

/** Logs in to AWS as the environment's role: no key is stored anywhere. */
export const assumeAwsRole: ActionStep = {
  name: "Assume the role on AWS",
  uses: actions.awsCredentials,
  with: { "role-to-assume": variable("aws-role-arn"), "aws-region": variable("aws-region"), "role-session-name": expression("format('actions-{0}-{1}', github.run_id, github.run_attempt)") },
};

/** Environment of the Azure program: which identity to become. */
export const azureIdentity: Environment = { AZURE_CLIENT_ID: variable("azure-client-id"), AZURE_TENANT_ID: variable("azure-tenant-id") };

/** Logs Docker in to both registries, with tokens that live as long as the job. */
export const registryLogins: readonly Step[] = [
  assumeAwsRole,
  { name: "Log in to ECR", uses: actions.ecrLogin },
  runProgram({ name: "Log in to ACR", program: "azure", argument: "registry-login", env: { ...azureIdentity, ACR_REGISTRY: variable("acr-registry") } }),
];

/** Where images go, for scripts. */
export const imageRepositories: Environment = {
  ECR_IMAGE: `${variable("ecr-registry")}/${variable("ecr-repository")}`,
  ACR_IMAGE: `${variable("acr-registry")}/${variable("acr-repository")}`,
};
