import { Part, define } from "../parts/element.js";
import { bones } from "../parts/states.js";

/** Filled in by the commits that follow. */
export class ProjectsView extends Part {
  render() {
    return bones();
  }
}

define("tk-projects-view", ProjectsView);
