import { readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { bundlePath, MAX_PROGRAM_BYTES } from "../../workflows/bundle";
import { PROGRAMS } from "../../workflows/steps";

describe.each(PROGRAMS)("%s.mjs", (program) => {
  const committed = readFileSync(bundlePath(program), "utf8");

  test("is under 100 KB", () => {
    expect(Buffer.byteLength(committed)).toBeLessThan(MAX_PROGRAM_BYTES);
  });

  test("imports nothing but Node's own modules", () => {
    const imported = [...committed.matchAll(/^import .* from "([^"]+)";$/gm)].map(([, name]) => name ?? "");
    expect(imported.filter((name) => !name.startsWith("node:"))).toEqual([]);
  });

  test("is a module that Node reads", () => {
    expect(spawnSync(process.execPath, ["--check", bundlePath(program)], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });
});
