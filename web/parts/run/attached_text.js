import { parsedJson } from "../../model/json_text.js";
import { define, html, nothing, Part } from "../element.js";
import { icon } from "../icon.js";
import { jsonTree } from "./json_tree.js";
import "./text.js";

/** An attached text or JSON, read when somebody asks for it: `read` answers its text. */
export class AttachedText extends Part {
  static properties = { url: {}, read: { attribute: false }, text: { state: true }, problem: { state: true } };

  constructor() {
    super();
    this.url = "";
    /** @type {(url: string) => Promise<string>} */
    this.read = () => Promise.resolve("");
    /** @type {string | null} */
    this.text = null;
    this.problem = "";
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has("url")) this.text = null;
  }

  render() {
    if (this.text === null) return html`<button class="button quiet slim" @click=${this.#open}>${icon("eye")}Preview</button>
      ${this.problem ? html`<span class="said-wrong" role="alert">${this.problem}</span>` : nothing}`; // prettier-ignore
    const value = parsedJson(this.text);
    return typeof value === "string"
      ? html`<tk-text plain .text=${value} .lines=${20}></tk-text>`
      : jsonTree(value, { label: "The attachment as JSON" });
  }

  #open = async () => {
    const { url } = this;
    try {
      const text = await this.read(url);
      if (url === this.url) this.text = text;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  };
}

define("tk-attached-text", AttachedText);
