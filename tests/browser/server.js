// SPDX-License-Identifier: MIT
// A real till-server on a temporary store with demo data, for as long as a test needs it.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Of the superuser `root`; the demonstration prints its users' own.
const password = "correct-horse-battery";

export const [program, output] = process.argv.slice(2);
if (!program || !output) throw new Error("usage: node TEST till-server FOLDER");
mkdirSync(output, { recursive: true });

function run(...words) {
  const done = spawnSync(program, words, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${words.join(" ")}: ${done.stderr}`);
  return done.stdout;
}

// {url, db, passwords, run, stop}; `flags` go to `serve`.
export async function start(...flags) {
  const folder = mkdtempSync(join(tmpdir(), "till-browser-"));
  const db = join(folder, "shop.db");
  const passwords = { root: password };
  for (const [, name, secret] of run("demo", "--db", db).matchAll(/^ {2}(\w+)(?: \(staff\))?, password (\S+)$/gm)) {
    passwords[name] = secret;
  }
  const made = spawnSync(program, ["create-superuser", "--db", db, "--username", "root", "--email", "root@example.com"],
    { encoding: "utf8", input: `${password}\n${password}\n` });
  if (made.status !== 0) throw new Error(`create-superuser: ${made.stderr}`);
  const child = spawn(program, ["serve", "--db", db, "--listen", "127.0.0.1:0", "--log", join(folder, "log"), ...flags]);
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const url = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (bytes) => {
      text += bytes;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(text);
      if (found) resolve(found[0]);
    });
    child.on("exit", (code) => reject(new Error(`till-server ended with ${code}`)));
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true });
  };
  return { url, db, passwords, run, stop };
}

// Runs the tests of a file one after the other on one server, and says how they went.
export async function suite(tests, ...flags) {
  const server = await start(...flags);
  let failed = 0;
  try {
    for (const [name, test] of Object.entries(tests)) {
      try {
        await test(server);
        console.log(`ok      ${name}`);
      } catch (error) {
        failed += 1;
        console.log(`FAILED  ${name}\n${error.stack}`);
      }
    }
  } finally {
    await server.stop();
  }
  console.log(`${Object.keys(tests).length - failed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}
