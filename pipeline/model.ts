/**
 * The pipeline as data: what runs, when, where and for whom.
 *
 * Everything else in this project is derived from values of these types: workflow files, required checks,
 * runner scale sets, registries, identities, secrets and documents. Field names are the field's own terms
 * (scale set, required check, environment). Nothing here imports Pulumi or YAML, and nothing does I/O.
 */

/** A CPU architecture, spelled as OCI platforms and Kubernetes' `kubernetes.io/arch` label spell it. */
export type Arch = "amd64" | "arm64";

/** The three ways in which the pipeline runs. */
export type Mode = "pull-request" | "post-merge" | "nightly";

/** A CUDA version, `MAJOR.MINOR`. */
export type CudaVersion = `${number}.${number}`;

/**
 * Who can make a job run, and so what it may hold.
 * `fork`: anybody who opens a pull request; no secret, no identity, read-only token. Merge groups are of this level too: the name of their
 * branch proves nothing.
 * `mirror`: a vetted pull request on a `pull-request/N` branch; it runs the pull request's own workflow files.
 * `protected`: main and release branches after review.
 */
export type Trust = "fork" | "mirror" | "protected";

/** The repository whose CI this is. */
export interface Repository {
  /** Organisation or user, as in `OWNER/NAME`. */
  readonly owner: string;
  readonly name: string;
  /** Numeric id of the owner; part of GitHub's immutable OIDC subject and of AWS trust conditions. */
  readonly ownerId: number;
  /** Numeric id of the repository. */
  readonly repositoryId: number;
  readonly defaultBranch: string;
  /** Release branches, as a GitHub branch pattern, such as `release/*`. */
  readonly releaseBranches: string;
  /** Prefix of the branches that copy-pr-bot makes, such as `pull-request/`; the number follows. */
  readonly mirrorBranchPrefix: string;
}

/** An inference framework that is built into container images and tested. */
export interface Framework {
  /** Identifier used in tags, job names and test markers: lower case, digits and `-`. */
  readonly id: string;
  /** How people write it, such as `TRT-LLM`. */
  readonly title: string;
  /** CUDA versions built in each mode. The first is the primary one: deployment tests take its images. `images.ts` says how a version shows in the tag. */
  readonly cuda: Readonly<Record<Mode, readonly CudaVersion[]>>;
  readonly architectures: readonly Arch[];
  /** Path patterns that belong to this framework alone: a change only inside them builds only this framework. */
  readonly owns: readonly string[];
  readonly build: ImageBuild;
}

/** How one image is built. */
export interface ImageBuild {
  /** Path of the Dockerfile in the repository. */
  readonly dockerfile: string;
  /** Build context, relative to the repository's root. */
  readonly context: string;
  /** Target stage of the Dockerfile. */
  readonly target: string;
  /** Minutes until the build is given up, by mode. */
  readonly timeoutMinutes: Readonly<Record<Mode, number>>;
}

/** An image that is no framework's: the Kubernetes operator, the frontend. Built when its filter matches; on main always. */
export interface ComponentImage {
  readonly id: string;
  readonly title: string;
  readonly architectures: readonly Arch[];
  /** The filter that decides whether a pull request builds it. */
  readonly filter: string;
  readonly build: ImageBuild;
  /** Commands that test the sources, run in the repository's checkout before the image is built. Empty when the image build is the test. */
  readonly checks: readonly Command[];
  /** Modes in which it is built. */
  readonly modes: readonly Mode[];
}

/** One step of a script: what it is called and the command, without any GitHub expression in it. */
export interface Command {
  readonly name: string;
  readonly run: string;
  /** Working directory, relative to the repository's root. Default: the root. */
  readonly directory?: string;
}

/** The core container, which direct checks build on every pull request and never push. */
export interface CoreBuild {
  readonly id: string;
  readonly filter: string;
  readonly build: ImageBuild;
  readonly cuda: CudaVersion;
  /** Rust commands, run when the Rust filter matches, and always on main. */
  readonly rust: readonly Command[];
  /** pytest marker expressions, run in order inside the core image. */
  readonly pytest: readonly { readonly name: string; readonly markers: string }[];
  /** Runner class by who can make it run: fork code never runs where mirrored or merged code does. */
  readonly runners: Readonly<Record<Trust, string>>;
  readonly timeoutMinutes: number;
}

/** The path filters: which changes concern what. Patterns are GitHub's; `!` excludes; they apply left to right and the last match wins. */
export interface PathFilter {
  readonly id: string;
  /** What a match means, for people. */
  readonly title: string;
  readonly patterns: readonly string[];
  /**
   * `backend`: frameworks are built; `rust`: Rust checks run; `component`: the component image that names this filter;
   * `core`: the core container; `everything`: all of these; `none`: a match needs no job.
   */
  readonly concerns: "backend" | "rust" | "component" | "core" | "everything" | "none";
}

