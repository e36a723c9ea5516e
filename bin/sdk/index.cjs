/**
 * The SDK's root as a bundled program has it: without the automation API, dynamic providers and provider servers, which no program of a stack uses,
 * and which take as long to load as all the rest. test/bin/sdk.test.ts holds the list to the SDK's own.
 */
"use strict";
Object.assign(
  exports,
  require("@pulumi/pulumi/config"),
  require("@pulumi/pulumi/errors"),
  require("@pulumi/pulumi/invoke"),
  require("@pulumi/pulumi/metadata"),
  require("@pulumi/pulumi/output"),
  require("@pulumi/pulumi/resource"),
  require("@pulumi/pulumi/stackReference"),
  require("@pulumi/pulumi/stash"),
  {
    asset: require("@pulumi/pulumi/asset"),
    iterable: require("@pulumi/pulumi/iterable"),
    log: require("@pulumi/pulumi/log"),
    runtime: require("./runtime.cjs"),
    utils: require("@pulumi/pulumi/utils"),
    deploymentOnlyModule: true,
  },
);
