import assert from "node:assert/strict";
import { test } from "node:test";

import { hasMarkdown, hostOf, isShownPicture, markdownLexer, plainCharacters, safeHref } from "../../../web/model/markdown.js"; // prettier-ignore

const lex = await markdownLexer();
const types = (tokens) =>
  tokens.flatMap((one) => [one.type, ...types(one.tokens ?? one.items ?? [])]);

test("tags are text: no token of HTML comes out of any of them", () => {
  const hostile = ["<script>alert(1)</script>", "a <b onclick=x>b</b>", "<img src=x onerror=y>", "<!-- x -->", "<details>\n\n**b**\n\n</details>", "> <iframe>"]; // prettier-ignore
  for (const text of hostile)
    assert.ok(!types(lex(text)).includes("html"), text);
});

test("markdown within tags is still markdown, as prompts have it", () => {
  assert.ok(
    types(lex("<rules>\n- **one**\n- two\n</rules>")).includes("strong"),
  );
});

test("only addresses of the web and of mail are followed", () => {
  for (const href of [
    "https://x.test/a?b#c",
    "http://x.test",
    "mailto:a@x.test",
  ])
    assert.equal(safeHref(href), href);
  for (const href of [
    "javascript:alert(1)",
    " javascript:x",
    "JaVaScRiPt:x",
    "data:text/html,x",
    "//x.test",
    "/a",
    "vbscript:x",
    "file:///etc",
    "https://",
    null,
    1,
  ])
    assert.equal(safeHref(href), null, String(href));
});

test("a host is the one that the browser would ask", () => {
  const hosts = [["https://x.test/a", "x.test"], ["https://good.test@evil.test/", "evil.test"], ["https://good.test\\@evil.test", "good.test"], ["http://X.test:8080?q", "x.test:8080"], ["data:image/png,x", ""], ["", ""]]; // prettier-ignore
  for (const [address, host] of hosts)
    assert.equal(hostOf(address), host, address);
});

test("only pictures given as data are shown, and none that may hold a script", () => {
  assert.ok(isShownPicture("data:image/png;base64,AA"));
  for (const url of [
    "https://x.test/a.png",
    "data:image/svg+xml,<svg/>",
    "data:text/html,x",
    "blob:x",
    "",
  ])
    assert.ok(!isShownPicture(url), url);
});

test("hostile texts give tokens in the end, and never throw", () => {
  const hostile = [">".repeat(50_000), "[".repeat(50_000), "*".repeat(50_000), "- ".repeat(20_000), `${"`".repeat(30_000)}`, "|a".repeat(20_000), "x".repeat(1_000_000), "\u0000\uffff", "![".repeat(10_000)]; // prettier-ignore
  for (const text of hostile) assert.ok(Array.isArray(lex(text)));
});

test("plain words need no lexer", () => {
  assert.equal(hasMarkdown("Just a sentence, and another one."), false);
  for (const text of [
    "**b**",
    "# h",
    "- a",
    "1. a",
    "see https://x.test",
    "a\n> b",
    "`c`",
    "an _e_",
    "[a](b)",
    "a | b\n--|--\n1 | 2",
    "a\n===",
  ])
    assert.equal(hasMarkdown(text), true, text);
  for (const text of [
    "a\nb\n\nc",
    "payment_id of B-48717 [1], #4",
    "2 - 1 > 0 | 1",
  ])
    assert.equal(hasMarkdown(text), false, text);
});

test("characters are told as they are meant", () => {
  assert.equal(
    plainCharacters("a &amp; b &lt;c&gt; &quot;d&quot; &#39;e&#39; &nbsp;"),
    "a & b <c> \"d\" 'e' &nbsp;",
  );
});
