/** Pages in a real browser: they need nothing from elsewhere, everybody can read them in light and in dark, and nothing that others wrote gets out. */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { withBrowser } from "../../../cli/browser";
import { capacityChart, compareCapacity, FEWEST_REPLICATIONS } from "../../../report/capacity";
import { capacitySection } from "../../../report/preview/capacity";
import { toHtml } from "../../../report/render";
import type { Report } from "../../../report/preview/model";
import { fixture } from "../../fixture";
import { failedReport, sampleReport } from "./sample";

jest.setTimeout(180_000);

interface AxeResult {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[];
  readonly passes: readonly { readonly id: string }[];
}

let browser: Browser;
let closed: Promise<void>;
let close: () => void;
beforeAll(async () => {
  await new Promise<void>((ready, failed) => {
    closed = withBrowser(async (opened) => {
      browser = opened;
      ready();
      await new Promise<void>((resolve) => (close = resolve));
    }).catch(failed);
  });
});
afterAll(async () => {
  close();
  await closed;
});

/** Shows a page, and gives what it asked for besides itself. */
async function shown(html: string, colorScheme: "light" | "dark", look: (page: Page) => Promise<void>): Promise<readonly string[]> {
  const context = await browser.newContext({ colorScheme, bypassCSP: true, viewport: { width: 1100, height: 900 } });
  const asked: string[] = [];
  try {
    const page = await context.newPage();
    page.on("request", (request) => asked.push(request.url()));
    page.on("dialog", (dialog) => void dialog.dismiss().then(() => asked.push(`dialog ${dialog.message()}`)));
    await page.setContent(html, { waitUntil: "load" });
    await look(page);
    return asked;
  } finally {
    await context.close();
  }
}

async function axe(page: Page): Promise<AxeResult> {
  await page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))");
  await page.addScriptTag({ content: await readFile(require.resolve("axe-core/axe.min.js"), "utf8") });
  return page.evaluate<AxeResult>("axe.run()");
}

/** A report with a chart as a simulation draws it. */
function simulatedReport(): Report {
  const stack = fixture("small");
  const comparison = compareCapacity(stack, stack, { replications: FEWEST_REPLICATIONS });
  return { ...sampleReport(), capacity: capacitySection(comparison, capacityChart(comparison)) };
}

describe.each([
  ["a report", sampleReport],
  ["a failed preview's", failedReport],
  ["a report with a chart", simulatedReport],
])("%s", (_, sample) => {
  test.each(["light", "dark"] as const)("passes every rule of axe in %s", async (scheme) => {
    await shown(toHtml(sample()), scheme, async (page) => {
      const { violations, passes } = await axe(page);
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`)).toEqual([]);
      // Contrast was measured, not left undecided.
      expect(passes.map(({ id }) => id)).toContain("color-contrast");
    });
  });

  test("asks for nothing but itself", async () => {
    const html = toHtml(sample());
    const asked = await shown(html, "light", async () => undefined);
    expect(asked.filter((url) => !url.startsWith("data:") && url !== "about:blank")).toEqual([]);
    expect(html).not.toMatch(/(?:href|src|srcset|action|poster)="(?!#|data:)/);
    expect(html).not.toMatch(/@import|url\(/);
  });
});

/** Elements by tag and nesting, without any text. */
function skeleton(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const of = (element) => element.tagName + "(" + [...element.children].map(of).join() + ")";
    return of(document.body);
  })()`);
}

test("hostile texts stay texts", async () => {
  const hostile = '</code></td></table></pre></details><script>alert("out")</script><img src=x onerror=alert(1)><style>*{display:none}</style>"><b>\u202E';
  const of = async (report: Report): Promise<string> => {
    let found = "";
    const asked = await shown(toHtml(report), "light", async (page) => {
      found = await skeleton(page);
    });
    expect(asked.filter((url) => !url.startsWith("data:") && url !== "about:blank")).toEqual([]);
    return found;
  };
  expect(await of(sampleReport((text) => `${hostile}${text}`))).toBe(await of(sampleReport((text) => `${"x".repeat(hostile.length)}${text}`)));
  expect(toHtml(sampleReport((text) => `${hostile}${text}`))).not.toContain("\u202E");
});

test("is one page with headings in order and a way to each section", async () => {
  await shown(toHtml(sampleReport()), "light", async (page) => {
    expect(await page.title()).toBe("prod: dangerous change");
    expect(await page.locator("nav a").allTextContents()).toEqual(["Dangers", "What it means for CI", "Cost per month", "Who will wait", "Policies", "Resources", "Drift", "Warnings"]);
    for (const target of await page.locator("nav a").evaluateAll((links) => links.map((link) => link.getAttribute("href")!))) expect(await page.locator(target).count()).toBe(1);
  });
});
