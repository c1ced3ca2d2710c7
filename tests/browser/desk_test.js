// SPDX-License-Identifier: MIT
// A new operator's day at /admin/: log in, find, confirm, ship, refund, page, export, change settings,
// log out; with the keyboard, on a phone, in the dark, and two at the same order.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { readQr, totp } from "./authenticator.js";
import { launch, open, widths } from "./page.js";
import { seed } from "./seed.js";
import { suite } from "./server.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function settled(page) {
  await page.locator("main:not([aria-busy])").waitFor();
  await page.locator("[aria-busy]").waitFor({ state: "detached" });
}

async function go(desk, hash) {
  await desk.page.evaluate((to) => { location.hash = to; }, hash);
  await desk.page.waitForFunction((to) => location.hash === to, hash);
  await settled(desk.page);
}

async function login(desk, server, name) {
  await desk.page.goto(`${server.url}/admin/`);
  await desk.page.getByLabel("User name").fill(name);
  await desk.page.getByLabel("Password").fill(server.passwords[name]);
  await desk.page.keyboard.press("Enter");
  await desk.page.getByRole("navigation").waitFor();
  await settled(desk.page);
}

async function act(desk, name, fields = {}, confirm = name) {
  await desk.page.getByRole("button", { name, exact: true }).first().click();
  const dialog = desk.page.getByRole("dialog");
  for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label).fill(value);
  await dialog.getByRole("button", { name: confirm, exact: true }).click();
  return dialog;
}

// As `act`, and it works.
async function done(desk, ...how) {
  const dialog = await act(desk, ...how);
  await dialog.waitFor({ state: "detached" });
  await settled(desk.page);
}

