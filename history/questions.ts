/** The questions that a look at a system's health asks of history, in SQL over the views of the store. Times are in UTC, durations in minutes. */

/** Minutes between two columns. */
const minutes = (from: string, to: string): string => `(epoch(${to}) - epoch(${from})) / 60.0`;

/** From the first event to the last verdict, by what a run was for. A run that was cancelled tells nothing of how long one takes. */
export const FEEDBACK = `
SELECT kind, count(*) AS runs, quantile_cont(${minutes("started", "ended")}, 0.5) AS p50, quantile_cont(${minutes("started", "ended")}, 0.95) AS p95
FROM runs WHERE conclusion IN ('success', 'failure') AND workflow IN (SELECT DISTINCT workflow FROM runs SEMI JOIN reports USING (run, attempt))
GROUP BY kind ORDER BY kind`;

/** How long jobs of a runner class waited for their machine. */
export const WAITS = `
SELECT "runnerClass" AS class, count(*) AS jobs, quantile_cont(wait, 0.5) AS p50, quantile_cont(wait, 0.95) AS p95
FROM (SELECT "runnerClass", greatest(0, ${minutes("created", "started")}) AS wait FROM jobs WHERE started IS NOT NULL AND "runnerClass" IS NOT NULL)
GROUP BY class ORDER BY p95 DESC, class`;

/** GPU minutes and amounts, by what runs were for. */
export const SPENT_BY_KIND = spent("runs.kind");
export const SPENT_BY_FRAMEWORK = spent(`coalesce(jobs.framework, '-')`);
export const SPENT_BY_SUITE = spent(`coalesce(jobs.suite, jobs.work)`);
export const SPENT_BY_PULL = `${spent("runs.pull", "runs.pull IS NOT NULL")} LIMIT 20`;

function spent(by: string, where = "true"): string {
  return `
SELECT CAST(${by} AS VARCHAR) AS subject, count(DISTINCT runs.commit) AS commits, round(sum(jobs.gpus * length), 3) AS gpus, round(sum(coalesce(price, 0) / 60 * length), 3) AS amount
FROM (SELECT *, greatest(0, ${minutes("started", "ended")}) AS length FROM jobs WHERE started IS NOT NULL AND ended IS NOT NULL) AS jobs
JOIN runs USING (run, attempt) LEFT JOIN prices ON prices.class = jobs."runnerClass"
WHERE ${where} GROUP BY subject ORDER BY gpus DESC, amount DESC, subject`;
}

/**
 * Each workflow of main and of the nights whose last run failed: since which commit, and when. Only runs after the last good one are red together. An attempt
 * that a later attempt of the same run replaced does not count.
 */
export const RED = `
WITH last AS (SELECT * FROM runs WHERE kind IN ('main', 'nightly', 'release') AND conclusion IN ('success', 'failure', 'timed_out')
              QUALIFY row_number() OVER (PARTITION BY run ORDER BY attempt DESC) = 1),
     good AS (SELECT workflow, kind, max(created) AS at FROM last WHERE conclusion = 'success' GROUP BY workflow, kind)
SELECT last.workflow, last.kind, count(*) AS runs, strftime(min(last.created), '%Y-%m-%d %H:%M') AS since, arg_min(last.commit, last.created) AS commit, arg_min(last.run, last.created) AS run
FROM last LEFT JOIN good USING (workflow, kind) WHERE last.conclusion <> 'success' AND (good.at IS NULL OR last.created > good.at)
GROUP BY last.workflow, last.kind ORDER BY since, last.workflow`;

/** Tests that failed in the first red run of each workflow. */
export const RED_TESTS = `SELECT image, suite, test, message FROM cases WHERE run = $run AND outcome = 'failed' ORDER BY image, suite, test LIMIT 5`;

/**
 * A flake is a test with both outcomes on one commit, in one image and suite, whether in two runs or in two tries of one job. What it cost is the GPU
 * minutes of the jobs in which it failed though the commit was good: their work is done again.
 */