/** A pytest suite that runs inside an image of a framework. */
export interface TestSuite {
  readonly id: string;
  readonly kind: "unit" | "integration" | "e2e";
  readonly title: string;
  /** Modes in which it runs. */
  readonly modes: readonly Mode[];
  /** pytest marker expression by mode; `{framework}` stands for the framework's id. */
  readonly markers: Readonly<Partial<Record<Mode, string>>>;
  /** GPUs that a test of this suite needs on one runner. */
  readonly gpus: number;
  /** Runner class by architecture. */
  readonly runners: Readonly<Partial<Record<Arch, string>>>;
  /** Architectures on which tests are only collected, each with its reason. */
  readonly collectOnly: Readonly<Partial<Record<Arch, string>>>;
  readonly timeoutMinutes: number;
}

/** Images that no suite runs or collects, and why: without such an entry an untested image is a finding. */
export interface UntestedImages {
  /** Framework or component id, or `*` for every framework. */
  readonly images: string;
  readonly modes: readonly Mode[];
  readonly architectures: readonly Arch[];
  /** One sentence for people. */
  readonly why: string;
}

/** A deployment of an image to the deployment-test cluster. */
export interface DeploymentTest {
  readonly framework: string;
  /** Name of the graph, such as `agg` or `disagg_router`. */
  readonly profile: string;
  /** Path of the graph's manifest in the repository. */
  readonly manifest: string;
  /** GPUs that the graph takes. */
  readonly gpus: number;
}

/** Deployment tests as a whole. */
export interface DeploymentTests {
  readonly tests: readonly DeploymentTest[];
  /** Modes in which they run; only ever on the default branch. */
  readonly modes: readonly Mode[];
  readonly runner: string;
  readonly timeoutMinutes: number;
  /** Path of the operator's Helm chart in the repository. */
  readonly operatorChart: string;
  /** The component image that is the operator. */
  readonly operatorImage: string;
  /** Model that is asked for one completion, as the model hub names it. */
  readonly model: string;
  /** Prefix of the namespaces that runs make; the run id follows. */
  readonly namespacePrefix: string;
  /** Minutes after which the cleaner removes what a run left. */
  readonly expiryMinutes: number;
  /** Most GPUs, pods and memory that one namespace may ask for. */
  readonly quota: { readonly gpus: number; readonly pods: number; readonly cpu: number; readonly memoryGiB: number };
  /**
   * How many graphs of one framework are deployed at once. Each framework has a matrix of its own, so that its graphs wait for its own image
   * alone, and GitHub bounds a matrix (`max-parallel`) but no two together: graphs of the other frameworks run beside these.
   */
  readonly maxParallel: number;
}

/** A runner that GitHub hosts. */
export interface HostedRunnerClass {
  readonly kind: "hosted";
  readonly id: string;
  /** The `runs-on` label, such as `ubuntu-24.04`. */
  readonly label: string;
  readonly arch: Arch;
  /** Trust levels of the jobs that may run on it. */
  readonly trust: readonly Trust[];
}

/** A runner scale set of Actions Runner Controller: ephemeral runners, one pod a job. */
export interface ScaleSetRunnerClass {
  readonly kind: "scale-set";
  readonly id: string;
  /** Name of the scale set, which is also the one `runs-on` label. At most 42 characters. */
  readonly label: string;
  readonly arch: Arch;
  readonly trust: readonly Trust[];
  /** The runner group on GitHub. */
  readonly runnerGroup: string;
  /** Node pool on which its pods run. */
  readonly nodePool: string;
  /** What one runner pod asks for. */
  readonly pod: PodSize;
  /** Idle runners kept. */
  readonly minRunners: number;
  /** Most runners at once. Both 0 drains the set. */
  readonly maxRunners: number;
}

export type RunnerClass = HostedRunnerClass | ScaleSetRunnerClass;

/** Requests (and limits: runner pods are Guaranteed) of one pod. */
export interface PodSize {
  readonly cpu: number;
  readonly memoryGiB: number;
  readonly gpus: number;
  /** Ephemeral storage, GiB. */
  readonly storageGiB: number;
}

/** A check that the ruleset demands before a merge. */
export interface RequiredCheck {
  /** The context exactly as it is reported: a job's name. */
  readonly context: string;
  /** What it does, for people. */
  readonly title: string;
  /** Who reports it: a job of a rendered workflow, or a GitHub App. */
  readonly reporter: { readonly kind: "job"; readonly workflow: string } | { readonly kind: "app"; readonly slug: string };
  /** Id of the GitHub App whose report counts; 15368 is GitHub Actions. */
  readonly appId: number;
  /** When it reports: on every pull request, or once a maintainer has had the pull request mirrored. */
  readonly reports: "every-pull-request" | "after-mirror";
}

