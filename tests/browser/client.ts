// SPDX-License-Identifier: MIT
// A stranger's program: it knows the shop by its document alone, and the compiler holds it to that.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

const [url, password] = process.argv.slice(2);
const shop = createClient<paths>({ baseUrl: url! });

function need<T>(data: T | undefined, error: unknown): T {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}

const login = await shop.POST("/auth/login/", { body: { username: "alice", password: password! } });
const tokens = need(login.data, login.error);
// The compiler asks for this: whoever has a second factor is answered with a challenge.
if (!("access" in tokens)) throw new Error("alice has no second factor");
const { access } = tokens;
shop.use({
  onRequest({ request }) {
    request.headers.set("Authorization", `Bearer ${access}`);
    return request;
  },
});

const body: components["schemas"]["OrderPlace"] = {
  items: [{ product_name: "Teapot", quantity: 2, price: "19.95" }],
  reference: "typed-client-1",
};
const placed = await shop.POST("/orders/", { body, params: { header: { "Idempotency-Key": "typed-1" } } });
const order = need(placed.data, placed.error);
const paid = await shop.POST("/payments/", { body: { order: order.id, method: "card" } });
const payment = need(paid.data, paid.error);
const list = await shop.GET("/orders/", { params: { query: { status: "pending" } } });
const found = need(list.data, list.error).find((each) => each.id === order.id);

// @ts-expect-error The document has no such state.
await shop.GET("/orders/", { params: { query: { status: "lost" } } });

console.log(JSON.stringify({ total: order.total, payment: payment.status, reference: found?.reference }));
