/** What a retriever found, in one shape: LangChain's documents, LlamaIndex' nodes, OpenInference's, and plain ones. */

import { hasContent, isObject, parsedJson, textOf } from "./json_text.js";
import { word } from "./message_media.js";

/**
 * @typedef {object} FoundDocument
 * @property {string} text
 * @property {number | null} score
 * @property {string} scoreName "score", "distance" …
 * @property {number | null} share of the bar that the score fills, 0 to 1; null where less is better, or none is known
 * @property {string} title
 * @property {string} source where it comes from, as its metadata says
 * @property {string} id
 * @property {Record<string, unknown>} metadata
 */
/** @typedef {Omit<FoundDocument, "share">} Unranked */

const LISTS = ["documents", "docs", "source_documents", "retrieval.documents", "retrieved_documents", "nodes", "source_nodes", "output", "results", "matches", "chunks", "context", "hits"]; // prettier-ignore
const TEXTS = ["page_content", "pageContent", "document.content", "content", "text", "chunk", "snippet"];
const SCORES = ["score", "document.score", "relevance_score", "relevanceScore", "similarity", "similarity_score", "_score", "rerank_score", "distance"]; // prettier-ignore
const SOURCES = ["source", "url", "uri", "link", "path", "file_path", "file", "file_name", "filename", "document_name"];
const TITLES = ["title", "name", "heading", "section"];

/**
 * The documents of a value, in their order, and what stood beside them; null where it holds none.
 * @param {unknown} value
 * @param {boolean} [isRetriever] then texts without a score or metadata are documents, too
 * @returns {{documents: FoundDocument[], rest: Record<string, unknown>} | null}
 */
export function documentsIn(value, isRetriever = false) {
  if (Array.isArray(value)) return withRest(listed(value, isRetriever), {});
  if (!isObject(value)) return null;
  for (const name of LISTS) {
    const documents = listed(parsedJson(value[name]), isRetriever);
    if (documents) return withRest(documents, without(value, name));
  }
  return null;
}

/** @param {FoundDocument[] | null} documents @param {Record<string, unknown>} rest */
const withRest = (documents, rest) => documents && { documents, rest };

/** @param {Record<string, unknown>} value @param {string} gone */
const without = (value, gone) =>
  Object.fromEntries(Object.entries(value).filter(([name, one]) => name !== gone && hasContent(one)));

/** @param {unknown} list @param {boolean} isRetriever @returns {FoundDocument[] | null} */
function listed(list, isRetriever) {
  if (!Array.isArray(list) || !list.length) return null;
  const found = list.map((one) => documentOf(one, isRetriever));
  return found.every((one) => one !== null) ? ranked(/** @type {Unranked[]} */ (found)) : null;
}

/** @param {unknown} value @param {boolean} isRetriever @returns {Unranked | null} */
function documentOf(value, isRetriever) {
  if (Array.isArray(value)) return scoredPair(value, isRetriever);
  if (typeof value === "string") return isRetriever ? made({}, value, {}) : null;
  if (!isObject(value)) return null;
  const inside = insideOf(value);
  const key = TEXTS.find((one) => typeof inside[one] === "string");
  if (!key || "role" in inside) return null;
  const metadata = parsedJson(inside.metadata ?? inside["document.metadata"] ?? inside.extra_info ?? {});
  const isSure = key === TEXTS[0] || key === TEXTS[1] || key === TEXTS[2] || isObject(value.node);
  if (!isSure && !isRetriever && !scoreOf(value)) return null;
  return made({ ...inside, ...pick(value, SCORES) }, inside[key], isObject(metadata) ? metadata : { metadata });
}

/** LangChain's serialised form, LlamaIndex' node, OpenInference's object. @param {Record<string, any>} value @returns {Record<string, any>} */
function insideOf(value) {
  for (const inside of [value.kwargs, value.node, value.document]) if (isObject(inside)) return inside;
  return value;
}

/** LangChain's `[document, score]`. @param {unknown[]} pair @param {boolean} isRetriever */
function scoredPair([value, score, ...more], isRetriever) {
  const found =
    typeof score === "number" && !more.length && !Array.isArray(value) ? documentOf(value, isRetriever) : null;
  return found && { ...found, score: /** @type {number} */ (score), scoreName: "score" };
}

/** @param {Record<string, any>} value @param {string} text @param {Record<string, any>} metadata @returns {Unranked} */
function made(value, text, metadata) {
  const [scoreName, score] = scoreOf(value) ?? scoreOf(metadata) ?? ["score", null];
  const source = firstWord(metadata, SOURCES) || firstWord(value, SOURCES);
  const title = firstWord(metadata, TITLES) || firstWord(value, TITLES);
  const id = word(value.id ?? value.id_ ?? value["document.id"] ?? value.node_id);
  return { text, score, scoreName, title, source, id, metadata };
}

/** @param {Record<string, any>} value @returns {[string, number] | null} */
function scoreOf(value) {
  const key = SCORES.find((one) => typeof value[one] === "number" && Number.isFinite(value[one]));
  return key ? [key.replace("document.", "").replace(/^_/, "").replaceAll("_", " "), value[key]] : null;
}

/** @param {Record<string, any>} value @param {string[]} names */
const pick = (value, names) => Object.fromEntries(names.filter((one) => one in value).map((one) => [one, value[one]]));

/** @param {Record<string, any>} value @param {string[]} names */
const firstWord = (value, names) => word(names.map((one) => value[one]).find((one) => typeof one === "string" && one));

/** Each with the share of its bar: of 1 where all scores lie below, else of the best. @param {Unranked[]} documents @returns {FoundDocument[]} */
function ranked(documents) {
  const scores = documents.flatMap((one) => (one.score === null ? [] : [one.score]));
  const best = scores.reduce((most, one) => Math.max(most, one), 0);
  const whole = best <= 1 ? 1 : best;
  return documents.map((one) => ({ ...one, share: shareOf(one, whole) }));
}

/** @param {Unranked} document @param {number} whole */
const shareOf = ({ score, scoreName }, whole) =>
  score === null || scoreName === "distance" ? null : Math.min(1, Math.max(0, score / whole));

/** @param {FoundDocument[]} documents @returns {string} */
export const textOfDocuments = (documents) =>
  documents.map((one, at) => `[${at + 1}] ${one.title || one.source || one.id}\n${one.text}`.trim()).join("\n\n") ||
  textOf("");
