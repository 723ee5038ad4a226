/** A thread to be read: what each turn added to the conversation. */

import { jsonOf } from "./json_text.js";
import { messagesOf } from "./messages.js";

/** @typedef {import("./message.js").Message} Message */

/**
 * @typedef {object} ThreadTurn
 * @property {string} trace
 * @property {number} number from 1, the oldest
 * @property {any} row as the API gave it
 * @property {Message[]} messages what is new in it: apps send all that was said before with each turn
 */

/**
 * The turns, the oldest first. Apps send all that was said before with each turn: the beginning of a turn's input that
 * repeats the conversation so far is left out, and nothing else, as people do say the same twice.
 * @param {any[]} rows of `turnsOfThread`, in any order
 * @returns {ThreadTurn[]}
 */
export function readThread(rows) {
  const ordered = [...rows].sort((one, other) => one.turn_number - other.turn_number);
  /** @type {string[]} */
  const told = [];
  return ordered.map((row) => {
    const { input, output } = messagesOf(row);
    const fresh = input.slice(repeated(input.map(keyOf), told));
    const messages = [...fresh, ...output];
    told.push(...messages.map(keyOf));
    return { trace: row.trace_id, number: row.turn_number, row, messages };
  });
}

/** How many messages at the beginning were told before, in the same order. @param {string[]} input @param {string[]} told */
function repeated(input, told) {
  let at = 0;
  let known = 0;
  // The last words are what the turn is about: they are new even where they were said before.
  while (known < input.length - 1) {
    const found = told.indexOf(input[known], at);
    if (found < 0) break;
    at = found + 1;
    known += 1;
  }
  return known;
}

/** @param {Message} message */
const keyOf = ({ role, parts }) =>
  `${role} ${jsonOf(
    parts.map((part) => ({ ...part, id: "", answer: undefined })),
    0,
  )}`;
