/** Calls the command line in this process, as bin/gpu-cicd.cjs does in its own. */
import { Readable } from "node:stream";
import { main } from "../../../cli/main";
import type { Io } from "../../../cli/kit/command";

export interface Called {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Surroundings {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string | Buffer;
  /** True where standard input is a terminal. */
  readonly terminal?: boolean;
}

/** An Io that keeps what is printed. */
export function keptIo({ environment = {}, input = "", terminal = false }: Surroundings = {}): { readonly io: Io; readonly kept: { out: string; err: string } } {
  const kept = { out: "", err: "" };
  const stdin = Object.assign(Readable.from([Buffer.from(input)]), { isTTY: terminal });
  const io: Io = { out: (text) => void (kept.out += text), err: (text) => void (kept.err += text), stdin, watched: false, environment: { ...process.env, ...environment } };
  return { io, kept };
}

export async function call(args: readonly string[], surroundings: Surroundings = {}): Promise<Called> {
  const { io, kept } = keptIo(surroundings);
  return { code: await main(args, io), ...kept };
}

/** As `call`, of a target of make with variables on its command line. */
export function callByMake(target: string, variables: Readonly<Record<string, string>>, surroundings: Surroundings = {}): Promise<Called> {
  const given = Object.fromEntries(Object.entries(variables).map(([name, value]) => [`GPU_CICD_MAKE_${name}`, value]));
  return call([target], { ...surroundings, environment: { ...surroundings.environment, ...given, GPU_CICD_MAKE: Object.keys(variables).join(" ") } });
}
