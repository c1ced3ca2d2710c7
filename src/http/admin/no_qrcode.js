// SPDX-License-Identifier: MIT
// Served as qrcode.js where npm could not fetch the encoder.
export default null;
