/** Renders docs/rehearsal.md. */
import { fidelity, judged } from "../../sandbox/fidelity";
import type { Generated } from "../generate/generator";

/** The generator of the document. */
export function rehearsalFiles(): Generated {
  return { files: [{ path: "docs/rehearsal.md", content: rehearsalDoc() }] };
}

/** The whole document. */
export function rehearsalDoc(): string {
  const rows = fidelity.map(({ type, answeredBy, shows, cannotShow }) => `| \`${type}\` | ${judged.types[type] ?? "not judged"} | ${answeredBy} | ${shows} | ${cannotShow} |`);
  return `<!-- Rendered from sandbox/fidelity.ts and sandbox/judged.json by \`make generate\`. -->

# What a rehearsal proves

\`make rehearse\` runs the program, the config and the SDKs that a real \`pulumi up\` runs, in the real engine, with a real state file. Only the ends of
the wires are local: the four providers talk to servers on this machine. So a rehearsal proves what the program asks for, in which order, with
which secrets kept, and that the clouds' published rules accept it. It cannot prove what only a cloud knows.

## What is real

- The Pulumi engine and command line, the Node.js SDKs, the policy engine, the state and its encryption.
- The Kubernetes API server, its admission and its authorisation, one for each AKS cluster of the stack.
- The GitHub provider: the plugin of @pulumi/github, built from its Go modules (\`sandbox/tools/pulumi-github\`) or as \`pulumi plugin install\` left it. It talks to
  \`api.github.com\`; a proxy on this machine ends its TLS and leads it to the sandbox's server, and to nothing else.
- Helm, for the charts that the cache has. \`make charts\` pulls the charts of all stacks by the addresses that the stacks name, and keeps them by digest;
  without a network, \`make charts DIR=folder\` takes them from a folder (\`GPU_CICD_CHARTS\` names another cache). Helm then installs, upgrades and
  uninstalls them itself, with definitions, hooks and waiting. It pulls them by the program's own addresses: a proxy leads it to a server on this machine that
  answers as the registry and the repository, only from the cache. Deployments and jobs have their controllers then, and what no node is there for is
  stood in for while Helm waits: pods are said to be ready, jobs done, and Actions Runner Controller's finalizers come off what is deleted. The rehearsal's
  first lines say which charts Helm installs, and its closing table says of each release who made it. With the charts of Actions Runner Controller 0.14.2 and
  nvidia-device-plugin 0.20.0 the small stack comes up, previews and refreshes clean, and goes.
- AWS's wire protocol, by the AWS SDK; GitHub's REST API as published; Azure Resource Manager's, by HTTP.

## What is ours

- The other provider plugins. They follow the real ones' inputs, replacement rules, ids and drift, and refuse a type or an input that they do not know. A
  bug of a real provider does not show here. \`test/rehearsal/providers.test.ts\` brings the small stack up and down with the real ones.
- The sandbox's own GitHub provider, to which faults can be ordered, is held to the real one: \`test/sandbox/plugins/differential\` takes the small stack's
  resources through both, with every input changed and left out, changes by hand, and every request that writes. What stays different stands in
  \`sandbox/github/provider/differences.ts\`, each with its reason.
- What a Helm chart makes, where the chart cannot be had: a model of it puts its objects into the cluster, takes them out again, and takes off the finalizers
  that only Actions Runner Controller would. \`make charts\` also renders the charts with Helm and compares every object, for the releases of all stacks and
  for values that reach every branch of the templates. Both charts of Actions Runner Controller 0.14.2 and nvidia-device-plugin 0.20.0 were compared, without a
  difference. What the models had lacked before: service accounts, roles and their bindings, finalizers, the variables of container hooks, the pods that a
  container mode adds to, the device plugin's privileged MPS daemon, and that its affinity stays unless the values replace it member by member.
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

\`make rehearse\` takes the real provider where it can be had (\`PROVIDERS=auto\`), or fails without it (\`real\`), or takes the sandbox's own (\`ours\`), to which
faults can be ordered. It prints who judged what. "Judged by" is what a run of the stack \`${judged.stack}\` recorded on ${judged.on} (\`make rehearse STACK=${judged.stack} RECORD=1\`),
and \`test/rehearsal/providers.test.ts\` holds its run with the real providers to it. Where the real one cannot be built or found, the sandbox's own stands in, and the first line says why.

| type | judged by | answered by | shows | cannot show |
|---|---|---|---|---|
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
