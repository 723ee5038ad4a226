import { Part, define } from "../parts/element.js";
import { bones } from "../parts/states.js";

/** Filled in by the commits that follow. */
export class CompareView extends Part {
  render() {
    return bones();
  }
}

define("tk-compare-view", CompareView);
