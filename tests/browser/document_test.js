// SPDX-License-Identifier: MIT
// An independent linter has nothing to say against the document, in either list style.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { output, start, suite } from "./server.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const redocly = join(here, "node_modules/@redocly/cli/bin/cli.js");

async function lint(url, name) {
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  const file = join(output, name);
  writeFileSync(file, await answer.text());
  const linted = spawnSync(process.execPath, [redocly, "lint", "--format=stylish", file, `--config=${join(here, "redocly.yaml")}`],
    { encoding: "utf8", env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" } });
  console.log(linted.stdout + linted.stderr);
  assert.equal(linted.status, 0, "the linter finds errors");
}

await suite({
  "the document as it is served": ({ url }) => lint(`${url}/openapi.json`, "openapi.json"),
  "the document under other mounts, with pages": async () => {
    const server = await start("--mount", "/api", "--auth-mount", "/dj-rest-auth", "--list-style", "pages");
    try {
      await lint(`${server.url}/api/openapi.json`, "openapi-pages.json");
    } finally {
      await server.stop();
    }
  },
});
