"""The project's own files, for the tests that read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("blogsite", "comments", "posts", "accounts")


@dataclass(frozen=True)
class Module:
    """A Python file of the project and its syntax tree."""

    path: Path

    @property
    def name(self) -> str:
        """Return the dotted name, that of the package for an `__init__`."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def label(self) -> str:
        """Return the path as messages show it."""
        return str(self.path.relative_to(ROOT))

    @property
    def lines(self) -> int:
        """Return how many lines the file has."""
        return len(self.path.read_text().splitlines())

    def tree(self) -> ast.Module:
        """Return the syntax tree."""
        return _tree(self.path)

    def imports(self) -> Iterator[str]:
        """Yield every module imported anywhere: in functions and for type checking too."""
        for node in ast.walk(self.tree()):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{self._base(node)}.{alias.name}" for alias in node.names)

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        is_package = self.path.name == "__init__.py"
        parts = self.name.split(".")
        kept = parts[: len(parts) - node.level + is_package]
        return ".".join([*kept, *([node.module] if node.module else [])])


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


@cache
def modules() -> list[Module]:
    """Return every Python file of the apps but migrations."""
    found = (path for app in APPS for path in sorted((ROOT / app).rglob("*.py")))
    return [Module(path) for path in found if "migrations" not in path.parts]


def templates() -> list[Path]:
    """Return every template that becomes a page or a part of one."""
    folders = [ROOT / "templates", *(ROOT / app for app in APPS)]
    return sorted(path for folder in folders for path in folder.rglob("*.html"))


def is_test(module: Module) -> bool:
    """Tell tests and their helpers from what they test."""
    return "tests" in module.path.parts
