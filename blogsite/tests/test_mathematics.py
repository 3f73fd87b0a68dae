import re

import pytest

from blogsite.lib import markdown
from blogsite.lib.markup import mathematics
from blogsite.lib.markup.mathematics import Mathematics

UNSAFE = [
    r"\text{<script>alert(1)</script>}",
    r"\operatorname{<img src=x onerror=alert(1)>}",
    r"\mathrm{<svg onload=alert(1)>}",
    r"\href{javascript:alert(1)}{x}",
    r'\textcolor{red" onload="alert(1)}{x}',
    r"\style{background:url(//a)}{x}",
    r"\text{</math><script>alert(1)</script>}",
    r"\class{x}{y}",
]

DEEP = [
    "{" * 1000 + "}" * 1000,
    "\\sqrt{" * 280 + "}" * 280,
    "_{" * 600 + "}" * 600,
    "^" * 2000,
    "\\begin{matrix}" * 70 + "\\end{matrix}" * 70,
    "\\frac" * 400,
    "\\left(" * 150,
]


def html(source: str, *, has_math: bool = True) -> str:
    return markdown.render(source, markdown.Kind.POST, has_math=has_math).html


def test_a_formula_in_a_line_becomes_mathml() -> None:
    assert html("The area is $r^2$.") == (
        '<p>The area is <math display="inline" alttext="r^2">'
        "<msup><mi>r</mi><mn>2</mn></msup></math>.</p>\n"
    )


def test_a_formula_of_its_own_is_a_block() -> None:
    assert '<math display="block"' in html("$$\n\\sum_{i=0}^n i\n$$")


def test_without_being_asked_for_dollars_are_dollars() -> None:
    assert html("$r^2$", has_math=False) == "<p>$r^2$</p>\n"


def test_prices_are_no_formulas() -> None:
    assert "<math" not in html("It costs $5 or $10, not \\$20.")


@pytest.mark.parametrize("tex", UNSAFE)
def test_nothing_in_a_formula_is_markup(tex: str) -> None:
    shown = html(f"${tex}$")
    tags = set(re.findall(r"<([a-z]+)", shown))
    assert not tags & {"script", "img", "svg", "a", "iframe"}
    assert not re.search(r"<[^>]*\son[a-z]+=", re.sub(r'"[^"]*"', '""', shown))
    assert " style=" not in re.sub(r'alttext="[^"]*"', "", shown)


def test_what_cannot_be_read_stays_as_it_was_typed() -> None:
    assert '<code class="math-source">\\nonsense</code>' in html("$\\nonsense$")


@pytest.mark.parametrize("written", ["<b>x</b>", "<mi onclick=x>x</mi>", "a <", "<mi>x</mi"])
def test_the_second_wall_lets_no_unknown_markup_through(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Mathematics, "_in_a_deep_stack", lambda *_args, **_kwargs: written)
    assert Mathematics(1).show("x", is_block=False) in {
        '<code class="math-source">x</code>',
        '<math display="inline" alttext="x"><mi>x</mi>',
    }


@pytest.mark.parametrize("tex", DEEP)
def test_deep_formulas_do_not_end_the_process(tex: str) -> None:
    assert Mathematics(5).show(tex, is_block=True)


@pytest.mark.parametrize("name", ["newcommand", "def", "gdef", "renewcommand", "let"])
def test_formulas_define_no_commands(name: str) -> None:
    assert "<math" not in html(f"$\\{name}{{\\a}}{{x}}\\a$")


def test_a_formula_that_is_too_long_stays_as_it_was_typed() -> None:
    assert "<math" not in html("$" + "x" * (mathematics.LONGEST + 1) + "$")


def test_work_on_formulas_is_bounded() -> None:
    spent = Mathematics(0)
    assert spent.show("x", is_block=False) == '<code class="math-source">x</code>'


def test_an_author_cannot_write_the_markup_of_a_formula() -> None:
    source = '<span class="math math-inline">x^2</span> <math><mi>y</mi></math>'
    assert "<math" not in html(source, has_math=False)
    assert "<mi>y</mi>" not in html(source)
