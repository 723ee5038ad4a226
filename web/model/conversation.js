/**
 * A trace read as a conversation: what was said to the models and by them, once each, in the order in which it
 * happened, with what tools answered; and the steps that no message tells of.
 *
 * An agent sends all that was said before with each call of a model. What was seen already is not said again; a
 * tool's answer that comes with a later call is put to the call that it answers.
 */

import { jsonOf } from "./json_text.js";
import { result } from "./message_parts.js";
import { messagesOf } from "./messages.js";
import { NO_RUN } from "./trace.js";

/** @typedef {import("./trace.js").Trace} Trace */
/** @typedef {import("./message.js").Message} Message */

/**
 * @typedef {object} Turn what one run added
 * @property {number} run
 * @property {Message[]} messages empty of a step that no message tells of
 * @property {number[]} tools runs of tools that were called in it
 */

/** Whether a run says something in a conversation. @param {Trace} trace @param {number} run */
export const speaks = (trace, run) =>
  ["llm", "tool", "retriever"].includes(trace.kindOf(run)) && !(trace.kindOf(run) === "llm" && speaksBelow(trace, run));

/** A model that is wrapped in another run of its kind speaks once. @param {Trace} trace @param {number} run */
function speaksBelow(trace, run) {
  for (let one = run + 1; one <= trace.lasts[run]; one++) if (trace.kindOf(one) === "llm") return true;
  return false;
}

/** The runs that say something, in the order in which they began. @param {Trace} trace @returns {number[]} */
export function speakers(trace) {
  const found = [];
  for (let run = 0; run < trace.size; run++) if (speaks(trace, run)) found.push(run);
  return found.sort((one, other) => trace.starts_us[one] - trace.starts_us[other] || one - other);
}

/**
 * The turns, in order.
 * @param {Trace} trace
 * @param {number[]} runs of `speakers`, those whose details are known
 * @param {(run: number) => any} details
 * @param {boolean} isWhole whether these are all: then what the root answered is said at the end
 * @returns {Turn[]}
 */
export function turnsOf(trace, runs, details, isWhole) {
  const told = new Told();
  const root = trace.root === NO_RUN ? null : details(trace.root);
  if (root) told.add(trace.root, messagesOf(root).input);
  for (const run of runs) {
    if (trace.kindOf(run) === "llm") {
      const { input, output } = messagesOf(details(run));
      told.add(run, [...input, ...output]);
    } else told.use(run, trace.nameOf(run), details(run));
  }
  if (root && isWhole) told.add(trace.root, messagesOf(root).output);
  return told.turns.filter((turn) => turn.messages.length || turn.tools.length);
}

class Told {
  /** @type {Turn[]} */
  turns = [];
  /** @type {Map<string, {message: Message, at: Message[]}>} */
  #seen = new Map();
  /** @type {{name: string, part: import("./message_parts.js").CallPart, turn: Turn}[]} calls that no run of a tool was put to */
  #calls = [];

  /** @param {number} run @param {Message[]} messages */
  add(run, messages) {
    /** @type {Turn} */
    const turn = { run, messages: [], tools: [] };
    for (const message of messages) this.#say(message, turn);
    if (turn.messages.length) this.turns.push(turn);
  }

  /** @param {Message} message @param {Turn} turn */
  #say(message, turn) {
    const key = keyOf(message);
    const before = this.#seen.get(key);
    if (before) return answer(before.message, message);
    const own = { ...message, parts: message.parts.map((part) => ({ ...part })) };
    this.#seen.set(key, { message: own, at: turn.messages });
    turn.messages.push(own);
    for (const part of own.parts) if (part.kind === "call") this.#calls.push({ name: part.name, part, turn });
  }

  /** A tool's run is put to the call that asked for it; where nobody did, it is a step of its own. @param {number} run @param {string} name @param {any} details */
  use(run, name, details) {
    const at = this.#calls.findIndex((one) => one.name === name);
    if (at < 0) {
      this.turns.push({ run, messages: [], tools: [run] });
      return;
    }
    const [{ part, turn }] = this.#calls.splice(at, 1);
    turn.tools.push(run);
    if (!part.answer) part.answer = answerOf(part, details);
  }
}

/** @param {import("./message_parts.js").CallPart} call @param {any} details */
function answerOf(call, details) {
  if (details?.error) return result(call.id, call.name, details.error, true);
  const outputs = details?.outputs;
  if (outputs === null || outputs === undefined) return undefined;
  const keys = typeof outputs === "object" ? Object.keys(outputs) : [];
  return result(call.id, call.name, keys.length === 1 ? outputs[keys[0]] : outputs);
}

/** The answers that came later, put to the calls that were told before. @param {Message} told @param {Message} again */
function answer(told, again) {
  const answers = again.parts.filter((part) => part.kind === "call");
  told.parts
    .filter((part) => part.kind === "call")
    .forEach((part, at) => {
      const later = answers[at];
      if (!part.answer && later?.kind === "call" && later.answer) part.answer = later.answer;
    });
}

/** What makes two messages the same: who says what, whatever ids and answers stand with it. @param {Message} message */
const keyOf = (message) => `${message.role}\n${message.parts.map(partKey).join("\n")}`;

/** @param {import("./message_parts.js").MessagePart} part */
function partKey(part) {
  if (part.kind === "call") return `call ${part.name} ${jsonOf(part.args, 0)}`;
  if (part.kind === "text") return `text ${part.text.trim()}`;
  return jsonOf(part, 0);
}
