/** The stack's program as the engine starts it: index.ts as one bundle (bin/bundle.cjs). */
"use strict";
const { join } = require("node:path");
const { bundled, load } = require("./bin/bundle.cjs");
const { showInSources } = require("./bin/errors.cjs");
const { quiet } = require("./bin/quiet.cjs");

module.exports = async () => {
  const bundle = await bundled(join(__dirname, "index.ts"));
  showInSources(bundle.file, bundle.map);
  quiet();
  return load(bundle);
};
