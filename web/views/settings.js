import { Part, define } from "../parts/element.js";
import { bones } from "../parts/states.js";

/** Filled in by the commits that follow. */
export class SettingsView extends Part {
  render() {
    return bones();
  }
}

define("tk-settings-view", SettingsView);
