import { Part, define, html } from "../element.js";
import { bones, failure } from "../states.js";

/** One run as it was recorded. */
export class RunPart extends Part {
  static properties = { run: { attribute: false }, error: { attribute: false } };

  constructor() {
    super();
    /** @type {any} */
    this.run = null;
    /** @type {unknown} */
    this.error = null;
  }

  render() {
    if (this.error) return failure(this.error);
    return this.run ? html`<pre>${JSON.stringify(this.run, null, 2)}</pre>` : bones(6);
  }
}

define("tk-run", RunPart);
