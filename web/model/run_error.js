/** An error as its pieces: what it is called, what it says, and where it happened. */

/** @typedef {{text: string, isOwn: boolean}} StackLine own: of the application, not of its libraries */
/** @typedef {{kind: string, message: string, stack: StackLine[]}} RunError */

/** Where libraries and the language itself lie, in Python and in Node. */
const FOREIGN = /site-packages|dist-packages|node_modules|node:internal|[\\/]lib[\\/]python\d|<frozen |\(native\)|internal\/process|<anonymous>/; // prettier-ignore
const PYTHON_FRAME = /^\s*File "[^"]+", line \d+/;
const JS_FRAME = /^\s+at\s.+/;
const NAMED =
  /^\s*((?:[A-Za-z_$][\w$]*\.)*[A-Z][\w$]*(?:Error|Exception|Warning|Timeout|Interrupt|Exit|Failure|Cancelled)?)(?:: |\(|$)/;
/** More lines of a stack than these tell nobody anything. */
const MOST_LINES = 2_000;

/**
 * The error of a run, as its SDK wrote it; null where there is none.
 * @param {unknown} error
 * @returns {RunError | null}
 */
export function errorOf(error) {
  if (error === null || error === undefined || error === "") return null;
  const text = typeof error === "string" ? error : JSON.stringify(error, null, 2);
  const lines = text.trim().split("\n");
  const from = lines.findIndex(
    (line) => line.startsWith("Traceback ") || PYTHON_FRAME.test(line) || JS_FRAME.test(line),
  );
  const told = from < 0 ? lines : lines.slice(0, from);
  const stack = from < 0 ? [] : lines.slice(from, from + MOST_LINES);
  const said = told.join("\n").trim() || lastWords(stack);
  return { ...named(said), stack: stackOf(stack) };
}

/** Python's repr, `ValueError('no index')`, or `ValueError: no index`. @param {string} said */
function named(said) {
  const repr = said.match(/^([A-Za-z_][\w.]*)\((['"])([\s\S]*)\2,?\)\s*$/);
  if (repr) return { kind: repr[1], message: repr[3].replaceAll("\\n", "\n").replaceAll("\\'", "'") };
  const kind = said.match(NAMED)?.[1] ?? "";
  const isClear = kind && (said.startsWith(`${kind}: `) || said === kind);
  return isClear ? { kind, message: said.slice(kind.length + 2).trim() } : { kind: "", message: said };
}

/** A bare traceback says at its end what happened. @param {string[]} stack */
function lastWords(stack) {
  const at = stack.findLastIndex((line) => /^[A-Za-z_][\w.]*(?:: |$|\()/.test(line) && !line.startsWith("Traceback"));
  return at < 0 ? (stack.at(-1) ?? "").trim() : stack.slice(at).join("\n").trim();
}

/** Each line, and whether it is of a frame of one's own: a line of code belongs to the frame above it. @param {string[]} lines @returns {StackLine[]} */
function stackOf(lines) {
  let isOwn = false;
  return lines.map((text) => {
    if (PYTHON_FRAME.test(text) || JS_FRAME.test(text)) isOwn = !FOREIGN.test(text);
    else if (!/^\s/.test(text)) isOwn = false;
    return { text, isOwn };
  });
}
