/** The SDK's `runtime` as a bundled program has it: without what turns functions into text, which needs a compiler, and without mocks. */
"use strict";
Object.assign(
  exports,
  require("@pulumi/pulumi/runtime/config"),
  require("@pulumi/pulumi/runtime/invoke"),
  require("@pulumi/pulumi/runtime/resource"),
  require("@pulumi/pulumi/runtime/rpc"),
  require("@pulumi/pulumi/runtime/settings"),
  require("@pulumi/pulumi/runtime/stack"),
);
