/** Who waits, simulated before and after, for a report. */
import { capacityChart, compareCapacity } from "../../report/capacity";
import type { ReadConfig, ReportInput } from "../../report/preview";
import { phase } from "../../sandbox/cli/phase";

/** Undefined where the config as it will be cannot be read; the report says so elsewhere. @throws CapacityError for a stack that cannot be simulated */
export async function simulated(before: ReadConfig, after: ReadConfig): Promise<ReportInput["capacity"]> {
  if (after === undefined || "error" in after) return undefined;
  const former = before === undefined || "error" in before ? undefined : before;
  return phase("capacity", async (say) => {
    const comparison = compareCapacity(after, former, { progress: (done) => say(`${done} weeks`) });
    return [{ comparison, chart: capacityChart(comparison) }, `${comparison.replications} weeks`];
  });
}

