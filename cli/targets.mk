# Rendered from cli/commands.ts by `make generate`.
COMMANDS := rehearse sandbox-up sandbox-down status sandbox-env charts tools explain report capacity history health load render fit diff-demo audit attack policy-mutations policy-baseline policy-bundle check lint test generate recipes bench record concerned show apply tell-drift tell-fit

define HELP
make TARGET [VARIABLE=value...]. npx gpu-cicd COMMAND --help tells a command's variables; docs/commands.md holds all of them.

Rehearse:
  make rehearse          bring a stack up in a sandbox on this machine
  make sandbox-up        start only the sandbox
  make sandbox-down      end the sandbox and everything that it started
  make status            say what runs in the sandbox
  make sandbox-env       write the file anew that points plain clients at the sandbox
  make charts            hold the sandbox's models of Helm charts to the charts
  make tools             find or build the tools of the sandbox

Understand a change:
  make explain           say what CI does for a change of files, and why
  make report            say what a change of the infrastructure means
  make capacity          say who waits for a runner, and find the cheapest maxima
  make history           collect runs, jobs and test reports into Parquet files
  make health            say what is red since when, who waits, what it costs and which tests flake
  make load              make a load profile from what was collected, and say how far the simulation is off
  make render            write the workflow files of a stack into a folder
  make fit               say whether the pipeline fits a checkout of the repository that it is for
  make diff-demo         write what reviewers see of three prepared changes to docs/demo

Policies:
  make audit             judge what is deployed by the policies
  make attack            attack the stack, and tell of each attack who refused it
  make policy-mutations  prove the policies by harmful and harmless changes of the production stack
  make policy-baseline   add the protection of a deployed state to a policy config, for plain pulumi
  make policy-bundle     bundle the policy pack, for plain pulumi

Work on this project:
  make check             check types, style, generated files and the tests that need nothing else
  make lint              check style, and which folder may import which
  make test              run everything that must pass
  make generate          write every file that is made from others: goldens, documents, policy configs, workflows, bundles
  make recipes           show on a copy of the tree what a framework, a runner class, a check or a policy takes
  make bench             measure, and hold every figure to its bound
  make record            record previews of the real engine for tests of reports

For the infrastructure repository's workflows:
  make concerned         say which stacks a change concerns
  make show              show a pull request what it does to each stack
  make apply             apply a stack as it was reviewed
  make tell-drift        keep one issue a stack about its drift
  make tell-fit          keep one issue a stack about what does not fit the product repository
endef
