// SPDX-License-Identifier: MIT
// A typed client that a public generator makes from the document logs in and places an order.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { output, suite } from "./server.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const modules = join(here, "node_modules");

function node(...words) {
  const done = spawnSync(process.execPath, words, { cwd: output, encoding: "utf8" });
  assert.equal(done.status, 0, `${words[0]}\n${done.stdout}${done.stderr}`);
  return done.stdout;
}

await suite({
  "a program made from the document places an order": async ({ url, passwords }) => {
    writeFileSync(join(output, "openapi.json"), await (await fetch(`${url}/openapi.json`)).text());
    writeFileSync(join(output, "package.json"), '{"type": "module"}\n');
    copyFileSync(join(here, "client.ts"), join(output, "client.ts"));
    writeFileSync(join(output, "node-globals.d.ts"), "declare const process: { argv: string[] };\n");
    rmSync(join(output, "node_modules"), { force: true });
    symlinkSync(modules, join(output, "node_modules"));
    node(join(modules, "openapi-typescript/bin/cli.js"), "openapi.json", "-o", "schema.d.ts");
    writeFileSync(join(output, "tsconfig.json"), JSON.stringify({
      compilerOptions: { strict: true, noUncheckedIndexedAccess: true, target: "es2022", module: "nodenext", lib: ["es2022", "dom"], types: [] },
      files: ["client.ts", "node-globals.d.ts"],
    }));
    node(join(modules, "typescript/bin/tsc"));
    const said = JSON.parse(node("client.js", url, passwords.alice));
    assert.deepEqual(said, { total: "39.90", payment: "pending", reference: "typed-client-1" });
  },
});
