import { encode } from "../dist/qr.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * A QR code as a picture, dark on light in every colour scheme, for cameras expect that.
 *
 * @param {string} text
 * @param {string} label what it is, for who does not see it
 */
export function qrCode(text, label) {
  const { data, size } = encode(text, { border: 2 });
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.setAttribute("shape-rendering", "crispEdges");
  const path = document.createElementNS(SVG, "path");
  const squares = data.flatMap((line, y) => line.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  path.setAttribute("d", squares.join(""));
  svg.append(path);
  return svg;
}
