/** Puts the command among those of the packages: npm links the commands of packages that a project uses, and not its own. */
"use strict";
const { mkdirSync, rmSync, symlinkSync } = require("node:fs");
const { join } = require("node:path");

const folder = join(__dirname, "..", "node_modules", ".bin");
mkdirSync(folder, { recursive: true });
rmSync(join(folder, "gpu-cicd"), { force: true });
symlinkSync(join("..", "..", "bin", "gpu-cicd.cjs"), join(folder, "gpu-cicd"));
