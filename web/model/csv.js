/** Tables as CSV, as RFC 4180 has it: fields with commas, quotes or line ends in quotes. */

/**
 * A line, with its end. A text that a spreadsheet would take for a formula gets a quote before it.
 * @param {(string | number | boolean | null | undefined)[]} values
 */
export const csvLine = (values) => `${values.map(fieldOf).join(",")}\r\n`;

/** @param {string | number | boolean | null | undefined} value */
function fieldOf(value) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const text = /^[=+\-@\t]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
