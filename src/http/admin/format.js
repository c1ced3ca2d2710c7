// SPDX-License-Identifier: MIT
// Money, time and names as people read them. Amounts stay text: no digit is ever lost.
import { h } from "./dom.js";

// What the settings say; the day is the shop's day.
export const shop = { name: "Shop", zone: "UTC", currency: "USD" };

const locale = navigator.language || "en";
const moneyFormats = new Map();

// The digits of a decimal text, which the shop writes with all that its currency has.
export function digitsIn(amount) {
  return (String(amount).split(".")[1] ?? "").length;
}

// How many digits a currency has, from the amounts that the shop has sent: browsers know other tables.
const known = new Map();

export function learn(amount, currency) {
  known.set(currency, digitsIn(amount));
  return known.get(currency);
}

// Events hold minor units without saying how many make one.
export function minorMoney(minor, currency) {
  return known.has(currency) ? money(fromMinor(minor, known.get(currency)), currency) : `${minor} of the smallest unit of ${currency}`;
}

export function money(amount, currency) {
  if (amount === null || amount === undefined) return "";
  const digits = learn(amount, currency);
  const key = `${currency} ${digits}`;
  if (!moneyFormats.has(key)) {
    moneyFormats.set(key, new Intl.NumberFormat(locale, { style: "currency", currency, minimumFractionDigits: digits, maximumFractionDigits: digits }));
  }
  return moneyFormats.get(key).format(String(amount));
}

export function amount(value, currency) {
  return h("span", { class: "money" }, money(value, currency));
}

export const number = (value) => new Intl.NumberFormat(locale).format(value);

function zoned(options) {
  try {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: shop.zone });
  } catch {
    return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  }
}

export function time(text, style = "medium") {
  if (!text) return h("span", { class: "quiet" }, "never");
  const formatted = zoned({ dateStyle: style, timeStyle: "short" }).format(new Date(text));
  return h("time", { datetime: text, title: `${text} (shown in ${shop.zone})` }, formatted);
}

// "2026-03-29" for an instant, where the shop is.
export function dayOf(instant) {
  const parts = {};
  let format;
  try {
    format = new Intl.DateTimeFormat("en-CA", { timeZone: shop.zone, year: "numeric", month: "2-digit", day: "2-digit" });
  } catch {
    format = new Intl.DateTimeFormat("en-CA", { timeZone: "UTC", year: "numeric", month: "2-digit", day: "2-digit" });
  }
  for (const { type, value } of format.formatToParts(instant)) parts[type] = value;
  return `${parts.year}-${parts.month}-${parts.day}`;
}

// The instant at which a day of the shop begins: the first whose day it is, since a change of clocks
// may leave out midnight.
export function startOf(day) {
  const middle = Date.parse(`${day}T00:00:00Z`);
  let low = middle - 15 * 3600e3;
  let high = middle + 15 * 3600e3;
  while (high - low > 60e3) {
    const between = Math.floor((low + high) / 2 / 60e3) * 60e3;
    if (dayOf(new Date(between)) < day) low = between;
    else high = between;
  }
  return new Date(high);
}

export function addDays(day, count) {
  return new Date(Date.parse(`${day}T12:00:00Z`) + count * 86400e3).toISOString().slice(0, 10);
}

export function shortDay(day) {
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" }).format(new Date(`${day}T12:00:00Z`));
}

export function nameOf(user) {
  return [user.first_name, user.last_name].filter(Boolean).join(" ");
}

const titles = {
  "order.placed": "Order placed", "order.prices_confirmed": "Prices confirmed", "order.shipped": "Order shipped",
  "order.delivered": "Order delivered", "order.handed_over": "Handed over", "order.cancelled": "Order cancelled",
  "payment.started": "Payment started", "payment.completed": "Payment completed", "payment.failed": "Payment failed",
  "payment.exceeded": "Money came twice", "payment.refunded": "Payment refunded", "refund.started": "Refund started",
  "refund.succeeded": "Refund succeeded", "refund.failed": "Refund failed", "user.created": "Account made",
  "user.updated": "Account changed", "user.deleted": "Account erased", "user.email_verified": "E-mail verified",
  "user.email_lost": "E-mail proved by another", "user.password_changed": "Password changed", "key.created": "API key made",
  "key.revoked": "API key revoked", "session.opened": "Logged in", "session.ended": "Session ended",
  "second_factor.enabled": "Second factor set up", "second_factor.removed": "Second factor removed",
  "second_factor.recovery_code_used": "Recovery code used", "second_factor.recovery_codes_renewed": "New recovery codes made",
  "second_factor.codes_refused": "Wrong codes after the right password",
  "setting.changed": "Setting changed", "currency.added": "Currency added", "signing_key.rotated": "Signing key rotated",
};

// All of them; a test holds them against the library's.
export const kinds = Object.keys(titles);

// Whether an event's subject is a user: other nouns count their ids on their own.
export const isOfUser = ({ kind }) => kind.startsWith("user.") || kind.startsWith("second_factor.");

export function kindOf(kind) {
  return titles[kind] ?? kind.replace(/[._]/g, " ");
}

// Minor units to decimal text, digit by digit.
export function fromMinor(minor, digits) {
  const text = String(minor);
  const sign = text.startsWith("-") ? "-" : "";
  const padded = text.replace("-", "").padStart(digits + 1, "0");
  return sign + (digits ? `${padded.slice(0, -digits)}.${padded.slice(-digits)}` : padded);
}

export function toMinor(text) {
  return BigInt(String(text).replace(".", ""));
}