/** A secret that jobs read. Its value comes from an encrypted config key of the same name. */
export interface SecretSpec {
  /** Name in GitHub: upper case, digits and `_`. */
  readonly name: string;
  readonly title: string;
  /** The environments that hold it. */
  readonly environments: readonly string[];
  /** An optional secret may be missing in config: jobs that read it then say so and go on. */
  readonly optional: boolean;
}

/** An environment on GitHub: it limits which refs get its secrets and its identity. */
export interface EnvironmentSpec {
  readonly name: string;
  /** Branch patterns that may use it. */
  readonly branches: readonly string[];
  /** Slugs of the teams whose review a job must wait for. */
  readonly reviewers: readonly string[];
  /** Minutes a job waits before it starts, 0 to 43,200. */
  readonly waitMinutes: number;
  /** What its jobs may do in the clouds, or `none`. */
  readonly identity: IdentityPurpose | "none";
}

/** What an identity is for. One cloud identity exists for each. */
export type IdentityPurpose = "pull-request-images" | "main-images" | "deployment-tests" | "preview" | "apply";

/** Prefixes of tags by mode. `{sha}` stands for the commit. */
export type TagPrefixes = Readonly<Record<Mode, string>>;

/** When the nightly run starts. */
export interface Schedule {
  /** Five cron fields, read in `timezone`. */
  readonly cron: string;
  /** IANA name. */
  readonly timezone: string;
}

/** How pull requests from outside get to the backend jobs. */
export interface MirrorBot {
  /** `copy-pr-bot`: NVIDIA's app. `workflow`: the rendered substitute, for organisations that cannot install the app. */
  readonly kind: "copy-pr-bot" | "workflow";
  /** Logins that may ask for a mirror beside those with write access. */
  readonly vetters: readonly string[];
  /** Logins whose signed commits are mirrored without being asked for. */
  readonly trustees: readonly string[];
  readonly syncDrafts: boolean;
  /** Id of the app that alone may write the mirror branches. */
  readonly appId: number;
}

/**
 * GitHub's merge queue of the default branch: a pull request that has passed is tried on what main will be when its turn comes, and GitHub
 * merges it. Numbers are the parameters of the ruleset's `merge_queue` rule, under GitHub's names.
 */
export interface MergeQueue {
  readonly mergeMethod: "MERGE" | "SQUASH" | "REBASE";
  /** `ALLGREEN`: every entry has to pass. With `HEADGREEN` one that failed merges with a later one that passed; coherence refuses that. */
  readonly groupingStrategy: "ALLGREEN" | "HEADGREEN";
  /** Entries whose checks run at once, 1 to 100. */
  readonly maxEntriesToBuild: number;
  /** Entries that are merged together, 1 to 100. */
  readonly minEntriesToMerge: number;
  readonly maxEntriesToMerge: number;
  /** Minutes to wait for the least number of entries, 0 to 360. */
  readonly minEntriesToMergeWaitMinutes: number;
  /** Minutes after which a check that has not reported counts as failed, 1 to 360. */
  readonly checkResponseTimeoutMinutes: number;
  /** Slugs of the apps among the reporters of required checks that report on merge groups too. The queue waits in vain for one that does not. */
  readonly reportingApps: readonly string[];
}

/** The whole pipeline. */
export interface Pipeline {
  readonly repository: Repository;
  readonly frameworks: readonly Framework[];
  readonly components: readonly ComponentImage[];
  readonly core: CoreBuild;
  readonly filters: readonly PathFilter[];
  readonly suites: readonly TestSuite[];
  readonly untested: readonly UntestedImages[];
  readonly deployments: DeploymentTests;
  readonly runnerClasses: readonly RunnerClass[];
  readonly requiredChecks: readonly RequiredCheck[];
  readonly secrets: readonly SecretSpec[];
  readonly environments: readonly EnvironmentSpec[];
  readonly tagPrefixes: TagPrefixes;
  /** Tag prefix of images that a release branch builds; it holds `{sha}`, so that no release branch moves main's tags. */
  readonly releaseTagPrefix: string;
  readonly schedule: Schedule;
  readonly mirrorBot: MirrorBot;
  /** None when left out: pull requests merge on a head that holds main. */
  readonly mergeQueue?: MergeQueue;
  /** Runner class of the short jobs: plan, verdict, notification. */
  readonly defaultRunner: string;
  /** Runner classes that build images, by architecture. */
  readonly builders: Readonly<Record<Arch, string>>;
  /** Owners of `.github/**`, as CODEOWNERS writes them. */
  readonly codeOwners: readonly string[];
}

/** One thing that is wrong: where, what was found, and what is allowed. */
export interface Finding {
  /** Stable name of the check that found it, such as `tag-collision`; findings of config's own shape have none. */
  readonly check?: string;
  /** Path of the value, such as `pipeline.runnerClasses[2].label`. */
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
}
