/** One line of progress for work that takes long: rewritten in place on a terminal, now and then elsewhere. */

const TERMINAL_EVERY_MS = 500;
const LOG_EVERY_MS = 15_000;

export interface Progress {
  update(state: string): void;
  done(state: string): void;
}

/** `what` leads every line; the elapsed seconds follow. `out` is standard error by default. */
export function startProgress(what: string, out: NodeJS.WriteStream = process.stderr): Progress {
  const started = Date.now();
  let state = "";
  const line = (): string => `${what}: ${state} (${Math.round((Date.now() - started) / 1000)} s)`;
  const show = (): void => {
    if (out.isTTY) out.write(`\r\u001b[K${line().slice(0, out.columns - 1)}`);
    else out.write(`${line()}\n`);
  };
  const timer = setInterval(show, out.isTTY ? TERMINAL_EVERY_MS : LOG_EVERY_MS);
  return {
    update: (now) => {
      state = now;
    },
    done: (now) => {
      clearInterval(timer);
      state = now;
      show();
      if (out.isTTY) out.write("\n");
    },
  };
}
