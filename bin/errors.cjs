/** Errors of a bundled program, shown with their positions in the sources and without colours. */
"use strict";
const { SourceMap } = require("node:module");
const { dirname, resolve } = require("node:path");
const { inspect } = require("node:util");

/**
 * Has stack traces name the sources. Takes the place of what the SDK's runner sets, which looks for a source map of every module of every package;
 * the SDK itself takes two traces for each resource.
 * @param file path of the bundle
 * @param map its source map as text
 */
function showInSources(file, map) {
  let sourceMap;
  const position = (whole, line, column) => {
    sourceMap ??= new SourceMap(JSON.parse(map));
    const { originalSource, originalLine, originalColumn } = sourceMap.findEntry(line - 1, column - 1);
    return originalSource === undefined ? whole : `${resolve(dirname(file), originalSource)}:${originalLine + 1}:${originalColumn + 1}`;
  };
  const inBundle = new RegExp(`${file.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}:(\\d+):(\\d+)`, "g");
  Error.prepareStackTrace = (error, frames) => [headOf(error), ...frames.map((frame) => `    at ${String(frame).replace(inBundle, position)}`)].join("\n");
  // Before the SDK's own listeners, which show what they get.
  for (const event of ["uncaughtException", "unhandledRejection"]) process.prependListener(event, withoutColours);
}

function headOf(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** The SDK asks for colours, which the engine would pass on into files. */
function withoutColours(error) {
  if (!(error instanceof Error) || !Object.isExtensible(error)) return;
  const show = () => {
    delete error[inspect.custom];
    return inspect(error);
  };
  Object.defineProperty(error, inspect.custom, { value: show, configurable: true, enumerable: false });
}

module.exports = { showInSources };
