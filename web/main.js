/** The page begins here: it finds out who is signed in, and shows what the address says. */

import "./early.js";
import "./views/app.js";

import { startKeys } from "./keys.js";
import { startRouter } from "./router.js";

startRouter();
startKeys();
