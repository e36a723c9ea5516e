/** The command line as a process. */
import { main } from "./main";

/** Runs what the process was called with. Its output may be read by something that stops early, such as `head`: nothing is wrong then. */
export async function runProcess(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", beUnread);
  process.exitCode = await main(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    stdin: process.stdin,
    watched: process.stderr.isTTY,
    environment: process.env,
  });
}

/** Nobody reads any more. The command goes on: it may be in the middle of an apply. */
function beUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
}
