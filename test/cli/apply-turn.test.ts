/** Whose turn an apply is: it waits for the lock, and for nothing else. */
import { inTurn, LockedError } from "../../cli/apply/turn";

/** Attempts that end with errors in turn, then well; what was waited, and how often it was tried. */
async function tried(errors: readonly Error[], minutes: number): Promise<{ readonly result: unknown; readonly attempts: number; readonly seconds: number }> {
  let [attempts, seconds] = [0, 0];
  const attempt = (): Promise<string> => {
    const error = errors[attempts++];
    return error === undefined ? Promise.resolve("applied") : Promise.reject(error);
  };
  const pause = (more: number): Promise<void> => Promise.resolve(void (seconds += more));
  const result = await inTurn({ minutes, log: () => undefined, pause }, attempt).catch((error: Error) => error.message);
  return { result, attempts, seconds };
}

const locked = new LockedError("locked");

test("waits while another engine holds the stack, and tries the whole again", async () => {
  expect(await tried([locked, locked], 60)).toEqual({ result: "applied", attempts: 3, seconds: 60 });
});

test("gives up after its time, with what to do", async () => {
  expect(await tried([locked, locked, locked, locked], 1)).toEqual({ result: "locked", attempts: 3, seconds: 60 });
  expect(await tried([locked], 0)).toEqual({ result: "locked", attempts: 1, seconds: 0 });
});

test("waits for nothing else", async () => {
  expect(await tried([new Error("not reviewed")], 60)).toEqual({ result: "not reviewed", attempts: 1, seconds: 0 });
});
