/**
 * What GitHub demands of a SARIF file before it shows its results, as a JSON schema, with the links between its parts that no schema can say. The
 * whole schema of OASIS comes with no package; the types of `sarif` hold the rest when the report is compiled.
 * Source: GitHub, "SARIF support for code scanning", supported properties that are required, and their limits.
 */
import Ajv from "ajv";
import type { Log } from "sarif";

const text = { type: "string", minLength: 1 };
const message = (maxLength: number): object => ({ type: "object", required: ["text"], properties: { text: { type: "string", minLength: 1, maxLength } } });

const rule = {
  type: "object",
  required: ["id", "name", "shortDescription", "fullDescription", "help", "defaultConfiguration", "properties"],
  properties: {
    id: { type: "string", minLength: 1, maxLength: 255 },
    name: { type: "string", minLength: 1, maxLength: 255 },
    shortDescription: message(1024),
    fullDescription: message(1024),
    help: { type: "object", required: ["text", "markdown"], properties: { text, markdown: text } },
    defaultConfiguration: { type: "object", required: ["level"], properties: { level: { enum: ["note", "warning", "error"] } } },
    properties: {
      type: "object",
      required: ["tags", "precision", "security-severity"],
      properties: { precision: { enum: ["very-high", "high", "medium", "low"] }, "security-severity": { type: "string", pattern: "^(10\\.0|[0-9]\\.[0-9])$" }, tags: { type: "array", maxItems: 20, items: text } },
    },
  },
};

const location = {
  type: "object",
  required: ["physicalLocation"],
  properties: {
    physicalLocation: {
      type: "object",
      required: ["artifactLocation", "region"],
      properties: {
        // Relative to the repository's root, and a URI.
        artifactLocation: { type: "object", required: ["uri"], properties: { uri: { type: "string", pattern: "^[A-Za-z0-9._~%-][A-Za-z0-9._~%/-]*$" } } },
        region: { type: "object", required: ["startLine"], properties: { startLine: { type: "integer", minimum: 1 }, startColumn: { type: "integer", minimum: 1 } } },
      },
    },
  },
};

const result = {
  type: "object",
  required: ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
  properties: {
    ruleId: text,
    ruleIndex: { type: "integer", minimum: 0 },
    level: { enum: ["note", "warning", "error"] },
    message: { type: "object", required: ["text"], properties: { text } },
    locations: { type: "array", minItems: 1, maxItems: 1000, items: location },
    partialFingerprints: { type: "object", required: ["primaryLocationLineHash"], properties: { primaryLocationLineHash: text } },
  },
};

const upload = {
  type: "object",
  required: ["$schema", "version", "runs"],
  properties: {
    version: { const: "2.1.0" },
    runs: {
      type: "array",
      minItems: 1,
      maxItems: 20,
      items: {
        type: "object",
        required: ["tool", "results", "automationDetails"],
        properties: {
          tool: { type: "object", required: ["driver"], properties: { driver: { type: "object", required: ["name", "version", "rules"], properties: { rules: { type: "array", maxItems: 25_000, items: rule } } } } },
          automationDetails: { type: "object", required: ["id"], properties: { id: { type: "string", pattern: "/$" } } },
          results: { type: "array", maxItems: 25_000, items: result },
        },
      },
    },
  },
};

const validate = new Ajv({ allErrors: true }).compile(upload);

/** Everything that GitHub would refuse or leave out. */
export function uploadProblems(log: unknown): readonly string[] {
  if (!validate(log)) return (validate.errors ?? []).map(({ instancePath, message: problem }) => `${instancePath}: ${problem}`);
  return (log as unknown as Log).runs.flatMap(({ tool, results = [] }) =>
    results.filter(({ ruleId, ruleIndex }) => tool.driver.rules?.[ruleIndex!]?.id !== ruleId).map(({ ruleId, ruleIndex }) => `result of ${ruleId}: rule ${ruleIndex} is another one`),
  );
}
