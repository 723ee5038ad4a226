"""axe-core, in the page: what keeps somebody from using it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_ASK = """runOnly => axe.run(document, {runOnly, resultTypes: ["violations"]})
  .then(found => found.violations.flatMap(rule => rule.nodes.map(
    node => `${rule.id} (${rule.impact}): ${node.target.join(" ")}: `
      + (node.any[0] || node.all[0] || node.none[0] || {message: rule.help}).message)))"""


@cache
def _source() -> str:
    return AXE.read_text(encoding="utf-8")


def violations(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """Each violation of these rules, else of WCAG 2.2 A and AA and of what axe calls best practice.

    The script comes by the debugger's protocol, as the page's own policy lets no foreign script in.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_source())
    wanted = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(_TAGS)}
    found: list[str] = page.evaluate(_ASK, wanted)
    return sorted(found)
