"""No file and no function grows past what can be read at once; each exception has a reason."""

import ast
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from blogsite.tests.sources import ROOT, Module, is_test, modules, templates

MODULE, FUNCTION, MEDIAN, VIEW, TEST = 300, 40, 10, 30, 25
PAGE, PARTIAL, SHEET, ALL_CSS, ALL_JS = 80, 40, 250, 2600, 1100
# "file" or "file:function": why it may be longer.
EXCEPTIONS: dict[str, str] = {}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def length(function: Function) -> int:
    """Return the lines of a function from `def` to its end, without its docstring."""
    own = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        own -= (first.end_lineno or first.lineno) - first.lineno + 1
    return own


def functions(module: Module) -> list[Function]:
    return [node for node in ast.walk(module.tree()) if isinstance(node, Function)]


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def report(found: Iterable[tuple[str, int]], ceiling: int) -> None:
    offenders = [
        f"{label}: {size} lines, at most {ceiling}"
        for label, size in found
        if size > ceiling and label not in EXCEPTIONS
    ]
    assert not offenders, "\n".join(offenders)


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_modules_stay_readable() -> None:
    report([(module.label, module.lines) for module in modules()], MODULE)


def test_functions_stay_readable() -> None:
    report(
        [
            (f"{module.label}:{function.name}", length(function))
            for module in modules()
            if not is_test(module)
            for function in functions(module)
        ],
        FUNCTION,
    )


def test_most_functions_are_short() -> None:
    sizes = [
        length(function)
        for module in modules()
        if not is_test(module)
        for function in functions(module)
    ]
    assert median(sizes) < MEDIAN


def test_views_stay_short() -> None:
    report(
        [
            (f"{module.label}:{function.name}", length(function))
            for module in modules()
            if not is_test(module) and "views" in module.name.split(".")
            for function in functions(module)
        ],
        VIEW,
    )


def test_tests_stay_short() -> None:
    report(
        [
            (f"{module.label}:{function.name}", length(function))
            for module in modules()
            if is_test(module)
            for function in functions(module)
            if function.name.startswith("test_")
        ],
        TEST,
    )


def test_templates_stay_short() -> None:
    partials = [path for path in templates() if path.name.startswith("_")]
    pages = [path for path in templates() if not path.name.startswith("_")]
    report([(label(path), lines(path)) for path in partials], PARTIAL)
    report([(label(path), lines(path)) for path in pages], PAGE)


def test_stylesheets_stay_small_each_and_together() -> None:
    sheets = sorted((ROOT / "static").rglob("*.css"))
    report([(label(path), lines(path)) for path in sheets], SHEET)
    report([("all stylesheets", sum(map(lines, sheets)))], ALL_CSS)


def test_scripts_stay_small_together() -> None:
    scripts = sorted((ROOT / "static").rglob("*.js"))
    report([("all scripts", sum(map(lines, scripts)))], ALL_JS)


def test_exceptions_are_still_needed_and_reasoned() -> None:
    assert all(reason.strip() for reason in EXCEPTIONS.values())
    missing = [name for name in EXCEPTIONS if not (ROOT / name.partition(":")[0]).exists()]
    assert not missing, missing


def test_a_docstring_does_not_count() -> None:
    (function,) = ast.parse('def f():\n    """One.\n\n    Two.\n    """\n    return 1\n').body
    assert isinstance(function, ast.FunctionDef)
    assert length(function) == 2
