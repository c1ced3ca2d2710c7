// SPDX-License-Identifier: MIT
// What an authenticator app does: reads a QR code, and says a code.
import { createHmac } from "node:crypto";
import jsqr from "jsqr";

// The code of now, or of `steps` times 30 seconds from now (RFC 6238).
export function totp(secret, steps = 0) {
  const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30e3) + steps));
  const digest = createHmac("sha1", key).update(counter).digest();
  const at = digest.at(-1) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, "0");
}

// The text of a QR code that is drawn as a path of unit squares, with four around it.
export function readQr(path) {
  const squares = [...path.matchAll(/M(\d+),(\d+)h1v1h-1z/g)].map(([, x, y]) => [Number(x), Number(y)]);
  const scale = 4; // The reader wants more than a pixel a square.
  const size = (Math.max(...squares.flat()) + 5) * scale;
  const image = new Uint8ClampedArray(4 * size * size).fill(255);
  for (const [x, y] of squares) {
    for (let row = y * scale; row < (y + 1) * scale; row += 1) {
      for (let column = x * scale; column < (x + 1) * scale; column += 1) image.fill(0, 4 * (row * size + column), 4 * (row * size + column) + 3);
    }
  }
  return jsqr(image, size, size)?.data;
}
