import { html, svg } from "../element.js";
import { plural } from "../../model/format.js";

const BAR_PX = 4;
const HEIGHT_PX = 22;
const LEAST_PX = 2;

/**
 * Traces over time as bars, those that failed in red at the foot of each; every project has its own scale.
 * @param {import("../../model/projects.js").Bar[]} bars the newest last
 * @param {string} span "24 hours": what the bars cover
 */
export function sparkline(bars, span) {
  const most = Math.max(1, ...bars.map((one) => one.traces));
  const traces = bars.reduce((all, one) => all + one.traces, 0);
  const errors = bars.reduce((all, one) => all + one.errors, 0);
  const says = `${plural(traces, "trace")} in ${span}, ${errors} failed; at most ${most} in a bar`;
  return html`<svg
    class="sparkline"
    role="img"
    aria-label=${traces ? says : `No trace in ${span}`}
    viewBox="0 0 ${bars.length * BAR_PX} ${HEIGHT_PX}"
    preserveAspectRatio="none"
  >
    <title>${says}</title>
    ${bars.map((one, at) => bar(one, at, most))}
  </svg>`;
}

/** @param {import("../../model/projects.js").Bar} one @param {number} at @param {number} most */
function bar({ traces, errors }, at, most) {
  const all = height(traces, most);
  const red = errors ? Math.max(LEAST_PX, Math.round((all * errors) / traces)) : 0;
  return svg`${rect("traces", at, all, HEIGHT_PX)}${errors ? rect("errors", at, red, HEIGHT_PX) : ""}`;
}

/** @param {string} what @param {number} at @param {number} height_px @param {number} foot_px */
const rect = (what, at, height_px, foot_px) =>
  svg`<rect class="sparkline-${what}" x=${at * BAR_PX} y=${foot_px - height_px} width=${BAR_PX - 1} height=${height_px} />`;

/** Nothing is a line, and one of many can still be seen. @param {number} traces @param {number} most */
const height = (traces, most) => (traces ? Math.max(LEAST_PX, Math.round((traces / most) * HEIGHT_PX)) : 1);
