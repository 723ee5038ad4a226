/** Pictures, sounds, films and files of a message: by URL, by base64, or by name only. */

import { isObject } from "./json_text.js";

/** @typedef {"image" | "audio" | "video" | "file"} Medium */
/** @typedef {{kind: "medium", medium: Medium, url: string, mime: string, name: string, bytes: number | null}} MediumPart `url` is empty where there is only a name */

/** @param {unknown} value the words of it, where it is a word or a number */
export const word = (value) => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/**
 * A picture, a sound, a file: by URL, by base64, or by name only.
 * @param {Medium} medium
 * @param {{url?: unknown, base64?: unknown, mime?: unknown, name?: unknown}} said
 * @returns {MediumPart}
 */
export function mediumOf(medium, { url, base64, mime, name }) {
  const known = word(mime) || DEFAULT_MIMES[medium];
  const inline = typeof base64 === "string" && base64 ? dataUrl(base64, known) : "";
  const at = inline || (typeof url === "string" ? url : "");
  const kind = at.startsWith("data:") ? at.slice(5, 5 + Math.max(0, at.slice(5).search(/[;,]/))) || known : word(mime);
  return {
    kind: "medium",
    medium: mediumByMime(kind) ?? medium,
    url: at,
    mime: kind,
    name: word(name),
    bytes: bytesIn(at),
  };
}

/** @type {Record<Medium, string>} */
const DEFAULT_MIMES = { image: "image/png", audio: "audio/wav", video: "video/mp4", file: "application/octet-stream" };

/** @param {string} base64 @param {string} mime */
const dataUrl = (base64, mime) => (base64.startsWith("data:") ? base64 : `data:${mime};base64,${base64}`);

/** @param {string} mime @returns {Medium | null} */
export function mediumByMime(mime) {
  const start = mime.split("/")[0];
  return start === "image" || start === "audio" || start === "video" ? start : null;
}

/** @param {string} url */
function bytesIn(url) {
  if (!url.startsWith("data:")) return null;
  const body = url.length - url.indexOf(",") - 1;
  return /^[^,]{0,200};base64,/.test(url) ? Math.floor((body * 3) / 4) : body;
}

/** @param {unknown} source of an image or a document: Anthropic's */
export function fromSource(source) {
  const from = isObject(source) ? source : {};
  return { base64: from.data, url: from.url, mime: from.media_type ?? from.mime_type, name: from.file_id };
}

/** @param {any} part @returns {MediumPart} */
export function picture(part) {
  if (isObject(part.source)) return mediumOf("image", fromSource(part.source));
  const at = part.image_url ?? part.url ?? part.image;
  const url = isObject(at) ? at.url : at;
  return mediumOf("image", {
    url: typeof url === "string" && !isBase64(url, part) ? url : undefined,
    base64: part.base64 ?? part.data ?? (isBase64(url, part) ? url : undefined),
    mime: part.mime_type ?? part.mediaType ?? part.mimeType,
    name: part.file_id ?? part.name,
  });
}

/** @param {unknown} url @param {any} part Vercel's images are bare base64 */
const isBase64 = (url, part) => url === part.image && typeof url === "string" && !/^(https?|data|blob):/i.test(url);

/** @param {any} part @returns {MediumPart} */
export function sound(part) {
  const inside = part.input_audio ?? part.audio ?? part;
  const format = word(inside?.format);
  return mediumOf("audio", {
    base64: inside?.data ?? inside?.base64,
    url: inside?.url,
    mime: inside?.mime_type ?? (format && `audio/${format}`),
    name: inside?.id ?? inside?.file_id,
  });
}

/** OTel's blob, uri and file parts. @param {any} part @returns {MediumPart} */
export const otelMedium = (part) =>
  mediumOf(mediumByMime(`${word(part.modality)}/`) ?? "file", {
    base64: typeof part.content === "string" ? part.content : part.data,
    url: part.uri,
    mime: part.mime_type,
    name: part.file_id,
  });

/** Bedrock's `{format, source: {bytes}}`. @param {Medium} medium @param {any} one @returns {MediumPart | null} */
export function bedrockMedium(medium, one) {
  if (!isObject(one.source) && typeof one.url !== "string") return null;
  const format = word(one.format);
  const mime = medium === "image" ? `image/${format || "png"}` : format && `application/${format}`;
  const found = mediumOf(medium, { base64: one.source?.bytes, url: one.url ?? one.source?.s3Location?.uri, mime });
  return { ...found, name: word(one.name) };
}
