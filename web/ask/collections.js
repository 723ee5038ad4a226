/** What is asked about the places that rules collect runs in: annotation queues and datasets. */

import { ask } from "../api.js";

/** @typedef {{id: string, name: string}} Collection */

const MOST = 100;

/** @returns {Promise<Collection[]>} */
export const annotationQueues = () => ask("GET", "/annotation-queues", { query: { limit: MOST } });

/** @param {string} name @returns {Promise<Collection>} */
export const createQueue = (name) => ask("POST", "/annotation-queues", { body: { name } });

/** @returns {Promise<Collection[]>} */
export const datasets = () => ask("GET", "/datasets", { query: { limit: MOST } });

/** @param {string} name @returns {Promise<Collection>} */
export const createDataset = (name) => ask("POST", "/datasets", { body: { name } });
