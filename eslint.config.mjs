// Holds the arrows of docs/architecture.md and the few rules that the type checker does not.
import tseslint from "typescript-eslint";

/** Each folder, and the folders of this project that it may import. The root files (index.ts, config.ts) may import all. */
const layers = {
  pipeline: [],
  workflows: ["pipeline"],
  components: ["pipeline", "workflows"],
  report: ["pipeline", "workflows"],
  policy: [],
  sandbox: [],
};

/** `pipeline/` is pure: no Pulumi, no YAML, no input or output. */
const pure = [
  { regex: "^@pulumi/", message: "pipeline/ is pure: Pulumi belongs to components/." },
  { regex: "^yaml$", message: "pipeline/ is pure: YAML belongs to workflows/." },
  { regex: "^(node:)?(fs|fs/promises|child_process|net|http|https|os|process)$", message: "pipeline/ does no input or output." },
];

/** Package roots load every module of an SDK; deep imports load one. */
const shallow = [{ regex: "^@pulumi/(aws|azure-native|kubernetes|github)$", message: "Import the module you need, such as @pulumi/aws/ecr." }];

function boundary([folder, allowed]) {
  const forbidden = Object.keys(layers).filter((other) => other !== folder && !allowed.includes(other));
  return {
    files: [`${folder}/**/*.ts`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { regex: `^(\\.\\./)+(${forbidden.join("|")})(/|$)`, message: `${folder}/ may import only ${[folder, ...allowed].join(", ")} (docs/architecture.md).` },
            { regex: "^(\\.\\./)+(index|config)$", message: "Only tests and commands import the root files." },
            ...(folder === "pipeline" ? pure : shallow),
          ],
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ["node_modules/", ".sandbox/", "coverage/", "test/golden/", "workflows/generated/", "policy/bin/"] },
  ...tseslint.configs.recommended,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["*.js", "*.mjs", "*.cjs"] }, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "no-restricted-syntax": [
        "error",
        { selector: "CallExpression[callee.name='exec'], CallExpression[callee.name='execSync']", message: "No shell: spawn with an argument array." },
      ],
      eqeqeq: ["error", "smart"],
      "max-lines": ["error", { max: 430, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ["**/*.js", "**/*.mjs", "**/*.cjs"], ...tseslint.configs.disableTypeChecked, rules: { ...tseslint.configs.disableTypeChecked.rules, "@typescript-eslint/no-require-imports": "off" } },
  { files: ["test/**/*.ts"], rules: { "max-lines": "off" } },
  ...Object.entries(layers).map(boundary),
);
