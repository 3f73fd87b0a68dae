"""What the measurements stand on: reading forms, and the table that is written."""

from bench.browser import filled
from bench.report import Goal, Section, document, table

PAGE = """
<form method="post" action="/out/"><input name="csrf" value="a"></form>
<form method="post"><input name="csrf" value="a"><input type="checkbox" name="pinned">
<textarea name="body">One &amp; two</textarea><input type="submit" name="then" value="edit">
<select name="licence"><option value="x">X</option><option value="y" selected>Y</option></select>
</form>"""


def test_a_form_is_read_as_a_browser_would_send_it() -> None:
    assert filled(PAGE) == {"csrf": "a", "body": "One & two", "licence": "y"}


def test_a_table_lines_up() -> None:
    assert table(("page", "µs"), [("list", "1.0"), ("a post", "12.5")]) == [
        "| page   |   µs |",
        "| ------ | ---: |",
        "| list   |  1.0 |",
        "| a post | 12.5 |",
    ]


def test_a_missed_goal_is_said_before_the_sections() -> None:
    goal = Goal("kept page", "≥ 0.75", "0.52", met=False)
    written = document([Section("Kept", ["text"], [goal])], [])
    assert written.index("**missed**") < written.index("## Kept")
