// The few rules that the type checker does not hold. .dependency-cruiser.cjs holds which folder may import which.
import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

/** `pipeline/` is pure: no Pulumi, no YAML, no input or output. */
const pure = [
  { regex: "^@pulumi/", message: "pipeline/ is pure: Pulumi belongs to components/." },
  { regex: "^yaml$", message: "pipeline/ is pure: YAML belongs to workflows/." },
  { regex: "^(node:)?(fs|fs/promises|child_process|net|http|https|os|process)$", message: "pipeline/ does no input or output." },
];

/** Package roots load every module of an SDK; deep imports load one. */
const shallow = [{ regex: "^@pulumi/(aws|azure-native|kubernetes|github)$", message: "Import the module you need, such as @pulumi/aws/ecr." }];

/** Folders in which every exported function and class says what it is. */
const described = ["attacks", "cli", "clouds", "components", "config", "fit", "history", "pipeline", "policy", "recipes", "rehearsal", "workflows"];

const imports = (...patterns) => ({ "no-restricted-imports": ["error", { patterns }] });

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
  { files: ["**/*.ts"], ignores: ["pipeline/**", "test/**", "bench/**"], rules: imports(...shallow) },
  { files: ["pipeline/**/*.ts"], rules: imports(...pure) },
  {
    files: described.map((folder) => `${folder}/**/*.ts`),
    plugins: { jsdoc },
    rules: { "jsdoc/require-jsdoc": ["error", { publicOnly: true, enableFixer: false, require: { FunctionDeclaration: true, ClassDeclaration: true } }] },
  },
);
