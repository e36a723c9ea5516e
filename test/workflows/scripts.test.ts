/**
 * The shell scripts of the rendered steps, run as GitHub runs them (`bash --noprofile --norc -eo pipefail`), with stand-ins for docker,
 * kubectl and helm that write down what they were asked. They prove the scripts' own logic, not those tools'.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { seedPipeline } from "../../pipeline/seed";
import { allJobs, parsedWorkflows, settings, withMirrorBot, workflows } from "./support";
import { renderFiles } from "../../workflows/index";
import { git } from "./program-host";
import { folder, run, script, standIn, type Ran } from "./script-host";

const every = allJobs({ ...workflows, ...parsedWorkflows(renderFiles(withMirrorBot, settings)) }).flatMap(({ file, id, job }) =>
  (job.steps ?? []).flatMap(({ name, run: text }) => (text === undefined ? [] : [[`${file} ${id}: ${name}`, text] as const])),
);

test.each(every)("bash reads %s", (_where, text) => {
  expect(spawnSync("bash", ["-n"], { input: text, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
});

describe("tests of an image", () => {
  const env = { SUITE: "unit", MARKERS: "pre_merge and {framework} and gpu_1", FRAMEWORK: "alpha", IMAGE: "alpha-amd64", COLLECT_ONLY: "", SHARD: "", DURATIONS: ".test_durations", WORKERS: "1", GITHUB_WORKSPACE: "/w" };
  const text = script("image.yml", "test", "Test");

  test("run with the framework in their markers", () => {
    standIn("python3");
    expect(run(text, env)).toMatchObject({ status: 0, calls: ["python3 -m pytest --strict-markers -m pre_merge and alpha and gpu_1 --junitxml=/w/reports/unit.xml"] });
  });

  test("run the part of a shard, by the durations that the repository holds", () => {
    standIn("python3");
    expect(run(text, { ...env, SHARD: "2/3" }).calls).toEqual(["python3 -m pytest --strict-markers -m pre_merge and alpha and gpu_1 --splits 3 --group 2 --durations-path /w/.test_durations --junitxml=/w/reports/unit.xml"]);
  });

  test("run with the workers of the contract", () => {
    standIn("python3");
    expect(run(text, { ...env, WORKERS: "4" }).calls).toEqual(["python3 -m pytest --strict-markers -m pre_merge and alpha and gpu_1 -n 4 --junitxml=/w/reports/unit.xml"]);
  });

  test("are collected and not run where there is no GPU, and the reason is said", () => {
    standIn("python3");
    const ran = run(text, { ...env, COLLECT_ONLY: "No GPU." });
    expect(ran.calls).toEqual(["python3 -m pytest --strict-markers -m pre_merge and alpha and gpu_1 --collect-only --quiet"]);
    expect(ran.log).toContain("::notice::Collected and not run: No GPU.");
  });

  test.each([
    [1, 1, ""],
    [2, 2, ""],
    [5, 5, "::error::No test of suite unit fits 'pre_merge and alpha and gpu_1' in alpha-amd64: a suite without tests does not pass for one that ran."],
  ])("pytest's exit %i ends with %i", (code, status, said) => {
    standIn("python3", `exit ${code}`);
    const ran = run(text, env);
    expect(ran.status).toBe(status);
    expect(ran.log).toContain(said);
  });
});

describe("the pod of tests", () => {
  const step = (name: string): string => script("image.yml", "test", name);
  const look = (env: Record<string, string>): Ran => run(step("Look at the pod"), { WANTED_USER: "0", SHARED_MEMORY_GIB: "4", MEMLOCK: "node", ...env });
  const pod = (user: string, sharedMiB: string): void => {
    standIn("id", `echo ${user}`);
    standIn("df", `printf ' 1M-blocks\\n %s\\n' ${sharedMiB}`);
  };

  test("is given its variables before anything else, the checkout included", () => {
    const steps = workflows["image.yml"]!.jobs["test"]!.steps!.map(({ name }) => name);
    expect(steps.slice(0, 2)).toEqual(["Set the environment", "Check out"]);
    run(step("Set the environment"), { TEST_ENVIRONMENT: "HOME=/home/a b\nUSER=$(id)\n", GITHUB_ENV: join(folder, "env") });
    expect(readFileSync(join(folder, "env"), "utf8")).toBe("HOME=/home/a b\nUSER=$(id)\n");
  });

  test("passes where it is as promised", () => {
    pod("0", "4096");
    expect(look({})).toMatchObject({ status: 0 });
  });

  test.each([
    ["another user", "1001", "4096", "The user is 1001, and testContract.user is 0."],
    ["too little shared memory", "0", "64", "/dev/shm has 64 MiB, and testContract.sharedMemoryGiB is 4."],
  ])("%s is told before a test runs into it", (_what, user, shared, said) => {
    pod(user, shared);
    const ran = look({});
    expect(ran.status).toBe(1);
    expect(ran.log).toContain(`::error title=The pod is not what the tests need::${said}`);
  });

  test.each([
    ["a capability without its bit", "00000000a80425fb", 1],
    ["IPC_LOCK", "00000000a80465fb", 0],
  ])("locked memory is looked for: %s", (_what, bits, status) => {
    pod("0", "4096");
    standIn("sed", `echo ${bits}`);
    const limited = `ulimit -l 64\n${step("Look at the pod")}`;
    expect(run(limited, { WANTED_USER: "0", SHARED_MEMORY_GIB: "4", MEMLOCK: "unlimited" }).status).toBe(status);
  });

  test("waits for its services, and says which one does not come", () => {
    standIn("sleep");
    standIn("python3", '[[ "$3" == http://localhost:1/a ]]');
    expect(run(step("Wait for the services"), { READY: "http://localhost:1/a\n" })).toMatchObject({ status: 0 });
    const ran = run(step("Wait for the services"), { READY: "http://localhost:1/a\nhttp://localhost:2/b\n" });
    expect(ran.status).toBe(1);
    expect(ran.log).toContain("::error::http://localhost:2/b did not answer within a minute.");
  });

  test("a sanity command that fails fails the job", () => {
    expect(run(step("Look at the image"), { SANITY: "true && false; true" }).status).toBe(1);
    expect(run(step("Look at the image"), { SANITY: "test -n a" }).status).toBe(0);
  });
});

describe("licence headers", () => {
  // A check of the default pipeline: the fixture has its own.
  const files = renderFiles(seedPipeline, settings);
  const text = script("copyright-checks.yml", "copyright-checks", "Look for SPDX headers", parsedWorkflows(files));
  const settingsFile = ".github/ci/pipeline.json";
  const model = files.find(({ path }) => path === settingsFile)?.content ?? "";
  const header = "# SPDX-FileCopyrightText: x\n# SPDX-License-Identifier: Apache-2.0\n";

  function repository(contents: Readonly<Record<string, string>>): string {
    const directory = join(folder, "repository");
    for (const [path, content] of Object.entries(contents)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    git(directory, "init", "--quiet");
    git(directory, "add", "--all");
    return directory;
  }

  test("are found in every file that needs one", () => {
    const directory = repository({ [settingsFile]: model, "a.py": header, "lib/b.sh": header, "data.json": "{}", ".github/workflows/x.yml": "on: push\n", "empty.py": "" });
    expect(run(text, {}, directory)).toMatchObject({ status: 0, log: "Every file has its header.\n" });
  });

  test("that are missing, or missing a line, are named with the line, and the header to paste is shown", () => {
    const directory = repository({ [settingsFile]: model, "a.py": "print()\n", "lib/b c.sh": "# SPDX-License-Identifier: MIT\n", "ok.py": header });
    const ran = run(text, {}, directory);
    expect(ran.status).toBe(1);
    expect(ran.log.trim().split("\n")).toEqual([
      "::error file=a.py::No line SPDX-FileCopyrightText:",
      "::error file=lib/b c.sh::No line SPDX-FileCopyrightText:",
      "::error file=a.py::No line SPDX-License-Identifier:",
      "The header to paste, behind # or //:",
      ...seedPipeline.copyright.header.map((line) => line.replace("{year}", String(new Date().getFullYear()))),
    ]);
  });

  test.each([["without the model's file", {}], ["with a model that names no file", { [settingsFile]: '{ "copyright": { "languages": [], "tags": ["SPDX"], "ignored": [] } }' }]])("fail %s", (_, contents) => {
    const ran = run(text, {}, repository({ ...contents, "ok.py": header }));
    expect(ran.status).toBe(1);
    expect(ran.log).toContain("::error::.github/ci/pipeline.json names no file or no line of a header.");
  });
});

describe("what a build is prepared by", () => {
  const text = script("image.yml", "build", "Prepare the build");
  const env = { EMPTY_CONTEXT: "empty", PREPARE: "", PREPARE_IMAGE: "", WRITES: "" };
  const prepared = (change: Partial<typeof env>): Ran => run(text, { ...env, GITHUB_WORKSPACE: folder, ...change });

  test("is nothing where nothing is to be done, and the empty context is made", () => {
    expect(prepared({}).status).toBe(0);
    expect(existsSync(join(folder, "empty"))).toBe(true);
  });

  test("fails where the command fails, and where it did not write what it was to write", () => {
    expect(prepared({ PREPARE: "false | true" }).status).toBe(1);
    const ran = prepared({ PREPARE: "touch made", WRITES: "made\n" });
    expect([ran.status, ran.log]).toEqual([1, "::error::The command that prepares the build did not write made.\n"]);
    expect(prepared({ PREPARE: "echo FROM x >made", WRITES: "made\n" }).status).toBe(0);
  });

  test("runs in its image, with the checkout as its folder", () => {
    standIn("docker");
    expect(prepared({ PREPARE: "python3 render.py", PREPARE_IMAGE: "python:3.12" }).calls).toEqual([
      expect.stringMatching(`^docker run --rm --user [0-9]+:[0-9]+ --env HOME=/tmp --volume ${folder}:/workspace --workdir /workspace python:3.12 sh -euc python3 render.py$`),
    ]);
  });
});

describe("secrets that the Dockerfile does not mount", () => {
  const text = script("image.yml", "build", "Mount secrets beside those of the Dockerfile");

  function mounted(dockerfile: string, mounts = "session key-id TOKEN\nprefix key-id PREFIX\n"): { readonly ran: Ran; readonly written: string } {
    writeFileSync(join(folder, "Dockerfile"), dockerfile);
    const ran = run(text, { DOCKERFILE: "Dockerfile", MOUNTS: mounts });
    return { ran, written: readFileSync(join(folder, "Dockerfile"), "utf8") };
  }

  test.each([
    ["behind the other one", "RUN --mount=type=secret,id=key-id,env=KEY \\\n  make\n"],
    ["whatever the order of its options", "RUN --mount=id=key-id,type=secret make\n"],
    ["in each RUN", "RUN --mount=type=secret,id=key-id,env=KEY a\nRUN --mount=type=cache,target=/c --mount=type=secret,id=key-id,env=KEY b\n"],
    ["at a line's end", "RUN --mount=type=secret,id=key-id,required=true\\\n  make\n".replace("true\\", "true \\")],
  ])("are mounted %s", (_, dockerfile) => {
    const { ran, written } = mounted(dockerfile);
    expect(ran.status).toBe(0);
    const count = (part: string): number => written.split(part).length - 1;
    expect([count("--mount=type=secret,id=session,env=TOKEN"), count("--mount=type=secret,id=prefix,env=PREFIX")]).toEqual([count("id=key-id"), count("id=key-id")]);
    // What is left without them is the Dockerfile as it was.
    expect(written.replaceAll(/ --mount=type=secret,id=(session|prefix),env=[A-Z]+/g, "")).toBe(dockerfile);
  });

  test.each([
    ["another id", "RUN --mount=type=secret,id=key,env=KEY make\n"],
    ["a longer id", "RUN --mount=type=secret,id=key-id-2,env=KEY make\n"],
    ["none", "RUN make\n"],
  ])("fail the build where the Dockerfile mounts %s", (_, dockerfile) => {
    const { ran, written } = mounted(dockerfile);
    expect([ran.status, written]).toEqual([1, dockerfile]);
    expect(ran.log).toContain("::error file=Dockerfile::No RUN mounts the secret key-id, beside which session is to be mounted.");
  });
});

describe("room on a machine of GitHub's", () => {
  const text = script("dynamo-status-check.yml", "core", "Make room");
  const free = (root: number, second?: number): void => {
    standIn("sudo", "[[ $1 != tee ]] || cat >/dev/null");
    standIn("docker", "echo /var/lib/docker");
    standIn("mountpoint", second === undefined ? "exit 1" : "exit 0");
    standIn("df", `case "\${!#}" in /mnt*) echo " ${second ?? root}" ;; *) echo " ${root}" ;; esac`);
  };

  test("is taken on the second disk where that has more", () => {
    free(20, 66);
    const ran = run(text, { NEEDED_GIB: "45" });
    expect([ran.status, ran.log]).toEqual([0, "66 GiB are free below /mnt/docker; the core container needs 45.\n"]);
    expect(ran.calls).toEqual(expect.arrayContaining(["sudo systemctl stop docker.socket docker.service", "sudo systemctl start docker.service"]));
  });

  test.each([[90, undefined], [90, 66]])("is left where the first disk has enough: %s and %s GiB", (root, second) => {
    free(root, second);
    const ran = run(text, { NEEDED_GIB: "45" });
    expect(ran.status).toBe(0);
    expect(ran.calls.filter((call) => call.includes("systemctl"))).toEqual([]);
  });

  test("fails the job where there is too little, and says what to do", () => {
    free(30);
    const ran = run(text, { NEEDED_GIB: "45" });
    expect(ran.status).toBe(1);
    expect(ran.log).toContain("::error::This machine has 30 GiB free and the core container needs 45. Run the job again for another machine, or name a class with a larger disk in core.runners.");
  });
});

describe("commands in the core container", () => {
  const job = workflows["dynamo-status-check.yml"]!.jobs["core"]!;
  const named = (start: string): string => job.steps!.find(({ name }) => name?.startsWith(start))!.run!;

  test("run in one container, on the files that the image holds", () => {
    standIn("docker");
    run(named("Start the container"), { CORE_IMAGE: "core:x", GITHUB_WORKSPACE: "/work" });
    const { calls } = run(named("Rust: tests"), { COMMAND: "cargo test", DIRECTORY: "/workspace" });
    expect(calls).toEqual([
      "docker run --detach --name core-container --network host --volume /work:/checkout --entrypoint sleep core:x infinity",
      "docker exec core-container mkdir --parents /tmp/reports",
      "docker exec --workdir /workspace core-container bash -euo pipefail -c cargo test",
    ]);
  });

  test.each([[0, ""], [1, ""], [5, "::error::No test fits 'fast': a pass without tests does not pass for one that ran.\n"]])("pytest's exit %i is the step's", (code, said) => {
    standIn("docker", `exit ${code}`);
    const ran = run(named("pytest: all"), { PASS: "all", MARKERS: "fast", DIRECTORY: "/workspace" });
    expect([ran.status, ran.log, ran.calls]).toEqual([code, said, ["docker exec --workdir /workspace core-container python3 -m pytest --strict-markers -m fast --basetemp=/tmp/pytest-all --junitxml=/tmp/reports/all.xml"]]);
  });
});
