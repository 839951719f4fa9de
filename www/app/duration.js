const UNITS = [
  ["year", 31_557_600n],
  ["day", 86_400n],
  ["h", 3600n],
  ["min", 60n],
  ["s", 1n],
];

/**
 * Seconds as people say them: the two greatest units, or the greatest alone where it is years.
 *
 * @param {bigint} seconds
 */
export function duration(seconds) {
  const parts = [];
  let rest = seconds;
  for (const [name, size] of UNITS) {
    const many = rest / size;
    rest %= size;
    if (many > 0n) parts.push(`${many.toLocaleString("en")} ${plural(name, many)}`);
    if (parts.length > 0 && name === "year" && many > 1000n) break;
    if (parts.length === 2) break;
  }
  return parts.join(" ") || "0 s";
}

/**
 * Seconds as a clock shows them.
 *
 * @param {bigint} seconds
 */
export function clockOf(seconds) {
  const two = (value) => String(value).padStart(2, "0");
  const hours = seconds / 3600n;
  const minutes = (seconds / 60n) % 60n;
  return hours > 0n ? `${hours}:${two(minutes)}:${two(seconds % 60n)}` : `${minutes}:${two(seconds % 60n)}`;
}

function plural(name, many) {
  return name.length > 3 && many !== 1n ? `${name}s` : name;
}
