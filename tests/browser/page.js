// SPDX-License-Identifier: MIT
// Debian's Chromium on a page that must be silent: an error on its console, an exception, a request
// that fails or a breach of the Content-Security-Policy fails the test.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { output } from "./server.js";

const executablePath = process.env.TILL_CHROMIUM ?? "/usr/bin/chromium";

export const widths = { phone: 390, tablet: 820, desktop: 1360 };

export async function launch() {
  // A container's root has no user namespaces for the sandbox; the pages are ours.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, args: [...args, "--disable-gpu", "--force-color-profile=srgb"] });
}

// A page and what it complained of. `expected` statuses are answers that the test provokes.
export async function open(browser, { width = widths.desktop, height = 900, scheme = "light", locale = "en-GB" } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: scheme, locale, timezoneId: "Europe/Berlin", reducedMotion: "reduce",
    acceptDownloads: true,
  });
  const page = await context.newPage();
  const complaints = [];
  const expected = new Set();
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    const status = /status of (\d+)/.exec(message.text());
    if (status && expected.has(Number(status[1]))) return;
    complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(`exception: ${error.stack}`));
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== "net::ERR_ABORTED") complaints.push(`${request.url()}: ${request.failure()?.errorText}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  return {
    page, context, expected,
    silent: () => assert.deepEqual(complaints, [], "the page complained"),
    shot: async (name) => {
      mkdirSync(output, { recursive: true });
      await page.screenshot({ path: join(output, `${name}.png`), fullPage: true });
    },
    close: () => context.close(),
  };
}
