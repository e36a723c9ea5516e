/** One line for each phase of a long job, with the time it took. */
import { startProgress } from "../tools/progress";

/** `work` may report its state as it goes, and ends with its result and a summary for the line. */
export async function phase<T>(name: string, work: (report: (state: string) => void) => Promise<readonly [T, string]>): Promise<T> {
  const progress = startProgress(name, process.stdout);
  try {
    const [result, summary] = await work((state) => progress.update(state));
    progress.done(summary);
    return result;
  } catch (error) {
    progress.done("failed");
    throw error;
  }
}
