/** GitHub's parser of workflow files. It can be imported and not required, and the project's own modules are required (bin/typescript.cjs). */
"use strict";

module.exports = { loadParser };

/** The package imports its JSON without saying that it is JSON, which bundlers and the loaders of tests take and Node.js does not. */
async function loadParser() {
  try {
    return await import("@actions/workflow-parser");
  } catch (error) {
    if (error.code !== "ERR_IMPORT_ATTRIBUTE_MISSING") throw error;
  }
  const hooks = require("node:module").registerHooks({ load: (url, context, next) => next(url, url.endsWith(".json") ? { ...context, importAttributes: { type: "json" } } : context) });
  try {
    return await import("@actions/workflow-parser");
  } finally {
    hooks.deregister();
  }
}
