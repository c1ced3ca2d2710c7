// SPDX-License-Identifier: MIT
// More than the demonstration has: long names, other scripts, three currencies, every state.
import assert from "node:assert/strict";

const password = "correct-horse-battery";

export class Client {
  #token;
  constructor(url) {
    this.url = url;
  }
  async call(method, path, body, headers = {}) {
    const response = await fetch(this.url + path, {
      method, body: body && JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...(this.#token && { Authorization: `Bearer ${this.#token}` }), ...headers },
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }
  async login(username, secret) {
    this.#token = (await this.call("POST", "/auth/login/", { username, password: secret })).access;
    return this;
  }
}

async function customer(url, username, email, profile) {
  const client = new Client(url);
  await client.call("POST", "/auth/registration/", { username, email, password1: password, password2: password });
  await client.login(username, password);
  const { id } = await client.call("GET", "/profile/");
  await client.call("PATCH", "/profile/", profile);
  return { id, client };
}

// {root, ids}: a superuser's client, and the ids that tests go to.
export async function seed({ url, passwords }) {
  const root = await new Client(url).login("root", passwords.root);
  const long = await customer(url, `maximilian.${"bartholomew-".repeat(8)}montgomery`, "maximilian.von.und.zu.hohenlohe-langenburg@a-very-long-company-name.example.com", {
    first_name: "Maximilian-Alexander Bartholomäus", last_name: "von und zu Hohenlohe-Langenburg-Schillingsfürst", phone_no: "+49301234567", address: "Am Ende der sehr langen Straße 1234\n74653 Künzelsau",
  });
  const yuki = await customer(url, "高橋由紀", "yuki@example.jp", { first_name: "由紀", last_name: "高橋", address: "東京都千代田区丸の内1-9-1" });
  const layla = await customer(url, "ليلى", "layla@example.bh", { first_name: "ليلى", last_name: "الخليفة", address: "المنامة، البحرين" });
  const ids = { long: long.id };
  const place = (user, currency, items, more) => root.call("POST", "/orders/", { user, currency, items, ...more });
  const pay = (order, more) => root.call("POST", "/payments/", { order: order.id, method: "card", ...more });
  const kimono = await place(yuki.id, "JPY", [{ product_name: "浴衣（藍染・手縫い）", quantity: 1, price: "128000" }, { kind: "shipping", label: "送料", amount: "1200" }], { reference: "楽天-2026-0815" });
  await pay(kimono, { status: "completed", provider: "stripe", provider_reference: "pi_3Q" });
  const lamp = await place(layla.id, "BHD", [{ product_name: "فانوس نحاسي", quantity: 3, price: "12.375" }, { kind: "discount", label: "خصم", amount: "-1.125" }]);
  const late = await pay(lamp);
  await root.call("PATCH", `/payments/${late.id}/`, { status: "failed" });
  const clock = await place(long.id, "USD", [{ product_name: "Grandfather clock with Westminster chime, hand-rubbed walnut veneer, moon phase and brass pendulum", quantity: 1, price: "12499.00" }, { product_name: "=HYPERLINK(\"http://evil.example\")", quantity: 1, price: "1.00" }], { reference: "clock-1" });
  const paid = await pay(clock, { status: "completed" });
  Object.assign(ids, { order: clock.id, payment: paid.id });
  // A price that a customer claims.
  const claimed = await long.client.call("POST", "/orders/", { product_name: "Cuckoo clock", quantity: 2, price: "89.50" });
  ids.claimed = claimed.id;
  for (let i = 0; i < 130; i += 1) {
    await place(i % 2 ? yuki.id : long.id, "USD", [{ product_name: ["Teapot", "Mug", "Kettle", "Tray", "Green tea"][i % 5], quantity: 1 + (i % 3), price: `${10 + (i % 7)}.50` }]);
  }
  return { root, ids };
}
