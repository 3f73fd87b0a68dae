"""Templates lose their indentation, and nothing that anybody sees."""

from pathlib import Path

import pytest
from django.template import Context, Engine

INDENTED = """{% load i18n %}
<p>
    one   two
    {% if yes %}
        <b>{{ text }}</b>
    {% endif %}

    {% blocktranslate %}three
    four{% endblocktranslate %}
</p>
"""
EXACT = ["<pre>\n  x\n</pre>", "<TEXTAREA rows=2>\n  x</TEXTAREA>", "<script>\n  x\n</script>"]


def rendered(folder: Path, name: str, source: str) -> str:
    (folder / name).write_text(source)
    places = ["django.template.loaders.filesystem.Loader"]
    engine = Engine(
        [str(folder)],
        loaders=[("blogsite.loading.Loader", places)],
        libraries={"i18n": "django.templatetags.i18n"},
    )
    first, again = engine.get_template(name), engine.get_template(name)
    assert first is again
    return first.render(Context({"yes": True, "text": "a\n    b"}))


def test_indentation_goes_and_what_is_shown_stays(tmp_path: Path) -> None:
    page = rendered(tmp_path, "page.html", INDENTED)
    assert page == "\n<p>\none   two\n\n<b>a\n    b</b>\n\nthree\n    four\n</p>\n"


def test_a_letter_in_plain_text_stays_as_it_is(tmp_path: Path) -> None:
    assert "    one   two" in rendered(tmp_path, "letter.txt", INDENTED)


@pytest.mark.parametrize("source", EXACT)
def test_where_white_space_counts_it_stays(tmp_path: Path, source: str) -> None:
    assert rendered(tmp_path, "page.html", source) == source


def test_a_page_that_others_extend_is_compacted_too(tmp_path: Path) -> None:
    (tmp_path / "base.html").write_text("<main>\n    {% block a %}{% endblock %}\n</main>")
    page = rendered(
        tmp_path, "page.html", '{% extends "base.html" %}{% block a %}\n   <p>\n{% endblock %}'
    )
    assert page == "<main>\n\n<p>\n\n</main>"
