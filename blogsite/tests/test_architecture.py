"""Imports only look down: blogsite -> comments -> posts -> accounts -> blogsite.lib -> Django."""

import ast
from collections.abc import Iterator

import pytest

from blogsite.tests.sources import ROOT, Module, modules

LEVELS = ["blogsite.lib", "accounts", "posts", "comments", "blogsite"]


def level(name: str) -> int | None:
    """Return how high a module stands; None for what is not the project's."""
    for height, room in enumerate(LEVELS):
        if name == room or name.startswith(f"{room}."):
            return height
    return None


def upward(module: Module) -> Iterator[str]:
    own = level(module.name)
    assert own is not None
    for name in module.imports():
        height = level(name)
        if height is not None and height > own:
            yield f"{module.label} imports {name}"


def only(pattern: str) -> list[Module]:
    return [module for module in modules() if module.path.relative_to(ROOT).match(pattern)]


def test_imports_look_down_only() -> None:
    offenders = [line for module in modules() for line in upward(module)]
    assert not offenders, "\n".join(offenders)


@pytest.mark.parametrize(
    "source",
    [
        "from comments.models import Comment",
        "def late():\n    import comments.models",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from blogsite import views",
        "import blogsite.views",
    ],
)
def test_an_upward_import_is_found_wherever_it_hides(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Module, "tree", lambda module: ast.parse(source))
    assert list(upward(Module(ROOT / "posts/models/post.py")))


def run_time_imports(tree: ast.Module) -> Iterator[str]:
    """Yield what is imported outside `if TYPE_CHECKING:`."""
    guarded = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and id(node) not in guarded:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_querysets_import_no_model() -> None:
    offenders = [
        f"{module.label} imports {name}"
        for module in modules()
        if "querysets" in module.name
        for name in run_time_imports(module.tree())
        if level(name) is not None and ".models" in name
    ]
    assert not offenders, "\n".join(offenders)


def test_models_know_no_forms_views_feeds_or_letters() -> None:
    above = {"forms", "views", "feeds", "emails", "admin", "urls"}
    offenders = [
        f"{module.label} imports {name}"
        for module in modules()
        if "models" in module.path.with_suffix("").relative_to(ROOT).parts
        for name in module.imports()
        if level(name) is not None and above & set(name.split("."))
    ]
    assert not offenders, "\n".join(offenders)


def test_apps_send_each_other_no_signals() -> None:
    """The framework's own, of migrations, requests and connections, are no talk between apps."""
    allowed = {"pre_migrate", "post_migrate"}
    allowed |= {"request_started", "request_finished", "connection_created"}
    offenders = [
        f"{module.label} imports {name}"
        for module in modules()
        for name in module.imports()
        if ("django.dispatch" in name or ".signals." in name) and name.split(".")[-1] not in allowed
    ]
    assert not offenders, "\n".join(offenders)


def test_packages_are_empty_but_for_models() -> None:
    inits = only("__init__.py")
    full = [
        module.label
        for module in inits
        if module.path.read_text().strip() and module.path.parent.name != "models"
    ]
    assert inits
    assert not full, "\n".join(full)


def test_nobody_catches_every_exception() -> None:
    offenders = [
        f"{module.label}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree())
        if isinstance(node, ast.ExceptHandler) and catches_all(node)
    ]
    assert not offenders, "\n".join(offenders)


def catches_all(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"} for kind in caught
    )


def test_there_is_no_services_module() -> None:
    assert not [module.label for module in modules() if module.path.stem == "services"]
