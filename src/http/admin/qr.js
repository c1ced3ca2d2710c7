// SPDX-License-Identifier: MIT
// A text as a QR code, for a phone to read off the screen.
import encoder from "./qrcode.js";
import { svg } from "./dom.js";

// Light around the code, in modules: what ISO/IEC 18004 asks for, and dark screens need.
const quiet = 4;

// An image of `text`, which is ASCII; nothing where till was built without the encoder.
export function qrCode(text, label) {
  if (!encoder) return null;
  const code = encoder(0, "M"); // As large as the text needs; 15 % may be unreadable.
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  let dark = "";
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      if (code.isDark(row, column)) dark += `M${column + quiet},${row + quiet}h1v1h-1z`;
    }
  }
  const size = count + 2 * quiet;
  return svg("svg", { class: "qr", "shape-rendering": "crispEdges", viewBox: `0 0 ${size} ${size}`, role: "img", "aria-label": label },
    svg("rect", { width: size, height: size, fill: "#fff" }), svg("path", { d: dark, fill: "#000" }));
}
