/** Real plugins in a sandbox: what leads them to it, and that what is built is what the SDK means. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { connect as connectSecurely } from "node:tls";
import { choosePlugins } from "../../../sandbox/plugins/choice";
import { startProxy, type Proxy } from "../../../sandbox/plugins/proxy";
import { cachedPath, isCached } from "../../../sandbox/tools/cache";

const HOST = "api.example.com";

describe("the proxy of plugins", () => {
  let cloud: Server;
  let proxy: Proxy;
  const logged: string[] = [];
  beforeAll(async () => {
    cloud = createServer((asked, answer) => {
      const parts: Buffer[] = [];
      asked.on("data", (part: Buffer) => parts.push(part)).on("end", () => answer.writeHead(201, { "x-from": "cloud" }).end(`${asked.method} ${asked.url} ${asked.headers["authorization"]} ${Buffer.concat(parts).toString()}`));
    });
    await new Promise<void>((resolve) => cloud.listen(0, "127.0.0.1", resolve));
    proxy = await startProxy(new Map([[HOST, `http://127.0.0.1:${(cloud.address() as AddressInfo).port}`]]), (line) => logged.push(line));
  });
  afterAll(async () => {
    await proxy.stop();
    cloud.closeAllConnections();
    cloud.close();
  });

  function tunnel(to: string): Promise<{ status: number; socket: Socket }> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: "127.0.0.1", port: proxy.port, method: "CONNECT", path: to });
      asked.on("connect", ({ statusCode = 0 }, socket) => resolve({ status: statusCode, socket }));
      asked.on("error", reject);
      asked.end();
    });
  }

  async function through(text: string, authority: string | undefined): Promise<string> {
    const { socket } = await tunnel(`${HOST}:443`);
    return new Promise((resolve, reject) => {
      const secure = connectSecurely({ socket, servername: HOST, ...(authority === undefined ? {} : { ca: authority }) }, () => secure.write(text));
      let answer = "";
      secure.on("data", (part: Buffer) => (answer += part.toString())).on("end", () => resolve(answer)).on("error", reject);
    });
  }

  test("ends the TLS of a host that the sandbox answers for, and hands the request over whole", async () => {
    const answer = await through(`PUT /things/1?x=2 HTTP/1.1\r\nHost: ${HOST}\r\nAuthorization: Bearer t\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody`, proxy.authority);
    expect(answer).toMatch(/^HTTP\/1\.1 201 /);
    expect(answer).toContain("x-from: cloud");
    expect(answer).toContain("PUT /things/1?x=2 Bearer t body");
  });

  test("is trusted by whoever is given its authority, and by nobody else", async () => {
    await expect(through(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, undefined)).rejects.toThrow(/certificate/);
  });

  test.each(["api.github.com:443", `${HOST}:80`, "169.254.169.254:443"])("refuses %s, and says so", async (to) => {
    const { status, socket } = await tunnel(to);
    socket.destroy();
    expect(status).toBe(403);
    expect(logged.at(-1)).toContain(`refused a plugin's connection to ${to}`);
  });

  test("hands over no request for a host that it was not asked to reach", async () => {
    expect(await through("GET / HTTP/1.1\r\nHost: other.example.com\r\nConnection: close\r\n\r\n", proxy.authority)).toMatch(/^HTTP\/1\.1 421 /);
  });
});

describe("the choice of providers", () => {
  test("of ours takes no plugin, and of the others one that Pulumi has installed already", async () => {
    expect(await choosePlugins("ours")).toEqual({ plugins: {}, missing: [] });
    const home = mkdtempSync(join(tmpdir(), "plugins-"));
    try {
      const { version } = JSON.parse(readFileSync(join(sdk(), "package.json"), "utf8")) as { version: string };
      const folder = join(home, "plugins", `resource-github-v${version}`);
      execFileSync("mkdir", ["-p", folder]);
      execFileSync("touch", [join(folder, "pulumi-resource-github")]);
      expect(await choosePlugins("real", { PULUMI_HOME: home })).toEqual({ plugins: { github: { version, path: join(folder, "pulumi-resource-github") } }, missing: [] });
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});

const sdk = (): string => dirname(require.resolve("@pulumi/github/package.json"));

interface Built {
  readonly version: string;
  readonly resources: Readonly<Record<string, { readonly tok: string; readonly fields?: Readonly<Record<string, { readonly maxItemsOne?: boolean }>> }>>;
  readonly provider: { readonly resources: Readonly<Record<string, Readonly<Record<string, { readonly maxItems?: number; readonly optional?: boolean; readonly required?: boolean }>>>> };
}

function built(): Built {
  expect(isCached("pulumi-resource-github")).toBe(true);
  return JSON.parse(execFileSync(cachedPath("pulumi-resource-github"), ["-get-provider-info"], { encoding: "utf8", maxBuffer: 1 << 24 })) as Built;
}

test("the GitHub plugin that is built takes a list where @pulumi/github has one, and one thing where it has one thing", () => {
  const { resources, provider } = built();
  const told = Object.entries(provider.resources).flatMap(([name, schema]) => {
    const { tok, fields } = resources[name]!;
    const types = readFileSync(join(sdk(), `${tok.split("/")[1]!.split(":")[0]}.d.ts`), "utf8");
    const args = types.slice(types.indexOf(`interface ${tok.split(":").at(-1)}Args {`));
    return Object.entries(schema)
      .filter(([, { maxItems, optional, required }]) => maxItems === 1 && (optional === true || required === true))
      .map(([field]) => {
        const camel = field.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
        const type = new RegExp(`\\n    ${camel}(?:s|es)?\\??: (.*);`).exec(args)?.[1];
        return { field: `${tok} ${field}`, one: fields?.[field]?.maxItemsOne ?? true, sdkOne: type === undefined ? undefined : !type.includes("[]") };
      });
  });
  expect(told.length).toBeGreaterThan(10);
  expect(told.filter(({ one, sdkOne }) => one !== sdkOne)).toEqual([]);
});

test("the GitHub plugin that is built has exactly the resource types of @pulumi/github", () => {
  const { resources, version } = built();
  const types = readdirSync(sdk()).filter((file) => file.endsWith(".js")).flatMap((file) => /__pulumiType = '(github:[^']+)'/.exec(readFileSync(join(sdk(), file), "utf8"))?.[1] ?? []);
  expect(types.length).toBeGreaterThan(80);
  expect(Object.values(resources).map(({ tok }) => tok).sort()).toEqual(types.sort());
  expect(version).toBe((JSON.parse(readFileSync(join(sdk(), "package.json"), "utf8")) as { version: string }).version);
});
