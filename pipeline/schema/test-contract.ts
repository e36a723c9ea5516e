/** What tests need of the pod that they run in: the contract between a suite and its runner. */
import { z } from "zod";
import { inUnit, literalText, nameFrom, number, text, type Given, type Resolved } from "./kit";

/**
 * Variables that belong to the runner, or that would change which programs the job's own steps run. GitHub refuses to set `NODE_OPTIONS` and sets
 * `GITHUB_*` and `RUNNER_*` itself. Source: docs.github.com/actions/reference/workflows-and-actions/workflow-commands, "Setting an environment variable".
 */
const RESERVED = /^(?:GITHUB_.*|RUNNER_.*|ACTIONS_.*|NODE_OPTIONS|PATH|LD_PRELOAD|LD_LIBRARY_PATH|BASH_ENV|ENV)$/;

const variableName = text.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a letter or _, then letters, digits and _").refine((name) => !RESERVED.test(name), "a variable that the runner does not keep for itself");
const oneLine = literalText.refine((value) => !/[\r\n]/.test(value), "a text of one line");
const variables = z.record(variableName, oneLine.describe("Value of the variable."));

/** Gibibytes of memory that a pod may have as `/dev/shm`. */
const sharedMemory = inUnit(number.int("a whole number").min(0, "0 or more"), "GiB");
/** Ids of users that Linux knows, without the one that stands for none. */
const userId = inUnit(number.int("a whole number").min(0, "0 or more").max(65534, "at most 65534"), "id");

export const testService = z
  .strictObject({
    id: text.regex(/^[a-z][a-z0-9-]*$/, "lower case letters, digits and hyphens").describe("Identifier, which is the service's name in the job."),
    title: text.describe("What it is, for people."),
    image: text.describe("Image, `NAME:TAG@sha256:DIGEST`."),
    environment: variables.default({}).describe("Variables of the service. They are no secrets: everybody can read the workflow file."),
    ready: text.optional().describe("Address that answers when the service can be used, asked from the test's pod.").meta({ examples: ["http://localhost:9000/minio/health/live"] }),
  })
  .describe("A service that tests reach. It runs in the pod of the tests, so they find it at localhost.");

const sanity = z
  .strictObject({
    run: literalText.describe("The command, without any GitHub expression in it."),
    directory: oneLine.default("").describe("Folder that it runs in; the repository's root when empty."),
  })
  .describe("A command that has to succeed before the tests, so that a broken image is told as such. It does not run where tests are only collected.");

const fields = {
  environment: variables.describe("Variables of every step, by name."),
  user: userId.describe("Numeric id of the user that the pod runs as. All suites of one runner class share it, as a pod template is the class's."),
  sharedMemoryGiB: sharedMemory.describe("Size of `/dev/shm`; 0 leaves what the container runtime gives, 64 MB. It counts against the pod's memory. A class gives the most that one of its suites wants."),
  memlock: z
    .enum(["node", "unlimited"])
    .describe(
      "Memory that a process may lock, as RDMA libraries do. `node`: what the node's container runtime allows, a few MB on AKS. `unlimited`: the pod gets the capability IPC_LOCK, which no limit binds. " +
        "Kubernetes gives an added capability only to root, so `user` has to be 0 then.",
    ),
  services: z.array(nameFrom("testServices")).describe("Services that run beside the tests, by id."),
  sanity: sanity.optional(),
  workers: inUnit(number.int("a whole number").min(1, "1 or more"), "processes").describe("Processes of pytest-xdist; 1 runs the tests in one process. Tests on a GPU share it between workers, so a suite on GPUs has at most as many as GPUs."),
  directory: oneLine.describe("Folder that pytest runs in; the repository's root when empty."),
};

/** What holds for all suites of all frameworks that say nothing else. */
export const testContract = z
  .strictObject({
    ...fields,
    environment: fields.environment.default({}),
    user: fields.user.default(1001),
    sharedMemoryGiB: fields.sharedMemoryGiB.default(0),
    memlock: fields.memlock.default("node"),
    services: fields.services.default([]),
    workers: fields.workers.default(1),
    directory: fields.directory.default(""),
  })
  .describe("What tests need of the pod that they run in. `frameworks.ID.testContract` changes it for a framework, and `suites.ID.testContract` for a suite, which has the last word; variables are added by name.");

/** What a framework, or a suite, needs otherwise. */
export const ownTestContract = z.strictObject(fields).partial().default({}).describe("What its tests need otherwise of the pod that they run in (`testContract`).");

export type TestService = Resolved<typeof testService>;
export type TestContract = Resolved<typeof testContract>;
export type OwnTestContract = Resolved<typeof ownTestContract>;
export type GivenTestContract = Given<typeof testContract>;
export type GivenTestService = Given<typeof testService>;
