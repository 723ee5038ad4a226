import { waysOf } from "../../model/first_trace.js";
import { define, html, nothing, Part } from "../element.js";
import "../tabs.js";
import { codeBlock } from "./code_block.js";

/** The ways to send a trace, one a tab, each to be copied as it stands. */
export class FirstTraceWays extends Part {
  static properties = { target: { attribute: false }, chosen: { state: true } };

  constructor() {
    super();
    /** @type {import("../../model/first_trace.js").Target} */
    this.target = { endpoint: "", key: null, project: null };
    this.chosen = "python";
  }

  render() {
    const ways = waysOf(this.target);
    const way = ways.find((one) => one.id === this.chosen) ?? ways[0];
    return html`<tk-tabs
        label="Ways to send a trace"
        .tabs=${ways.map(({ id, word }) => ({ id: `way-${id}`, word }))}
        chosen="way-${way.id}"
        @choose=${(/** @type {CustomEvent} */ event) => (this.chosen = event.detail.slice(4))}
      ></tk-tabs>
      <div class="stack first-trace-way" role="tabpanel" aria-labelledby="tab-way-${way.id}">${this.#way(way)}</div>`;
  }

  /** @param {import("../../model/first_trace.js").Way} way */
  #way(way) {
    const isSecret = this.target.key !== null;
    return html`${way.shell ? codeBlock({ title: "in a shell", text: way.shell, isSecret }) : nothing}
    ${codeBlock({ title: way.file, text: way.text, isSecret: isSecret && !way.shell })}
    ${way.note ? html`<p class="faint small">${way.note}</p>` : nothing}`;
  }
}

define("tk-first-trace-ways", FirstTraceWays);
