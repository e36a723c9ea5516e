/** The command line itself: names, help, errors, exit codes, and values that come by make. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMMANDS } from "../../cli/commands";
import { targetOf, type Command, type Entry } from "../../cli/kit/command";
import { exitsOf } from "../../cli/kit/exits";
import { shownFlag } from "../../cli/kit/read";
import { variableOf } from "../../cli/kit/usage";
import { call, callByMake } from "./kit/call";

jest.setTimeout(60_000);

const PROJECT = join(__dirname, "..", "..");

describe("a name", () => {
  test("that is none is refused, with those that there are and the one that is near", async () => {
    const { code, out, err } = await call(["explian"]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain('unknown command "explian": allowed are rehearse, sandbox up, ');
    expect(err).toContain("(Did you mean explain?)");
    expect((await call(["xyz"])).err).not.toContain("Did you mean");
  });

  test("of a group needs its second word", async () => {
    expect((await call(["sandbox"])).err).toBe("sandbox needs one more word: allowed are sandbox up, sandbox down, sandbox status, sandbox env\n");
    expect((await call(["sandbox", "--help"])).out).toContain("sandbox up");
    expect((await call(["sandbox", "sideways"])).err).toContain('unknown command "sandbox sideways": allowed are sandbox up, ');
  });

  test("may not be missing, nor be an option", async () => {
    expect(await call([])).toMatchObject({ code: 1, out: "", err: expect.stringMatching(/^Usage: gpu-cicd COMMAND/) as string });
    expect(await call(["--colour"])).toMatchObject({ code: 1, err: expect.stringContaining("unknown option --colour") as string });
  });

  test("is one command's alone, and so is its target", () => {
    for (const names of [COMMANDS.map(({ name }) => name), COMMANDS.map(targetOf)]) expect(new Set(names).size).toBe(names.length);
  });
});

describe.each(COMMANDS.map((entry) => [entry.name, entry] as const))("%s", (name, entry) => {
  let command: Command;
  beforeAll(async () => {
    command = (await (entry as Entry).load()).command;
  });

  test("has help with every option, its default, its make variable, an example and every exit code", async () => {
    const { code, out, err } = await call([...name.split(" "), "--help"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const unfolded = out.replaceAll(/\s+/g, " ");
    for (const [key, option] of Object.entries(command.options)) {
      expect(out).toContain(shownFlag(key, option));
      expect(unfolded).toContain(`make: ${variableOf(key)}`);
      if (option.placeholder !== undefined && option.fallback !== undefined) expect(unfolded).toContain(`default: ${option.fallback}; `);
    }
    expect(command.examples.length).toBeGreaterThan(0);
    for (const [line] of command.examples) expect(out).toContain(`gpu-cicd ${line}`);
    for (const [, meaning] of exitsOf(command)) expect(out).toContain(meaning);
    expect(readFileSync(join(PROJECT, "docs", "commands.md"), "utf8")).toContain(`## ${name}\n`);
  });

  test("refuses an unknown option, and every default is allowed", async () => {
    const { code, out, err } = await call([...name.split(" "), "--no-such-option"]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("unknown option --no-such-option: ");
    for (const { fallback, read } of Object.values(command.options)) if (fallback !== undefined) expect(read(fallback)).toBeDefined();
  });
});

describe("options", () => {
  test("that are wrong are told all at once, each with what is allowed", async () => {
    const { code, err } = await call(["capacity", "--colour=red", "--stack", "--format=yaml", "--weeks", "4", "--replications=x"]);
    expect([code, err.split("\n")]).toEqual([
      1,
      [
        "unknown option --colour: allowed are --stack, --base, --format, --out, --recommend, --target, --replications, --seed, --help",
        expect.stringContaining("unknown option --weeks: ") as string,
        "--stack needs a value: --stack STACK",
        '--format is "yaml": allowed are text, json',
        '--replications is "x": allowed are whole numbers from 4 to 200',
        "npx gpu-cicd capacity --help says more.",
        "",
      ],
    ]);
  });

  test("with a value are given once, and switches have none", async () => {
    const { code, err } = await call(["capacity", "--stack", "prod", "--recommend=1", "--stack=dev"]);
    expect([code, err.split("\n").slice(0, 2)]).toEqual([1, ["--recommend takes no value", "--stack is given more than once: allowed is once"]]);
  });

  test("do not take the next option for their value, and end at --", async () => {
    expect((await call(["audit", "--state", "--format=x"])).err).toContain("--state needs a value: --state FILE\n");
    expect((await call(["tools", "--", "--list"])).err).toContain('"--list" is no tool of the sandbox: allowed are ');
  });

  test("alone are taken where a command knows no words", async () => {
    expect((await call(["audit", "prod"])).err).toContain('unexpected argument "prod": the command takes only options\n');
  });
});

describe("variables of make", () => {
  test("that are unknown or wrong are told in make's words, all at once", async () => {
    const { code, err } = await callByMake("explain", { EVNT: "push", STACK: "stage", FORMAT: "yaml", FILES: "'a" });
    expect([code, err.split("\n").slice(0, 4)]).toEqual([
      1,
      [
        "unknown variable EVNT: allowed are EVENT, REF, STACK, FILES_FROM, BASE, DIR, FORMAT, FILES",
        "FILES: the quote ' at character 1 has no end",
        'STACK is "stage": allowed are dev, prod',
        'FORMAT is "yaml": allowed are text, json',
      ],
    ]);
  });

  test("come from the environment too, and those of the command line go before", async () => {
    const environment = { STACK: "stage", UNRELATED: "x" };
    expect((await callByMake("explain", { FILES: "docs/a.md" }, { environment })).err).toContain('STACK is "stage"');
    expect((await callByMake("explain", { FILES: "docs/a.md", STACK: "dev" }, { environment })).code).toBe(0);
  });

  test("are no option of a command that make did not call", async () => {
    expect((await call(["explain", "docs/a.md"], { environment: { STACK: "stage" } })).code).toBe(0);
  });

  test("turn switches on and off", async () => {
    expect((await callByMake("rehearse", { CLEAN: "maybe", KEEP: "never" })).err).toContain('CLEAN is "maybe": allowed are 1 and 0\nKEEP is "never": allowed are 1 and 0\n');
  });

  test("are not handed on to what a command starts", async () => {
    const environment: NodeJS.ProcessEnv = { GPU_CICD_MAKE: "FILES SANDBOX_DIR", GPU_CICD_MAKE_FILES: "docs/a.md", GPU_CICD_MAKE_SANDBOX_DIR: "/tmp/a $b" };
    const { main } = await import("../../cli/main.ts");
    await main(["explain"], { out: () => undefined, err: () => undefined, stdin: process.stdin, watched: false, environment });
    expect(environment).toEqual({ SANDBOX_DIR: "/tmp/a $b" });
  });
});

describe("a file to write", () => {
  test.each([
    [["audit", "--out", "/dev/null/x"], '--out is "/dev/null/x": /dev/null is no folder'],
    [["report", "--out", "/dev/null"], '--out is "/dev/null": '],
    [["render", "--out", "/dev/null/x"], '--out is "/dev/null/x": /dev/null is no folder'],
    [["capacity", "--out", PROJECT], "it is a folder, and a file is wanted"],
  ])("that cannot be written is told before anything is done: %j", async (args, message) => {
    const { code, out, err } = await call(args);
    expect({ code, out, err }).toEqual({ code: 1, out: "", err: expect.stringContaining(message) as string });
  });

  test("is made with its folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cli-"));
    try {
      const state = join(folder, "state.json");
      writeFileSync(state, "{}");
      const { err } = await call(["audit", `--state=${state}`, `--out=${join(folder, "a", "b.txt")}`]);
      expect(err).not.toContain("--out");
      expect(existsSync(join(folder, "a"))).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