async function assertAccessible(desk, where) {
  await desk.page.evaluate(axe);
  const { violations } = await desk.page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join("\n")}`), [], where);
}

const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

const browser = await launch();
let shop;
const tests = {
  "a shop with every kind of thing": async (server) => {
    shop = await seed(server);
  },

  "the dashboard shows what the reports say, for the price of two requests": async (server) => {
    const asked = [];
    const desk = await open(browser);
    desk.page.on("request", (request) => asked.push(new URL(request.url())));
    await login(desk, server, "sam");
    const bounds = asked.find(({ pathname }) => pathname === "/reports/totals/").searchParams.get("bounds").split(",");
    const [begins, ends] = bounds.slice(-2);
    assert.ok(bounds.length === 15 && Date.parse(begins) <= Date.now() && Date.now() < Date.parse(ends), "the last day is today");
    const totals = await shop.root.call("GET", `/reports/totals/?bounds=${begins},${ends}`);
    const counted = (measure, currency) => totals.rows.filter((row) => row.measure === measure && (!currency || row.currency === currency));
    const placed = counted("orders_placed").reduce((sum, row) => sum + row.count, 0);
    assert.ok(placed > 10, "the seed places orders today");
    const tile = (name) => desk.page.locator(".tile", { hasText: name }).locator("strong");
    assert.equal(await tile("Orders today").textContent(), String(placed));
    const [yen] = counted("payments_received", "JPY");
    assert.ok((await tile("Revenue today").textContent()).includes(`¥${Number(yen.amount).toLocaleString("en-US")}`));
    for (const currency of ["USD", "JPY"]) await desk.page.getByRole("figure", { name: `Revenue, ${currency}` }).waitFor();
    const reports = asked.filter(({ pathname }) => pathname.startsWith("/reports/"));
    assert.deepEqual(reports.map(({ pathname }) => pathname).sort(), ["/reports/standing/", "/reports/totals/"]);
    assert.ok(asked.filter(({ pathname }) => pathname === "/orders/").length <= 1, "orders are not added up in the page");
    await desk.shot("dashboard-figures");
    desk.silent();
    await desk.close();
  },

  "whoever is no staff stays outside, and is told so": async (server) => {
    const desk = await open(browser);
    desk.expected.add(403).add(400);
    await desk.page.goto(`${server.url}/admin/`);
    await desk.page.getByLabel("User name").fill("alice");
    await desk.page.getByLabel("Password").fill("wrong-password");
    await desk.page.keyboard.press("Enter");
    await desk.page.getByRole("alert").getByText("Unable to log in").waitFor();
    await desk.shot("login-refused");
    await desk.page.getByLabel("Password").fill(server.passwords.alice);
    await desk.page.keyboard.press("Enter");
    await desk.page.getByText("The desk is for staff").waitFor();
    desk.silent();
    await desk.close();
  },

  "an operator confirms prices, ships, is stopped by what is not paid, and delivers": async (server) => {
    const desk = await open(browser);
    await login(desk, server, "sam");
    await go(desk, "#/orders");
    await desk.page.getByLabel(/^Id/).fill(String(shop.ids.order));
    await desk.page.keyboard.press("Enter");
    await desk.page.getByRole("heading", { level: 1, name: `Order ${shop.ids.order}` }).waitFor();
    await settled(desk.page);
    await done(desk, "Ship");
    await desk.page.getByText("Order shipped").waitFor();
    await done(desk, "Mark delivered");
    await go(desk, `#/orders/${shop.ids.claimed}`);
    await done(desk, "Confirm prices");
    await desk.page.locator(".badge.verified").waitFor();
    desk.expected.add(409);
    const dialog = await act(desk, "Ship");
    await dialog.getByRole("alert").waitFor();
    await desk.shot("refused");
    await desk.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await done(desk, "Cancel order");
    await desk.page.locator("h1 + .badges .cancelled").waitFor();
    assert.equal((await shop.root.call("GET", `/orders/${shop.ids.claimed}/`)).status, "cancelled");
    desk.silent();
    await desk.close();
  },

  "money goes back in parts, and not twice": async (server) => {
    const desk = await open(browser);
    await login(desk, server, "sam");
    await go(desk, `#/payments/${shop.ids.payment}`);
    await done(desk, "Refund", { "Amount in USD": "499.00", Reason: "Scratched veneer" });
    assert.equal((await shop.root.call("GET", `/payments/${shop.ids.payment}/`)).refunded, "499.00");
    await desk.page.getByText("Scratched veneer").waitFor();
    await desk.page.locator("dd").getByText("12,001.00").waitFor();
    desk.expected.add(400).add(409);
    const dialog = await act(desk, "Refund", { "Amount in USD": "12499.01" });
    await dialog.getByRole("alert").waitFor();
    await desk.page.keyboard.press("Escape");
    desk.silent();
    await desk.close();
  },

  "a refund on its way ends one way or the other, and of two who read the payment one refunds": async (server) => {
    const order = await shop.root.call("POST", "/orders/", { items: [{ product_name: "Sieve", quantity: 1, price: "20.00" }] });
    const { id } = await shop.root.call("POST", "/payments/", { order: order.id, status: "completed" });
    await shop.root.call("PATCH", `/orders/${order.id}/`, { status: "shipped" });
    const payment = () => shop.root.call("GET", `/payments/${id}/`);
    const desks = [await open(browser), await open(browser)];
    for (const desk of desks) {
      await login(desk, server, "sam");
      await go(desk, `#/payments/${id}`);
    }
    const [desk, late] = desks;
    const begin = async (sum) => {
      await desk.page.getByRole("button", { name: "Refund", exact: true }).click();
      const dialog = desk.page.getByRole("dialog");
      await dialog.getByLabel("Amount in USD").fill(sum);
      await dialog.getByLabel("already gone back").uncheck();
      await dialog.getByRole("button", { name: "Refund", exact: true }).click();
      await dialog.waitFor({ state: "detached" });
      await desk.page.getByRole("button", { name: "has gone back" }).waitFor();
    };
    await begin("2.00");
    late.expected.add(412);
    await done(late, "Refund", { "Amount in USD": "2.00" });
    await late.page.getByText("Somebody else has changed this payment").waitFor();
    await late.page.getByRole("button", { name: "has gone back" }).waitFor();
    assert.equal((await payment()).refunding, "2.00");
    const settle = async (button, action, badge) => {
      await desk.page.getByRole("button", { name: button }).click();
      await desk.page.getByRole("dialog").getByRole("button", { name: action }).click();
      await desk.page.getByRole("button", { name: button }).waitFor({ state: "detached" });
      await desk.page.locator(`.badge.${badge}`).first().waitFor();
    };
    await desk.shot("refund-pending");
    await assertAccessible(desk, "a pending refund");
    await settle(/^Refund \d+ has gone back$/, "Gone back", "succeeded");
    assert.equal((await payment()).refunded, "2.00");
    await begin("3.00");
    await settle(/^Refund \d+ failed$/, "Refund failed", "failed");
    assert.equal((await payment()).refunding, "2.00");
    for (const each of desks) {
      each.silent();
      await each.close();
    }
  },

  "nobody gets out of a dialog while it acts, so that nothing is sent twice": async (server) => {
    const desk = await open(browser);
    await login(desk, server, "sam");
    await go(desk, `#/payments/${shop.ids.payment}`);
    let sent = 0;
    let release;
    const gate = new Promise((resolve) => { release = resolve; });
    await desk.page.route("**/refunds/", async (route) => {
      if (route.request().method() === "POST") {
        sent += 1;
        await gate;
      }
      await route.continue();
    });
    const dialog = await act(desk, "Refund", { "Amount in USD": "1.00", Reason: "Once" });
    await desk.page.locator("dialog[aria-busy]").waitFor();
    assert.ok(await dialog.getByRole("button", { name: "Not now" }).isDisabled());
    // Chromium holds nobody by the first Esc's event alone.
    for (let i = 0; i < 3; i += 1) await desk.page.keyboard.press("Escape");
    assert.ok(await dialog.isVisible());
    assert.ok(await desk.page.evaluate(() => document.querySelector("dialog").matches(":modal")));
    // As a phone's gesture may, whatever the page says.
    await desk.page.evaluate(() => document.querySelector("dialog").close());
    await desk.page.waitForFunction(() => document.querySelector("dialog")?.matches(":modal"));
    release();
    await dialog.waitFor({ state: "detached" });
    await desk.page.getByText("Once").waitFor();
    assert.equal(sent, 1);
    await desk.page.unroute("**/refunds/");
    desk.silent();
    await desk.close();
  },

  "what an action ran into is said, though the session ended meanwhile": async (server) => {
    const desk = await open(browser);
    desk.expected.add(401);
    await login(desk, server, "sam");
    await go(desk, `#/payments/${shop.ids.payment}`);
    const ended = { status: 401, contentType: "application/json", body: JSON.stringify({ detail: "This session is over." }) };
    await desk.page.route("**/refunds/", (route) => route.fulfill(ended));
    await desk.page.route("**/token/refresh/", (route) => route.fulfill(ended));
    await act(desk, "Refund", { "Amount in USD": "1.00" });
    await desk.page.getByText("Your session has ended").waitFor();
    await desk.page.locator(".toast", { hasText: "Give money back This session is over." }).waitFor();
    assert.equal(await desk.page.getByRole("dialog").count(), 0);
    desk.silent();
    await desk.close();
  },

  "a shop that does not answer is no reason to ask for a password": async (server) => {
    const desk = await open(browser);
    await login(desk, server, "sam");
    desk.expected.add(503).add(502);
    const down = (status) => ({ status, contentType: "text/html", body: "<h1>Bad gateway</h1>" });
    await desk.page.route("**/openapi.json", (route) => route.fulfill(down(502)));
    await desk.page.reload();
    await desk.page.getByRole("alert").getByText("The shop answers 502.").waitFor();
    await desk.shot("down");
    await desk.page.unroute("**/openapi.json");
    await desk.page.route("**/auth/user/", (route) => route.fulfill(down(503)));
    await desk.page.getByRole("button", { name: "Try again" }).click();
    await desk.page.getByRole("alert").getByText("The shop answers 503.").waitFor();
    await desk.page.unroute("**/auth/user/");
    await desk.page.getByRole("button", { name: "Try again" }).click();
    await desk.page.getByRole("navigation").waitFor();
    await settled(desk.page);
    desk.silent();
    await desk.close();
  },

  "two at the same order: the second is told": async (server) => {
    const order = await shop.root.call("POST", "/orders/", { items: [{ product_name: "Sample", quantity: 1, price: "0.00" }] });
    const desks = [await open(browser), await open(browser)];
    for (const desk of desks) {
      await login(desk, server, "sam");
      await go(desk, `#/orders/${order.id}`);
    }
    await done(desks[0], "Ship");
    desks[1].expected.add(412);
    await done(desks[1], "Cancel order");
    await desks[1].page.getByText("Somebody else has changed this order").waitFor();
    await desks[1].shot("second");
    assert.equal((await shop.root.call("GET", `/orders/${order.id}/`)).status, "shipped");
    for (const desk of desks) {
      desk.silent();
      await desk.close();
    }
  },

  "two at the settings: the second is told": async (server) => {
    const desks = [await open(browser), await open(browser)];
    for (const desk of desks) {
      await login(desk, server, "root");
      await go(desk, "#/settings");
    }
    await done(desks[0], "Change Shop name", { "Shop name": "First" }, "Save");
    desks[1].expected.add(412);
    await done(desks[1], "Change Shop name", { "Shop name": "Second" }, "Save");
    await desks[1].page.getByText("Somebody else has changed the settings").waitFor();
    assert.equal((await shop.root.call("GET", "/settings/")).find(({ name }) => name === "shop_name").value, "First");
    await done(desks[1], "Change Shop name", { "Shop name": "Second" }, "Save");
    assert.equal((await shop.root.call("GET", "/settings/")).find(({ name }) => name === "shop_name").value, "Second");
    for (const desk of desks) {
      desk.silent();
      await desk.close();
    }
  },

  "lists filter, page and export; cells are safe for spreadsheets": async (server) => {
    const desk = await open(browser);
    await login(desk, server, "sam");
    await go(desk, "#/orders");
    const rows = desk.page.locator("tbody tr");
    assert.equal(await rows.count(), 50);
    await desk.page.getByRole("button", { name: "Show more" }).click();
    await settled(desk.page);
    assert.equal(await rows.count(), 100);
    await desk.page.getByLabel("State").selectOption("delivered");
    await desk.page.waitForFunction(() => location.hash.includes("status=delivered"));
    await settled(desk.page);
    assert.ok(await rows.count() > 0);
    assert.equal(await desk.page.locator("tbody .badge.delivered").count(), await rows.count());
    await go(desk, "#/orders");
    const [file] = await Promise.all([desk.page.waitForEvent("download"), desk.page.getByRole("button", { name: "Export" }).click()]);
    const csv = readFileSync(await file.path(), "utf8");
    const lines = csv.trimEnd().split("\r\n");
    assert.ok(lines.length > 135, `${lines.length} lines`);
    assert.match(csv, /浴衣/);
    assert.match(csv, /,JPY,129200,/);
    assert.match(csv, /,BHD,36\.000,/);
    await go(desk, "#/users?find=maxi");
    assert.equal(await rows.count(), 1);
    await go(desk, "#/events");
    await desk.page.locator("tbody").getByText("Order placed").first().waitFor();
    desk.silent();
    await desk.close();
  },

  "a cell that a spreadsheet would run stays text": async (server) => {
    const desk = await open(browser);
    await desk.page.goto(`${server.url}/admin/`);
    const line = await desk.page.evaluate(async () => (await import(new URL("export.js", location.href).href)).lineOf(
      ["=1+1", "+1", "-1", "-1.50", "-x", "@a", "\t=a", "\n=a", "a\tb", "a,b", "a\"b", "a\nb", null, 0, "'x"]));
    assert.equal(line, "'=1+1,'+1,-1,-1.50,'-x,'@a,\"'\t=a\",\"'\n=a\",\"a\tb\",\"a,b\",\"a\"\"b\",\"a\nb\",,0,'x\r\n");
    const days = await desk.page.evaluate(async () => {
      const { shop: settings, startOf, dayOf, fromMinor, toMinor } = await import(new URL("format.js", location.href).href);
      settings.zone = "America/Sao_Paulo";
      const gap = startOf("2018-11-04").toISOString(); // Midnight did not exist that day.
      settings.zone = "Europe/Berlin";
      return [gap, startOf("2026-03-29").toISOString(), startOf("2026-03-30").toISOString(), dayOf(new Date("2026-03-29T22:30:00Z")), fromMinor(toMinor("-0.05"), 2), fromMinor(9223372036854775807n, 3)];
    });
    assert.deepEqual(days, ["2018-11-04T03:00:00.000Z", "2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z", "2026-03-30", "-0.05", "9223372036854775.807"]);
    const events = await desk.page.evaluate(async () => {
      const { minorMoney, money } = await import(new URL("format.js", location.href).href);
      const before = minorMoney(12345, "BHD");
      money("1.000", "BHD");
      return [before, minorMoney(12345, "BHD").replace(/\s/g, " ")];
    });
    assert.deepEqual(events, ["12345 of the smallest unit of BHD", "BHD 12.345"], "digits are the shop's, never guessed");
    desk.silent();
    await desk.close();
  },

  "orders ship together, and those that cannot are named": async (server) => {
    const free = await shop.root.call("POST", "/orders/", { items: [{ product_name: "Gift", quantity: 1, price: "0.00" }] });
    const desk = await open(browser);
    await login(desk, server, "sam");
    await go(desk, "#/orders?status=pending");
    for (const row of [0, 1]) await desk.page.locator("tbody tr").nth(row).getByRole("checkbox").check();
    await desk.shot("bulk");
    desk.expected.add(409);
    await done(desk, "Ship 2", {}, "Ship them");
    await desk.page.getByText("1 shipped. These were not:").waitFor();
    assert.equal((await shop.root.call("GET", `/orders/${free.id}/`)).status, "shipped");
    desk.silent();
    await desk.close();
  },

  "a superuser makes staff, deactivates, ends sessions, edits and mails": async (server) => {
    const desk = await open(browser);
    await login(desk, server, "root");
    await go(desk, `#/users/${shop.ids.long}`);
    await desk.page.getByText("last used").first().waitFor();
    await done(desk, "End sessions");
    await desk.page.getByText("Not logged in anywhere.").waitFor();
    await done(desk, "Send reset mail");
    await done(desk, "Make staff");
    await desk.page.locator(".badge.staff").waitFor();
    await done(desk, "Take staff role");
    await done(desk, "Deactivate");
    await desk.page.locator(".badge.inactive").waitFor();
    await done(desk, "Activate");
    await done(desk, "Edit profile", { Phone: "+4930999" }, "Save");
    await desk.page.getByText("+4930999").waitFor();
    await go(desk, "#/settings");
    await done(desk, "Change Shop name", { "Shop name": "Leaf & Bean" }, "Save");
    assert.equal((await shop.root.call("GET", "/settings/")).find(({ name }) => name === "shop_name").value, "Leaf & Bean");
    desk.silent();
    await desk.close();
  },

  "staff see what is a superuser's, but not the buttons": async (server) => {
    const desk = await open(browser);
    await login(desk, server, "sam");
    await go(desk, `#/users/${shop.ids.long}`);
    assert.equal(await desk.page.getByRole("button", { name: "Make staff" }).count(), 0);
    assert.equal(await desk.page.getByRole("button", { name: "Deactivate" }).count(), 1);
    await go(desk, "#/settings");
    assert.equal(await desk.page.getByRole("button", { name: /^Change/ }).count(), 0);
    desk.silent();
    await desk.close();
  },

  "the keyboard alone reaches an order and asks to ship it": async (server) => {
    const desk = await open(browser);
    await login(desk, server, "sam");
    await go(desk, "#/orders?status=pending");
    const press = async (key, until) => {
      for (let i = 0; i < 80; i += 1) {
        await desk.page.keyboard.press(key);
        if (await desk.page.evaluate(until)) return;
      }
      assert.fail(`${key} never reaches it`);
    };
    await press("Tab", () => document.activeElement.closest("tbody a") !== null);
    await desk.page.keyboard.press("Enter");
    await desk.page.getByRole("heading", { level: 1, name: /^Order/ }).waitFor();
    await settled(desk.page);
    assert.equal(await desk.page.evaluate(() => document.activeElement.tagName), "H1");
    await press("Tab", () => document.activeElement.textContent === "Ship");
    await desk.page.keyboard.press("Enter");
    await desk.page.getByRole("dialog", { name: "Ship this order?" }).waitFor();
    await desk.page.keyboard.press("Escape");
    await desk.page.getByRole("dialog").waitFor({ state: "detached" });
    assert.equal(await desk.page.evaluate(() => document.activeElement.textContent), "Ship");
    desk.silent();
    await desk.close();
  },

  "every room is accessible and fits, at three widths, in light and dark": async (server) => {
    const places = {
      dashboard: "#/", orders: "#/orders", order: `#/orders/${shop.ids.order}`, payments: "#/payments", payment: `#/payments/${shop.ids.payment}`,
      account: "#/account", users: "#/users", user: `#/users/${shop.ids.long}`, events: "#/events", settings: "#/settings",
    };
    for (const scheme of ["light", "dark"]) {
      for (const [size, width] of Object.entries(widths)) {
        const desk = await open(browser, { width, scheme });
        // The checker writes markup, which the page's policy forbids: it runs in a page without one.
        await desk.page.goto(`${server.url}/admin/`);
        await desk.page.getByLabel("User name").waitFor();
        await desk.shot(`login-${size}-${scheme}`);
        await login(desk, server, "root");
        for (const [name, hash] of Object.entries(places)) {
          await go(desk, hash);
          await desk.shot(`${name}-${size}-${scheme}`);
          assert.equal(await wide(desk.page), false, `${name} is wider than a ${size}`);
          await assertAccessible(desk, `${name} ${size} ${scheme}`);
        }
        desk.silent();
        await desk.close();
      }
    }
  },

  "a second factor is set up, asked for, renewed and removed": async (server) => {
    const desk = await open(browser);
    const { page } = desk;
    const out = async () => {
      await page.getByRole("button", { name: "Log out" }).click();
      await page.getByLabel("User name").fill("sam");
      await page.getByLabel("Password").fill(server.passwords.sam);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "One more step" }).waitFor();
    };
    const codes = page.locator(".codes code");
    // Whoever goes elsewhere leaves neither the recovery codes nor their file behind.
    const assertForgotten = async (leave) => {
      const file = await page.locator("main a[download]").getAttribute("href");
      await page.evaluate(() => { const { revokeObjectURL } = URL; URL.revokeObjectURL = (url) => { window.revoked = url; revokeObjectURL(url); }; });
      await leave();
      assert.deepEqual([await codes.count(), await page.evaluate(() => window.revoked)], [0, file]);
    };
    const enterCode = async (code) => {
      await page.getByLabel("Code").fill(code);
      await page.keyboard.press("Enter");
    };
    await login(desk, server, "sam");
    await page.locator(".who a").click();
    await page.getByRole("button", { name: "Set it up" }).click();
    const secret = (await page.locator(".secret").textContent()).replaceAll(" ", "");
    assert.match(secret, /^[A-Z2-7]{32}$/);
    assert.match(await page.locator(".uri").getAttribute("href"), new RegExp(`^otpauth://totp/.*secret=${secret}`));
    assert.equal(readQr(await page.locator(".qr path").getAttribute("d")), await page.locator(".uri").getAttribute("href"));
    await assertAccessible(desk, "a second factor's key");
    await page.setViewportSize({ width: widths.phone, height: 900 });
    assert.equal(await wide(page), false, "the key is wider than a phone");
    await page.setViewportSize({ width: widths.desktop, height: 900 });
    await desk.shot("second-factor-key");
    desk.expected.add(400);
    await page.getByLabel("The code that the app").fill("12");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
    await page.getByLabel("The code that the app").fill(totp(secret));
    await page.keyboard.press("Enter");
    await codes.nth(9).waitFor();
    const recovery = await codes.allTextContents();
    assert.equal(recovery.length, 10);
    await assertAccessible(desk, "recovery codes");
    await desk.shot("recovery-codes");
    await assertForgotten(out);
    await enterCode("999");
    await page.getByRole("alert").waitFor();
    await assertAccessible(desk, "the second step");
    await desk.shot("second-step");
    await enterCode(totp(secret, 1));
    await page.getByRole("navigation").waitFor();
    await out();
    await enterCode(recovery[4]);
    await page.getByRole("navigation").waitFor();
    await settled(page);
    await page.locator(".who a").click();
    await page.locator("dd").getByText("9", { exact: true }).waitFor();

    await page.getByRole("button", { name: "New recovery codes" }).click();
    await page.getByRole("dialog").getByLabel("Your password").fill(server.passwords.sam);
    await page.getByRole("button", { name: "Make new ones" }).click();
    await codes.nth(9).waitFor();
    assert.equal((await codes.allTextContents()).includes(recovery[0]), false);
    await assertForgotten(() => go(desk, "#/orders"));
    await go(desk, "#/account");
    await page.locator("dd").getByText("10", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Remove the second factor" }).click();
    await page.getByRole("dialog").getByLabel("Your password").fill(server.passwords.sam);
    await page.getByRole("button", { name: "Remove it" }).click();
    await page.locator("main .badge.inactive").waitFor();
    desk.silent();
    await desk.close();
  },

  "a shop that requires a second factor lets staff do nothing else first; a superuser helps who has lost it": async (server) => {
    const desk = await open(browser);
    const { page } = desk;
    await login(desk, server, "sam");
    // It begins to ask while somebody is at work.
    server.run("settings", "--db", server.db, "set", "second_factor_staff=required");
    try {
      desk.expected.add(403);
      await page.evaluate(() => { location.hash = "#/orders"; });
      await page.getByRole("heading", { name: "A second factor, please" }).waitFor();
      assert.equal(await page.getByRole("navigation").count(), 0);
      await assertAccessible(desk, "a required second factor");
      await desk.shot("second-factor-required");
      await page.getByRole("button", { name: "Set it up" }).click();
      await page.locator(".secret").waitFor();
      await desk.shot("second-factor-required-key");
      await page.getByLabel("The code that the app").fill(totp((await page.locator(".secret").textContent()).replaceAll(" ", "")));
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "I have kept them" }).click();
      await page.getByRole("navigation").waitFor();
      await settled(page);
      await page.getByRole("heading", { level: 1, name: "Orders" }).waitFor();
    } finally {
      server.run("settings", "--db", server.db, "set", "second_factor_staff=off");
    }
    desk.silent();
    await desk.close();
    const boss = await open(browser);
    await login(boss, server, "root");
    const { id } = (await shop.root.call("GET", "/users/?username=sam"))[0];
    await go(boss, `#/users/${id}`);
    await done(boss, "Remove second factor", { "Your password": server.passwords.root });
    await boss.page.getByRole("button", { name: "Remove second factor" }).waitFor({ state: "detached" });
    assert.equal((await shop.root.call("GET", `/users/${id}/second-factor/`)).enabled, false);
    boss.silent();
    await boss.close();
  },

  "whoever logs out is out": async (server) => {
    const desk = await open(browser);
    await login(desk, server, "sam");
    await desk.page.getByRole("button", { name: "Log out" }).click();
    await desk.page.getByLabel("User name").waitFor();
    await desk.page.reload();
    await desk.page.getByLabel("User name").waitFor();
    desk.silent();
    await desk.close();
  },
};

try {
  const only = process.argv[4];
  await suite(only ? Object.fromEntries(Object.entries(tests).filter(([name], at) => at === 0 || name.includes(only))) : tests);
} finally {
  await browser.close();
}
