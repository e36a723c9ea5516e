# The project's commands. `make rehearse` is the one to begin with; docs/rehearsal.md says what it proves.
#
#   make rehearse [STACK=prod|dev] [CLEAN=1] [KEEP=0]
#                       bring a stack up in a sandbox on this machine; CLEAN starts from nothing, KEEP=0 ends the sandbox afterwards
#   make sandbox-up     start the sandbox alone          make sandbox-down   end it and everything it started
#   make status         say what runs in it              make tools          find or build the sandbox's tools
#   make test           everything that must pass
#   make bench [ONLY=program,scale]                      measurements held to their bounds, as JSON (docs/benchmarks.md)
#   make render OUT=dir [STACK=prod]                     write the workflow files of a stack
#   make render-own     write the workflows of the repository that holds this project, which are committed
#   make docs           write the documents that are rendered from the model, which are committed
#   make explain FILES="lib/a.rs 'docs/b c.md'" [EVENT=pull_request] [REF=refs/heads/main] [STACK=prod] [FORMAT=json]
#                       say what CI does for a change, and why; BASE=origin/main DIR=checkout takes the files from git
#   make audit [STACK=prod] [STATE=file] [FORMAT=text|json|sarif] [OUT=file] [CONFIG=file]
#                       judge what is deployed: in the sandbox, or in a file of `pulumi stack export`; - reads standard input
#   make report [STACK=prod] [BASE=ref] [DRIFT=1] [CAPACITY=1] [CLOUD=sandbox|real] [PREVIEW=file]
#                       say what a change of the infrastructure means: .sandbox/report/STACK.md, .html and .json (cli/report.ts)
#   make capacity [STACK=prod] [BASE=ref] [OUT=chart.svg] [FORMAT=json]      say who waits for a runner, before and after a change
#   make capacity RECOMMEND=1 [TARGET=15]                                    find the cheapest maxima that keep waits short, in minutes
#   make diff-demo      after a rehearsal of prod: write what reviewers see of three prepared changes to docs/demo
#   make policy-mutations [FROM=program|sandbox] [STATE=file]
#                       prove the policies by harmful and harmless changes of the production stack
#
# SANDBOX_DIR names the sandbox's directory (by default .sandbox): several can run side by side.

STACK ?= prod
OUT ?= rendered
SANDBOX := node_modules/.bin/tsx sandbox/cli/main.ts
INSTALLED := node_modules/.stamp
POLICY_SOURCES := $(shell find policy -name '*.ts' -not -path 'policy/bin/*')

.PHONY: rehearse sandbox-up sandbox-down status tools test bench render render-own docs explain audit report capacity diff-demo policy-mutations install clean

# The first target is what `make` alone does.
rehearse: export REHEARSE_STACK := $(value STACK)
rehearse: install policy/bin/index.js
	@$(SANDBOX) rehearse --stage rehearsal/stage.ts $(if $(CLEAN),--clean) $(if $(filter 0,$(KEEP)),--down) -- "$$REHEARSE_STACK"

sandbox-up: export REHEARSE_STACK := $(value STACK)
sandbox-up: install policy/bin/index.js
	@$(SANDBOX) up --stage rehearsal/stage.ts -- "$$REHEARSE_STACK"

sandbox-down: install
	@$(SANDBOX) down

status: install
	@$(SANDBOX) status

tools: install
	@node_modules/.bin/tsx sandbox/tools/cli.ts ensure

test: install policy/bin/index.js
	@node_modules/.bin/tsx test/run.ts

bench: export BENCH_ONLY := $(value ONLY)
bench: install policy/bin/index.js
	@node_modules/.bin/tsx bench/main.ts --only="$$BENCH_ONLY"

# What a file may be called is nobody's choice here: values reach the command by the environment, neither expanded by make nor read by a shell.
unexport STACK FILES EVENT REF BASE DIR FORMAT OUT ONLY STATE CONFIG FROM PREVIEW REFRESH BEFORE CLOUD DRIFT CAPACITY RECOMMEND TARGET REPLICATIONS SEED
render: export RENDER_OUT := $(value OUT)
render: export RENDER_STACK := $(value STACK)
render: install
	@node_modules/.bin/tsx workflows/cli/render.ts "$$RENDER_OUT" "$$RENDER_STACK"

render-own: install
	@node_modules/.bin/tsx cli/own-workflows.ts

docs: install
	@node_modules/.bin/tsx cli/docs.ts

