// SPDX-License-Identifier: MIT
// Swagger UI at /docs/ under its strict policy: log in by "Try it out", "Authorize", list orders.
import assert from "node:assert/strict";
import { launch, open } from "./page.js";
import { suite } from "./server.js";

async function execute(page, id, body) {
  const block = page.locator(`[id$="-${id}"].opblock`);
  await block.locator(".opblock-summary-control").click();
  await block.getByRole("button", { name: "Try it out" }).click();
  if (body) await block.locator("textarea.body-param__text").fill(JSON.stringify(body));
  await block.getByRole("button", { name: "Execute" }).click();
  const live = block.locator(".live-responses-table .response").first();
  await live.waitFor();
  const status = (await live.locator(".response-col_status").innerText()).split("\n")[0].trim();
  return { status, text: await live.locator(".response-col_description").innerText() };
}

const browser = await launch();
try {
  await suite({
    "the page lists the routes, and trying them out works": async ({ url, passwords }) => {
      const desk = await open(browser);
      const { page } = desk;
      const answer = await page.goto(`${url}/docs/`);
      assert.match(answer.headers()["content-security-policy"], /^default-src 'none'; script-src 'self'; style-src 'self';/);
      await page.locator(".opblock").first().waitFor();
      const { paths } = await (await fetch(`${url}/openapi.json`)).json();
      const operations = Object.values(paths).flatMap((path) => Object.keys(path));
      assert.equal(await page.locator(".opblock").count(), operations.length);
      await desk.shot("docs");

      desk.expected.add(401);
      assert.equal((await execute(page, "listPayments")).status, "401");
      const login = await execute(page, "login", { username: "alice", password: passwords.alice });
      assert.equal(login.status, "200");
      const access = /"access": "([^"]+)"/.exec(login.text)[1];
      await page.locator(".auth-wrapper .authorize").click();
      const dialog = page.locator(".dialog-ux");
      await dialog.locator("input").fill(access);
      await dialog.getByRole("button", { name: "Apply credentials" }).click();
      await dialog.getByRole("button", { name: "Close" }).click();
      const orders = await execute(page, "listOrders");
      assert.equal(orders.status, "200");
      assert.match(orders.text, /"product_name": "Teapot/);
      await desk.shot("docs-tried");
      desk.silent();
      await desk.close();
    },
  });
} finally {
  await browser.close();
}
