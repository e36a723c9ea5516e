/**
 * Default path filters. The watched paths of Rust, backend, frontend and operator are the system's own. There `*.py`, `*.rs` and `Cargo.*`
 * name files in any directory, so they are written with a leading `**`; a directory such as `lib/` is everything under it.
 *
 * The other filters claim what is left, so that a file that nothing claims is a file nobody thought of, and runs everything.
 */
import type { PathFilter } from "../model";

export const seedFilters: readonly PathFilter[] = [
  {
    id: "ci",
    title: "The pipeline itself: workflows, actions, the plan and verdict programs",
    patterns: [".github/workflows/**", ".github/actions/**", ".github/ci/**"],
    concerns: "everything",
  },
  {
    id: "build-settings",
    title: "Settings that every build reads",
    // Cargo's files at the root belong to the Rust filter.
    patterns: ["*.toml", "*.lock", "!Cargo.*", ".cargo/**", ".dockerignore"],
    concerns: "everything",
  },
  { id: "rust", title: "Rust code and dependencies", patterns: ["**/*.rs", "**/Cargo.toml", "**/Cargo.lock"], concerns: "rust" },
  {
    id: "backend",
    title: "Core and framework code",
    patterns: ["components/**", "lib/**", "tests/**", "container/**", "**/*.py", "**/*.rs"],
    concerns: "backend",
  },
  { id: "frontend", title: "Frontend code", patterns: ["components/src/dynamo/frontend/**", "lib/llm/**"], concerns: "component" },
  { id: "operator", title: "Operator code", patterns: ["deploy/operator/**", "deploy/helm/**"], concerns: "component" },
  { id: "core", title: "Scripts that the core container runs", patterns: ["scripts/**"], concerns: "core" },
  {
    id: "docs",
    title: "Documentation",
    patterns: [
      "docs/**",
      "fern/**",
      "**/*.md",
      "**/*.rst",
      "**/*.txt",
      "**/.gitignore",
      "**/.helmignore",
      "**/.gitattributes",
      "LICENSE",
      "CODEOWNERS",
      ".github/CODEOWNERS",
    ],
    concerns: "none",
  },
  {
    id: "examples",
    title: "Examples and deployments that no test uses",
    patterns: [
      "recipes/**",
      "examples/**",
      "benchmarks/**",
      ".devcontainer/**",
      "deploy/discovery/**",
      "deploy/inference-gateway/**",
      "deploy/observability/**",
      "deploy/pre-deployment/**",
    ],
    concerns: "none",
  },
  {
    id: "ignore",
    title: "Settings of editors and of apps on GitHub",
    patterns: [
      ".lycheeignore",
      ".pre-commit-config.yaml",
      ".coderabbit.yaml",
      ".clang-format",
      "*.code-workspace",
      "deploy/*",
      "launch/**",
      ".github/scripts/**",
      ".github/ISSUE_TEMPLATE/**",
      ".github/labeler.yml",
      ".github/release.yml",
      ".github/copy-pr-bot.yaml",
      ".github/dco.yml",
      ".github/actionlint.yaml",
    ],
    concerns: "none",
  },
];
