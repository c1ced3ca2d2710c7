// SPDX-License-Identifier: MIT
// The shop's public routes, as the page calls them. Where those of accounts are mounted is read from
// the shop's own document.

const root = new URL("..", document.baseURI);
const kept = "till-desk";

export class ApiError extends Error {
  constructor(status, body) {
    super(body?.detail || messageOf(status));
    this.status = status;
    this.code = body?.code;
    if (status === 400 && body && !body.detail) this.fields = body;
  }
}

function messageOf(status) {
  if (status === 0) return "The shop cannot be reached. Nothing is known of this action; try again.";
  if (status === 400) return "The shop refuses this.";
  return `The shop answers ${status}.`;
}

// Whoever repeats an action after a lost answer repeats it with its key.
export function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

class Api {
  #auth = "/auth";
  #tokens = JSON.parse(sessionStorage.getItem(kept) ?? "null");
  #refreshing = null;
  onLogout = () => {};
  onSecondFactor = () => {};

  get isLoggedIn() {
    return this.#tokens !== null;
  }

  async open() {
    const { paths } = await this.#read(await this.#send("GET", "openapi.json", { anonymous: true }));
    const found = Object.entries(paths).find(([, path]) => path.post?.operationId === "login");
    if (found) this.#auth = found[0].slice(0, -"/login/".length);
  }

  #keep(tokens) {
    this.#tokens = tokens;
    if (tokens) sessionStorage.setItem(kept, JSON.stringify(tokens));
    else sessionStorage.removeItem(kept);
  }

  async #send(method, path, { query, body, version, key, anonymous, signal } = {}) {
    const url = new URL(path.replace(/^\//, ""), root);
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined && value !== null && value !== "") url.searchParams.set(name, value);
    }
    const headers = { Accept: "application/json" };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    if (version) headers["If-Match"] = `"v${version}"`;
    if (key) headers["Idempotency-Key"] = key;
    if (!anonymous && this.#tokens) headers.Authorization = `Bearer ${this.#tokens.access}`;
    try {
      return await fetch(url, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store" });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new ApiError(0, null);
    }
  }

  async #read(response) {
    const text = await response.text();
    let body = null;
    try {
      body = text ? JSON.parse(text) : null;
    } catch {
      throw new ApiError(response.status, null);
    }
    if (response.ok) return body;
    if (body?.code === "second_factor_required") this.onSecondFactor();
    throw new ApiError(response.status, body);
  }

  async #refresh() {
    this.#refreshing ??= (async () => {
      const response = await this.#send("POST", `${this.#auth}/token/refresh/`, { body: { refresh: this.#tokens.refresh }, anonymous: true });
      if (response.ok) {
        const { access, refresh } = await response.json();
        this.#keep({ access, refresh });
      } else if (response.status === 401) {
        this.#end();
      } else {
        await this.#read(response); // Throws: the session may well live, the shop does not answer.
      }
    })().finally(() => { this.#refreshing = null; });
    await this.#refreshing;
  }

  #end() {
    this.#keep(null);
    this.onLogout();
  }

  async #call(method, path, options) {
    let response = await this.#send(method, path, options);
    if (response.status === 401 && this.#tokens) {
      await this.#refresh();
      if (this.#tokens) response = await this.#send(method, path, options);
      if (this.#tokens && response.status === 401) this.#end();
    }
    return response;
  }

  async call(method, path, options) {
    return this.#read(await this.#call(method, path, options));
  }
  get(path, query, signal) { return this.call("GET", path, { query, signal }); }
  post(path, body, options) { return this.call("POST", path, { body, ...options }); }
  patch(path, body, options) { return this.call("PATCH", path, { body, ...options }); }
  remove(path, options) { return this.call("DELETE", path, options); }

  // One page of a list, in either style: {rows, next, version}; `next` is the query of the next page,
  // `version` that of a list that is changed as a whole.
  async page(path, query, signal) {
    const response = await this.#call("GET", path, { query, signal });
    const body = await this.#read(response);
    const link = Array.isArray(body) ? /<([^>]+)>; rel="next"/.exec(response.headers.get("Link") ?? "")?.[1] : body.next;
    const next = link ? Object.fromEntries(new URL(link, root).searchParams) : null;
    const version = /^"v(\d+)"$/.exec(response.headers.get("ETag") ?? "")?.[1];
    return { rows: Array.isArray(body) ? body : body.results, next, version };
  }

  // Tokens, or the challenge of a second factor: {challenge}.
  async login(username, password) {
    const body = await this.#read(await this.#send("POST", `${this.#auth}/login/`, { body: { username, password }, anonymous: true }));
    return this.#welcome(body);
  }
  async second(challenge, code) {
    const body = await this.#read(await this.#send("POST", `${this.#auth}/login/second/`, { body: { challenge, code }, anonymous: true }));
    return this.#welcome(body);
  }
  #welcome(body) {
    if (body.challenge) return body;
    this.#keep({ access: body.access, refresh: body.refresh });
    return body;
  }

  async logout() {
    const tokens = this.#tokens;
    this.#keep(null);
    if (tokens) await this.#send("POST", `${this.#auth}/logout/`, { body: { refresh: tokens.refresh }, anonymous: true });
  }

  secondFactor() { return this.get(`${this.#auth}/second-factor/`); }
  beginSecondFactor(proof) { return this.post(`${this.#auth}/second-factor/`, proof); }
  confirmSecondFactor(code) { return this.post(`${this.#auth}/second-factor/confirm/`, { code }); }
  removeSecondFactor(proof) { return this.remove(`${this.#auth}/second-factor/`, { body: proof }); }
  renewRecoveryCodes(proof) { return this.post(`${this.#auth}/second-factor/recovery-codes/`, proof); }

  self() { return this.get(`${this.#auth}/user/`); }
  sendReset(email) { return this.post(`${this.#auth}/password/reset/`, { email }); }
}

export const api = new Api();
