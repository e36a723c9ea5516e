# The project's commands as targets: `make help` lists them, and docs/commands.md says what each takes. `make rehearse` is the one to begin with.
# cli/commands.ts is the list of them; every target is a thin call of bin/gpu-cicd.cjs.

INSTALLED := node_modules/.stamp

# The folder of the Node.js that runs everything here, where that is not the machine's own (bin/node.cjs).
NODE_BIN := $(shell command -v node >/dev/null && node bin/node.cjs --expected)
export PATH := $(if $(NODE_BIN),$(NODE_BIN):)$(PATH)

# COMMANDS and HELP.
include cli/targets.mk

# What a file may be called is nobody's choice here: a value reaches its command by the environment, neither expanded by make nor read by a shell. Make
# would hand on what stands on its command line twice over, expanded: in variables of the same names, and in MAKEFLAGS.
GIVEN := $(filter-out GIVEN SHELL MAKEFLAGS MAKEOVERRIDES,$(foreach name,$(.VARIABLES),$(if $(filter command,$(origin $(name))),$(name))))
MAKEOVERRIDES :=
unexport $(GIVEN)
$(foreach name,$(GIVEN),$(eval export GPU_CICD_MAKE_$(name) := $$(value $(name))))
export GPU_CICD_MAKE := $(GIVEN)

.PHONY: help install node clean $(COMMANDS)

# The first target is what `make` alone does.
rehearse:

$(COMMANDS): install
	@bin/gpu-cicd.cjs $@

help:
	$(info $(HELP))
	@:

install: node $(INSTALLED)

# Brings Node.js into the user's cache where the machine's own is older than package.json asks.
node:
	@command -v node >/dev/null || { echo "Node.js $$(sed -n 's/^ *"node": "\(.*\)".*/\1/p' package.json) is needed, found none. Install one from https://nodejs.org/." >&2; exit 1; }
	@test -z "$(NODE_BIN)" || test -x "$(NODE_BIN)/node" || node bin/node.cjs >/dev/null

# Anew whenever the lock file changes. Install scripts are of no use here: every package works without its own. Standard output is a command's own.
$(INSTALLED): package-lock.json | node
	@echo "npm ci" >&2
	@npm ci --no-audit --no-fund --ignore-scripts >&2
	@node bin/link.cjs
	@touch $@

clean: sandbox-down
	@rm -rf .sandbox policy/bin coverage
