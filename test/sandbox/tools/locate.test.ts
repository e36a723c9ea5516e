/** Which executable of the machine is used. Fakes stand for the tools; that the real ones print such versions is seen when they are built. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { locate } from "../../../sandbox/tools/locate";
import { findVersion, fits } from "../../../sandbox/tools/version";

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "tools-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function fake(directory: string, name: string, script: string): string {
  mkdirSync(join(root, directory), { recursive: true });
  const path = join(root, directory, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** The fakes come first; the rest is what a shell script needs. */
function environment(directories: readonly string[], assets?: string): NodeJS.ProcessEnv {
  const path = directories.map((directory) => join(root, directory)).join(delimiter);
  return { PATH: path, ...(assets === undefined ? {} : { KUBEBUILDER_ASSETS: join(root, assets) }) };
}

test("the first fitting executable along the PATH is used", async () => {
  fake("a", "etcd", "echo 'etcd Version: 3.5.9'");
  const second = fake("b", "etcd", "echo 'etcd Version: 3.6.12'");
  expect(await locate("etcd", environment(["a", "b"]))).toEqual({
    found: { path: second, version: "3.6.12" },
    passedOver: [{ path: join(root, "a", "etcd"), reason: "version 3.5.9 is outside >=3.6.0 <3.8.0" }],
  });
});

test("KUBEBUILDER_ASSETS goes before the PATH", async () => {
  fake("a", "kube-apiserver", "echo 'Kubernetes v1.36.1'");
  const asset = fake("assets", "kube-apiserver", "echo 'Kubernetes v1.36.9'");
  expect((await locate("kube-apiserver", environment(["a"], "assets"))).found).toEqual({ path: asset, version: "1.36.9" });
});

test("kubectl's own version counts, not that of what it brings along", async () => {
  const kubectl = fake("a", "kubectl", "printf 'clientVersion:\\n  compiler: gc\\n  gitVersion: v1.36.2\\n  goVersion: go1.26.8\\nkustomizeVersion: v5.8.1\\n'");
  expect((await locate("kubectl", environment(["a"]))).found).toEqual({ path: kubectl, version: "1.36.2" });
});

test.each([
  ["one that fails", "exit 3", /^it does not run: Command failed/],
  ["one that says nothing", "true", /^it prints no version$/],
  ["one that is too new", "echo v4.0.0", /^version 4\.0\.0 is outside >=3\.274\.0 <4\.0\.0$/],
])("%s is passed over, with the reason", async (_name, script, reason) => {
  fake("a", "pulumi", script);
  const { found, passedOver } = await locate("pulumi", environment(["a"]));
  expect(found).toBeUndefined();
  expect(passedOver).toEqual([{ path: join(root, "a", "pulumi"), reason: expect.stringMatching(reason) as string }]);
});

test("moto_server is never taken from the machine: it tells nobody its version", async () => {
  fake("a", "moto_server", "echo 5.2.5");
  expect(await locate("moto_server", environment(["a"]))).toEqual({ passedOver: [] });
});

test.each([
  ["Kubernetes v1.36.3", [1, 36, 3]],
  ["act version 0.2.89", [0, 2, 89]],
  ["v1.32.4-dispatcher", [1, 32, 4]],
  ["go1.26", undefined],
  ["no version", undefined],
])("the version in '%s'", (text, version) => {
  expect(findVersion(text)).toEqual(version);
});

test("a range holds its lower end and not its upper one", () => {
  const range = { least: [1, 36, 0], below: [1, 38, 0] } as const;
  expect([[1, 35, 9], [1, 36, 0], [1, 37, 9], [1, 38, 0]].map((version) => fits(version as [number, number, number], range))).toEqual([false, true, true, false]);
});
