"""The project's Python files, as the house rules look at them."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("bench", "functions", "infra", "shared")
NOUNS = ("access", "base", "feedback", "pricing", "projects", "retention", "runs", "sharing", "usage")


def files_under(*folders: str) -> dict[str, Path]:
    """Each Python file of these folders by its path from the root. An absent folder is an error, not an empty one."""
    for folder in folders:
        assert (ROOT / folder).is_dir(), f"{folder} is gone: mend the house test that reads it"
    return {path.relative_to(ROOT).as_posix(): path for folder in folders for path in (ROOT / folder).rglob("*.py")}


def tree_of(path: Path) -> ast.Module:
    """The file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def attributes_read(tree: ast.Module) -> set[str]:
    """Every dotted name in the file, such as `os.environ`, and every name it imports from a module."""
    dotted = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return dotted | {f"{node.module}.{alias.name}" for node in imports for alias in node.names}
