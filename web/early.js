/**
 * Runs before the page is there: asks for what the address will need, while the page's own modules are on their way.
 */

import { placeOf } from "./addresses.js";
import { loadAhead } from "./ahead.js";
import { askEarly } from "./session.js";

const place = placeOf(location.href);

loadAhead(`views/${place.view.replace("-", "_")}.js`);
if (place.view !== "sign-in") askEarly(place.workspace ?? null);