explain: export EXPLAIN_FILES := $(value FILES)
explain: export EXPLAIN_EVENT := $(value EVENT)
explain: export EXPLAIN_REF := $(value REF)
explain: export EXPLAIN_BASE := $(value BASE)
explain: export EXPLAIN_DIR := $(value DIR)
explain: export EXPLAIN_STACK := $(value STACK)
explain: export EXPLAIN_FORMAT := $(value FORMAT)
explain: install
	@node_modules/.bin/tsx cli/explain.ts --files="$$EXPLAIN_FILES" --event="$$EXPLAIN_EVENT" --ref="$$EXPLAIN_REF" \
	  --base="$$EXPLAIN_BASE" --directory="$$EXPLAIN_DIR" --stack="$$EXPLAIN_STACK" --format="$$EXPLAIN_FORMAT"

# The audit's exit code tells the worst severity (cli/audit.ts); make shows it and ends with its own.
audit: export AUDIT_STACK := $(value STACK)
audit: export AUDIT_STATE := $(value STATE)
audit: export AUDIT_FORMAT := $(value FORMAT)
audit: export AUDIT_OUT := $(if $(filter file,$(origin OUT)),,$(value OUT))
audit: export AUDIT_CONFIG := $(value CONFIG)
audit: install
	@node_modules/.bin/tsx cli/audit.ts --state="$$AUDIT_STATE" --format="$$AUDIT_FORMAT" --out="$$AUDIT_OUT" --config="$$AUDIT_CONFIG" -- "$$AUDIT_STACK"

# The command's exit code tells a refused change from a failed preview (cli/report.ts); make shows it and ends with its own.
report: export REPORT_STACK := $(value STACK)
report: export REPORT_BASE := $(value BASE)
report: export REPORT_BEFORE := $(value BEFORE)
report: export REPORT_CONFIG := $(value CONFIG)
report: export REPORT_PREVIEW := $(value PREVIEW)
report: export REPORT_REFRESH := $(value REFRESH)
report: export REPORT_CLOUD := $(value CLOUD)
report: export REPORT_DRIFT := $(value DRIFT)
report: export REPORT_CAPACITY := $(value CAPACITY)
report: export REPORT_OUT := $(if $(filter file,$(origin OUT)),,$(value OUT))
report: install policy/bin/index.js
	@node_modules/.bin/tsx cli/report.ts --base="$$REPORT_BASE" --before="$$REPORT_BEFORE" --config="$$REPORT_CONFIG" --preview="$$REPORT_PREVIEW" \
	  --refresh="$$REPORT_REFRESH" --cloud="$$REPORT_CLOUD" --drift="$$REPORT_DRIFT" --capacity="$$REPORT_CAPACITY" --out="$$REPORT_OUT" -- "$$REPORT_STACK"

capacity: export CAPACITY_STACK := $(value STACK)
capacity: export CAPACITY_BASE := $(value BASE)
capacity: export CAPACITY_FORMAT := $(value FORMAT)
capacity: export CAPACITY_OUT := $(if $(filter file,$(origin OUT)),,$(value OUT))
capacity: export CAPACITY_RECOMMEND := $(value RECOMMEND)
capacity: export CAPACITY_TARGET := $(value TARGET)
capacity: export CAPACITY_REPLICATIONS := $(value REPLICATIONS)
capacity: export CAPACITY_SEED := $(value SEED)
capacity: install
	@node_modules/.bin/tsx cli/capacity.ts --stack="$$CAPACITY_STACK" --base="$$CAPACITY_BASE" --format="$$CAPACITY_FORMAT" --out="$$CAPACITY_OUT" \
	  --recommend="$$CAPACITY_RECOMMEND" --target="$$CAPACITY_TARGET" --replications="$$CAPACITY_REPLICATIONS" --seed="$$CAPACITY_SEED"

diff-demo: install policy/bin/index.js
	@node_modules/.bin/tsx cli/diff-demo.ts

policy-mutations: export MUTATIONS_FROM := $(value FROM)
policy-mutations: export MUTATIONS_STATE := $(value STATE)
policy-mutations: install
	@node_modules/.bin/tsx cli/policy-mutations.ts --from="$$MUTATIONS_FROM" --state="$$MUTATIONS_STATE"

install: $(INSTALLED)

# Anew whenever the lock file changes. Install scripts are of no use here: every package works without its own. Standard output is a command's own.
$(INSTALLED): package-lock.json
	@command -v node >/dev/null || { echo "Node.js 20.19 or newer is needed, none found; get it from https://nodejs.org/" >&2; exit 1; }
	@node -e 'const [a, b] = process.versions.node.split(".").map(Number); if (a < 20 || (a === 20 && b < 19)) { console.error("Node.js 20.19 or newer is needed, found " + process.versions.node + "; get it from https://nodejs.org/"); process.exit(1); }'
	@echo "npm ci" >&2
	@npm ci --no-audit --no-fund --ignore-scripts >&2
	@touch $@

policy/bin/index.js: $(INSTALLED) $(POLICY_SOURCES)
	@node_modules/.bin/tsx policy/bundle.ts
	@touch $@

clean: sandbox-down
	@rm -rf .sandbox policy/bin coverage
