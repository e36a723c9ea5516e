/** `InstallDependencies` of the language runtime, for `pulumi install`. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ServerWritableStream } from "@grpc/grpc-js";
import { InstallDependenciesResponse, type InstallDependenciesRequest } from "@pulumi/pulumi/proto/language_pb";
import { ended } from "./child";
import { runtimeOptions } from "./options";

type Stream = ServerWritableStream<InstallDependenciesRequest, InstallDependenciesResponse>;

/** Installs with npm: exactly the lock file where there is one. Throws an Error for another package manager and when npm fails. */
export async function installDependencies(stream: Stream): Promise<void> {
  const info = stream.request.getInfo();
  if (!info) throw new Error("the engine sent no program information");
  const manager = info.getOptions()?.toJavaScript()["packagemanager"] ?? "auto";
  if (manager !== "auto" && manager !== "npm") throw new Error(`the sandbox installs with npm, not with '${String(manager)}'`);
  const directory = info.getProgramDirectory();
  const command = existsSync(join(directory, "package-lock.json")) ? "ci" : "install";
  const child = spawn("npm", [command, ...(runtimeOptions(info).production ? ["--omit=dev"] : [])], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (text: Buffer) => say(stream, (message) => message.setStdout(text)));
  child.stderr.on("data", (text: Buffer) => say(stream, (message) => message.setStderr(text)));
  const ending = await ended(child);
  if ("error" in ending) throw new Error(`npm cannot be started: ${ending.error.message}`);
  if (!("code" in ending) || ending.code !== 0) throw new Error(`npm ${command} failed in ${directory}`);
  stream.end();
}

function say(stream: Stream, fill: (message: InstallDependenciesResponse) => void): void {
  const message = new InstallDependenciesResponse();
  fill(message);
  stream.write(message);
}