export const FLAKES = `
WITH ran AS (SELECT image, suite, test, run, attempt, outcome, tries FROM cases WHERE outcome <> 'skipped'),
     -- Few: what passed is looked for only where something failed.
     bad AS (SELECT DISTINCT image, suite, test, commit FROM ran JOIN runs USING (run, attempt) WHERE outcome = 'failed' OR tries > 1),
     seen AS (SELECT ran.*, commit FROM ran JOIN runs USING (run, attempt) SEMI JOIN bad USING (image, suite, test, commit)),
     flaky AS (SELECT image, suite, test, commit FROM seen GROUP BY ALL HAVING count(*) FILTER (outcome = 'passed') > 0 AND count(*) FILTER (outcome = 'failed' OR tries > 1) > 0),
     costs AS (SELECT run, attempt, image, suite, sum(gpus * ${minutes("started", "ended")}) AS gpus FROM jobs WHERE suite IS NOT NULL AND started IS NOT NULL AND ended IS NOT NULL GROUP BY ALL),
     worst AS (SELECT image, suite, test, count(DISTINCT commit) AS flaky, count(*) FILTER (outcome = 'failed' OR tries > 1) AS failures,
                 round(coalesce(sum(gpus) FILTER (outcome = 'failed'), 0), 3) AS gpus
               FROM seen SEMI JOIN flaky USING (image, suite, test, commit) LEFT JOIN costs USING (run, attempt, image, suite)
               GROUP BY ALL ORDER BY gpus DESC, flaky DESC, image, suite, test LIMIT $most),
     commits AS (SELECT image, suite, test, count(DISTINCT commit) AS commits FROM ran SEMI JOIN worst USING (image, suite, test) JOIN runs USING (run, attempt) GROUP BY ALL)
SELECT * FROM worst JOIN commits USING (image, suite, test) ORDER BY gpus DESC, flaky DESC, image, suite, test`;

/** The tests on which most time is spent. */
export const SLOW = `
SELECT image, suite, test, count(*) AS runs, round(avg(seconds) / 60, 3) AS mean, round(sum(seconds) / 60, 3) AS total FROM cases WHERE outcome <> 'skipped'
GROUP BY image, suite, test ORDER BY total DESC, image, suite, test LIMIT $most`;

/** Jobs that a machine failed, by what it was. */
export const FAULTS = `SELECT fault, count(*) AS jobs, round(sum(gpus * greatest(0, ${minutes("started", "ended")})), 3) AS gpus FROM jobs WHERE fault IS NOT NULL GROUP BY fault ORDER BY jobs DESC, fault`;

/**
 * Test jobs that succeeded and left no report that could be read: nobody knows what they ran. A suite that is only collected leaves none either and is not
 * told apart here.
 */
export const BLIND = `
SELECT jobs.image, jobs.suite, count(*) AS jobs, any_value(reports.unreadable) AS why
FROM jobs LEFT JOIN reports USING (run, attempt, image, suite)
WHERE jobs.work = 'test' AND jobs.conclusion = 'success' AND (reports.artifact IS NULL OR reports.unreadable IS NOT NULL OR reports.cases = 0)
GROUP BY jobs.image, jobs.suite ORDER BY jobs DESC, jobs.image, jobs.suite`;

/** One row a week, from Monday. */
export const WEEKS = `
WITH ended AS (SELECT *, date_trunc('week', created) AS week FROM runs),
     used AS (SELECT date_trunc('week', runs.created) AS week, round(sum(jobs.gpus * greatest(0, ${minutes("jobs.started", "jobs.ended")})) / 60, 3) AS gpus
              FROM jobs JOIN runs USING (run, attempt) WHERE jobs.started IS NOT NULL AND jobs.ended IS NOT NULL GROUP BY week)
SELECT strftime(ended.week, '%Y-%m-%d') AS week, count(DISTINCT ended.commit) FILTER (kind = 'pull request') AS pushes,
  quantile_cont(${minutes("started", "ended")}, 0.5) FILTER (kind = 'pull request' AND conclusion IN ('success', 'failure') AND workflow IN (SELECT DISTINCT workflow FROM runs SEMI JOIN reports USING (run, attempt))) AS feedback,
  avg(CASE WHEN conclusion = 'success' THEN 0.0 ELSE 1.0 END) FILTER (kind = 'main' AND conclusion <> 'cancelled') AS red,
  avg(CASE WHEN attempt > 1 THEN 1.0 ELSE 0.0 END) AS again, any_value(used.gpus) AS gpus
FROM ended LEFT JOIN used USING (week) GROUP BY ended.week ORDER BY ended.week`;

/** How much there is. */
export const EXTENT = `
SELECT (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM jobs) AS jobs, (SELECT count(*) FROM cases) AS cases,
  (SELECT strftime(min(created), '%Y-%m-%d') FROM runs) AS first, (SELECT strftime(max(created), '%Y-%m-%d') FROM runs) AS last`;
