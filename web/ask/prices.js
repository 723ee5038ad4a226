/** What is asked about the prices of models. */

import { ask } from "../api.js";

/** @returns {Promise<import("../model/prices.js").Price[]>} */
export const prices = () => ask("GET", "/model-price-map");

/** @param {import("../model/prices.js").PriceSaid} said @param {string | null} id null makes a new row @returns {Promise<any>} */
export const savePrice = (said, id) =>
  id ? ask("PUT", `/model-price-map/${id}`, { body: said }) : ask("POST", "/model-price-map", { body: said });

/** @param {string} id @returns {Promise<null>} */
export const deletePrice = (id) => ask("DELETE", `/model-price-map/${id}`);
