/** A Chromium for screenshots and for looking at pages as a reader's browser does. Found on the machine; on Debian, root can have it installed. */
import { spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { chromium, type Browser } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"] as const;

/** Connections that a browser makes for itself are of no use here, and some machines answer them slowly. */
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-gpu", "--disable-quic"];

/** Where a Chromium is: `CHROMIUM` names one, else the first on PATH; undefined when there is none. */
export async function findChromium(): Promise<string | undefined> {
  const named = process.env["CHROMIUM"];
  const places = named !== undefined ? [named] : (process.env["PATH"] ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  for (const place of places) {
    if (await executable(place)) return place;
  }
  return undefined;
}

/**
 * A Chromium, installed with Debian's package manager where this process may. Shows what it does on standard error.
 * @throws Error that says how to get one.
 */
export async function ensureChromium(): Promise<string> {
  const found = await findChromium();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && (await executable("/usr/bin/apt-get"))) {
    process.stderr.write("installing chromium with apt-get\n");
    await apt("update", "--quiet");
    await apt("install", "--quiet", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core");
  }
  const installed = await findChromium();
  if (installed === undefined) throw new Error("Chromium is needed, none found; install it (Debian: apt-get install chromium) or name one in CHROMIUM");
  return installed;
}

/** Runs a browser for as long as `use` needs it. */
export async function withBrowser<Result>(use: (browser: Browser) => Promise<Result>): Promise<Result> {
  // As root, as in containers, Chromium has no sandbox of its own; it is shown only pages of ours.
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: QUIET, chromiumSandbox: process.getuid?.() !== 0 });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

function apt(...args: readonly string[]): Promise<void> {
  const child = spawn("/usr/bin/apt-get", args, { stdio: ["ignore", 2, 2], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  return new Promise((resolve, reject) => child.once("error", reject).once("close", (code) => (code === 0 ? resolve() : reject(new Error(`apt-get ${args[0]} ended with ${code}`)))));
}

async function executable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(() => true, () => false);
}
