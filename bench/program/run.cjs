/** The SDK's own runner of programs, measured: the language host starts it where PULUMI_LANGUAGE_NODEJS_RUN_PATH names this file. */
"use strict";
require("../kit/cost.cjs");
require(require.resolve("@pulumi/pulumi/cmd/run", { paths: [process.cwd()] }));
