/** What answers for the hosts of charts: every archive by the address that a program names, and nothing else. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { archiveOf, cachedCharts, chartFolder, digestOf, putChart, type CachedChart } from "../../../sandbox/kubernetes/helm/published/cache";
import { startChartServer, type ChartServer } from "../../../sandbox/kubernetes/helm/published/server";
import { chooseCharts } from "../../../sandbox/plugins/choice";

const ARCHIVE = Buffer.from("an archive");

let folder: string;
let server: ChartServer;
let charts: CachedChart[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "chart-server-"));
  charts = [
    await putChart(folder, { reference: "oci://ghcr.io/a/b/set", version: "1.0.0+build" }, ARCHIVE, { name: "set", version: "1.0.0+build" }),
    await putChart(folder, { reference: "plugin", repository: "https://example.github.io/charts", version: "2.0.0" }, ARCHIVE, { name: "plugin", version: "2.0.0" }),
    await putChart(folder, { reference: "plugin", repository: "https://example.github.io/charts", version: "2.1.0" }, Buffer.from("another"), { name: "plugin", version: "2.1.0" }),
  ];
  server = await startChartServer(folder, charts, () => undefined);
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function ask(host: string, path: string, method = "GET"): Promise<{ status: number; digest: unknown; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(`${server.url}${path}`, { method, headers: { host } }, (answer) => {
      let text = "";
      answer.on("data", (part: Buffer) => (text += part.toString())).on("end", () => resolve({ status: answer.statusCode ?? 0, digest: answer.headers["docker-content-digest"], text }));
    });
    asked.on("error", reject).end();
  });
}

test("answers for the hosts of its charts", () => {
  expect(server.hosts).toEqual(["ghcr.io", "example.github.io"]);
});

test("a registry has the manifest by tag and by digest, and the blobs that it names", async () => {
  const byTag = await ask("ghcr.io", "/v2/a/b/set/manifests/1.0.0_build");
  expect(byTag).toMatchObject({ status: 200, digest: digestOf(byTag.text) });
  expect(await ask("ghcr.io", `/v2/a/b/set/manifests/${digestOf(byTag.text)}`)).toEqual(byTag);
  expect(await ask("ghcr.io", "/v2/a/b/set/manifests/1.0.0_build", "HEAD")).toEqual({ ...byTag, text: "" });
  const { config, layers } = JSON.parse(byTag.text) as { config: { digest: string }; layers: { digest: string; size: number }[] };
  expect(layers).toMatchObject([{ digest: charts[0]!.digest, size: ARCHIVE.length }]);
  expect(await ask("ghcr.io", `/v2/a/b/set/blobs/${layers[0]!.digest}`)).toMatchObject({ status: 200, text: "an archive" });
  expect(JSON.parse((await ask("ghcr.io", `/v2/a/b/set/blobs/${config.digest}`)).text)).toEqual({ name: "set", version: "1.0.0+build" });
  expect(JSON.parse((await ask("ghcr.io", "/v2/a/b/set/tags/list")).text)).toEqual({ name: "a/b/set", tags: ["1.0.0_build"] });
});

test("a repository lists its charts with their digests, and has their archives", async () => {
  const { entries } = parse((await ask("example.github.io", "/charts/index.yaml")).text) as { entries: Record<string, { version: string; urls: string[]; digest: string }[]> };
  expect(Object.keys(entries)).toEqual(["plugin"]);
  expect(entries["plugin"]!.map(({ version, urls, digest }) => [version, urls, `sha256:${digest}`])).toEqual([
    ["2.0.0", ["plugin-2.0.0.tgz"], charts[1]!.digest],
    ["2.1.0", ["plugin-2.1.0.tgz"], charts[2]!.digest],
  ]);
  expect(await ask("example.github.io", "/charts/plugin-2.1.0.tgz")).toMatchObject({ status: 200, text: "another" });
});

test.each([
  ["another tag", "ghcr.io", "/v2/a/b/set/manifests/1.0.0", "GET", 404],
  ["another digest", "ghcr.io", `/v2/a/b/set/blobs/${digestOf("x")}`, "GET", 404],
  ["an archive by the name of a manifest", "ghcr.io", `/v2/a/b/set/manifests/${digestOf(ARCHIVE)}`, "GET", 404],
  ["another repository", "ghcr.io", "/v2/a/b/other/manifests/1.0.0_build", "GET", 404],
  ["one host's chart at another", "example.github.io", "/v2/a/b/set/manifests/1.0.0_build", "GET", 404],
  ["a version that was not published", "example.github.io", "/charts/plugin-3.0.0.tgz", "GET", 404],
  ["a file beside the charts", "example.github.io", "/charts/../index.json", "GET", 404],
  ["a push", "ghcr.io", "/v2/a/b/set/blobs/uploads", "POST", 405],
])("refuses %s", async (_, host, path, method, status) => {
  expect((await ask(host, path, method)).status).toBe(status);
});

test("an archive that is missing or another is no chart", async () => {
  const lost = { ...charts[0]!, digest: digestOf("lost") };
  await expect(archiveOf(folder, lost)).rejects.toThrow("is missing; make charts fetches it again");
});

test("a chart that is put there again takes the place of the one before", async () => {
  const other = await mkdtemp(join(tmpdir(), "charts-"));
  try {
    const address = { reference: "oci://ghcr.io/a/b/set", version: "1.0.0" };
    for (const archive of ["first", "second"]) await putChart(other, address, Buffer.from(archive), { name: "set", version: "1.0.0" });
    expect((await cachedCharts(other)).map(({ digest }) => digest)).toEqual([digestOf("second")]);
    await writeFile(join(other, "index.json"), '[{"reference": 1}]');
    await expect(cachedCharts(other)).rejects.toThrow(`is no index of charts; remove ${other}, and make charts fills it again`);
  } finally {
    await rm(other, { recursive: true, force: true });
  }
});

test("the sandbox's own providers take no chart, and a cache without charts gives none", async () => {
  expect(chartFolder({ GPU_CICD_CHARTS: "/elsewhere" })).toBe("/elsewhere");
  expect(chartFolder({})).toMatch(/charts$/);
  expect(await cachedCharts(join(folder, "none"))).toEqual([]);
  expect(await chooseCharts("ours", { GPU_CICD_CHARTS: folder })).toBeUndefined();
  expect(await chooseCharts("real", { GPU_CICD_CHARTS: join(folder, "none") })).toBeUndefined();
});
