/** Renders docs/rehearsal.md: `make docs`. A test says when the committed file is stale. */
import { join } from "node:path";
import { fidelity } from "../sandbox/fidelity";

export const REHEARSAL_DOC = join(__dirname, "..", "docs", "rehearsal.md");

/** The whole document. */
export function rehearsalDoc(): string {
  const rows = fidelity.map(({ type, answeredBy, shows, cannotShow }) => `| \`${type}\` | ${answeredBy} | ${shows} | ${cannotShow} |`);
  return `<!-- Rendered from sandbox/fidelity.ts by \`make docs\`. -->

# What a rehearsal proves

\`make rehearse\` runs the program, the config and the SDKs that a real \`pulumi up\` runs, in the real engine, with a real state file. Only the ends of
the wires are local: the four providers talk to servers on this machine. So a rehearsal proves what the program asks for, in which order, with
which secrets kept, and that the clouds' published rules accept it. It cannot prove what only a cloud knows.

## What is real

- The Pulumi engine and command line, the Node.js SDKs, the policy engine, the state and its encryption.
- The Kubernetes API server, its admission and its authorisation, one for each AKS cluster of the stack.
- AWS's wire protocol, by the AWS SDK; GitHub's REST API as published, by Octokit; Azure Resource Manager's, by HTTP.

## What is ours

- The provider plugins. They follow the real ones' inputs, replacement rules, ids and drift, and refuse a type or an input that they do not know. A
  bug of a real provider does not show here.
- When the engine dies in the middle of a create, our providers finish the call and undo it, as nobody could record it; the next engine waits for
  that. Real providers do not: the resource then exists without being in the state, and has to be imported
  ([operations](operations.md#an-apply-that-was-interrupted)).
- The state is a directory, told to keep no files of metadata (\`?metadata=skip\`): with them, an engine that is killed between two writes
  leaves a stack that cannot be read. Object stores write a checkpoint in one step.
- Waiting: what takes minutes in a cloud takes a moment here, in the same order of states.
- The language host, only where the command line brings none.

## What no rehearsal shows

- That you have the permissions, the quota and the names: nobody else owns an account here.
- That a node boots, a driver loads, an image is pulled, a runner registers, a job runs. Workflow files are proved by the gate model and its proofs
  instead (\`workflows/gate\`), which read the files with GitHub's own parser.
- Custom resource definitions of the operator under test: a run installs its chart without them, so the cluster's owner applies them once.
- GitHub's approval setting for workflows of forks, and Actions policies: the provider has no resource for either.
- Eventual consistency. Azure and GitHub may answer "not found" for a while after a create; the real providers retry.

## Type by type

| type | answered by | shows | cannot show |
|---|---|---|---|
${rows.join("\n")}

## Failure

Faults can be ordered for any call (\`sandbox/daemon/faults.ts\`): a 500, a 409, a rate limit, or the death of the engine by SIGKILL, as the call goes
out or once the cloud has done what was asked and before the engine hears of it. For every resource type of the small stack,
\`test/rehearsal/faults.test.ts\` orders the first three, and \`test/rehearsal/kill.test.ts\` kills the engine in a create at both moments, and for
some types in an update, a replacement and a delete. Each time a later \`pulumi up\` completes, with nothing lost from the state and nothing made
twice: the clouds hold what the state names, one by one. Creates that were interrupted stay listed in the state, and every command says so,
until \`pulumi refresh --clear-pending-creates\`.

Mistakes in config end in one error before a resource is begun (\`test/rehearsal/bad-input.test.ts\`).
`;
}
