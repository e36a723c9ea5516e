/**
 * Default path filters, in two readings.
 *
 * `described`: the watched paths of Rust, backend, frontend and operator as the system's description lists them. There `*.py`, `*.rs` and `Cargo.*` name
 * files in any directory, so they are written with a leading `**`; a directory such as `lib/` is everything under it. `intended`: what builds and tests
 * really read, as the repository's own `.github/filters.yaml` had it in February 2026. Where the description is silent, both readings follow the repository.
 *
 * The other filters claim what is left, so that a file that nothing claims is a file nobody thought of, and runs everything.
 */
import type { GivenFilter } from "../schema/filters";

/** The workspace at the root: what it locks is built into every image with Rust code in it. */
const ROOT_CARGO = ["Cargo.toml", "Cargo.lock"];

/** Documents, wherever they lie. */
const DOCUMENTS = ["**/*.md", "**/*.rst", "**/*.txt"];
const NO_DOCUMENTS = DOCUMENTS.map((pattern) => `!${pattern}`);

/** Texts that look like documents: packages that are installed into images, files that are copied into them, and what tests are given. */
const TEXTS_THAT_ARE_READ = ["container/**/*.txt", "tests/**/requirements*.txt", "tests/**/*prompt*.txt", "lib/**/tests/data/**"];

/** What only the frontend image is built of: its Dockerfiles, and the endpoint picker that it holds. */
const OF_FRONTEND = ["container/Dockerfile.frontend", "container/Dockerfile.epp", "deploy/inference-gateway/**"];

/** Files under `container` that no image of the pipeline is built of. */
const TOOLS_OF_CONTAINERS = ["container/dev/**", "container/run.sh", "container/Dockerfile.aws", "container/Dockerfile.docs", "container/Dockerfile.local_dev"];

export const seedFilters: readonly GivenFilter[] = [
  {
    id: "ci",
    title: "The pipeline itself: workflows, actions, the plan and verdict programs",
    // The last two: what the repository's builds run to write down how a build went, and the filters that it reads.
    patterns: [".github/workflows/**", ".github/actions/**", ".github/ci/**", ".github/scripts/*buildkit*", ".github/filters.yaml"],
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
    patterns: {
      described: ["components/**", "lib/**", "tests/**", "container/**", "**/*.py", "**/*.rs", ...ROOT_CARGO],
      intended: [
        "components/**",
        "lib/**",
        "tests/**",
        "container/**",
        "*.py",
        "*.rs",
        ...NO_DOCUMENTS,
        ...TEXTS_THAT_ARE_READ,
        ...ROOT_CARGO,
        ...["container/Dockerfile.frontend", "container/Dockerfile.epp", ...TOOLS_OF_CONTAINERS].map((pattern) => `!${pattern}`),
      ],
    },
    concerns: "backend",
  },
  {
    id: "frontend",
    title: "Frontend code",
    patterns: {
      described: ["components/src/dynamo/frontend/**", "lib/llm/**", ...ROOT_CARGO, ...OF_FRONTEND],
      // The image is made of the core container's.
      intended: [
        "lib/**",
        "components/src/dynamo/frontend/**",
        "components/src/dynamo/router/**",
        "components/src/dynamo/mocker/**",
        "components/src/dynamo/common/**",
        ...NO_DOCUMENTS,
        "container/build.sh",
        "container/Dockerfile",
        "container/deps/*",
        ...ROOT_CARGO,
        ...OF_FRONTEND,
      ],
    },
    concerns: "component",
  },
  // The page is generated from the operator's types, and its build checks that it is current.
  { id: "operator", title: "Operator code", patterns: ["deploy/operator/**", "deploy/helm/**", "docs/kubernetes/api_reference.md"], concerns: "component" },
  { id: "core", title: "Scripts that the core container runs", patterns: ["scripts/**"], concerns: "core" },
  {
    id: "docs",
    title: "Documentation",
    patterns: [
      "docs/**",
      "fern/**",
      ...DOCUMENTS,
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
      "deploy/observability/**",
      "deploy/pre-deployment/**",
      "deploy/chrek/**",
      "deploy/utils/**",
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
      ...TOOLS_OF_CONTAINERS,
      ".github/scripts/**",
      ".github/ISSUE_TEMPLATE/**",
      // Settings of apps: labeler, dco, copy-pr-bot and the like.
      ".github/*",
      "Earthfile",
    ],
    concerns: "none",
  },
];
