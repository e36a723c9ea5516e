/** The executable `pulumi-language-nodejs` of a sandbox: the engine starts it with its own address last, and reads the port from its output. */
import { version } from "@pulumi/pulumi/package.json";
import { startLanguageHost } from "./languageHost";

async function main(): Promise<void> {
  const engineAddress = process.argv.slice(2).filter((argument) => !argument.startsWith("-")).at(-1) ?? "";
  const host = await startLanguageHost(engineAddress, version);
  process.stdout.write(`${host.port}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end(host.stop));
  // The engine holds the other end of standard input: it closes when the engine is gone, however it went.
  process.stdin.on("end", () => end(host.stop)).on("error", () => end(host.stop)).resume();
}

function end(stop: () => void): void {
  stop();
  process.exit(0);
}

void main();
