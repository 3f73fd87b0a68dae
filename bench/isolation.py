"""Every input that is no part of a page's key, on every page, by two people, over a real server.

Run from the project's folder: .venv/bin/python -m bench.isolation. On SQLite in a folder of its
own, or where DATABASE_URL leads (an empty database). Before each request the page is thrown away;
after it a stranger asks through the same connection. Prints how many pairs there were, and what of
one reached the other.
"""

from bench.own_site import own_site


def main() -> None:
    """Ask, and print what came of it."""
    with own_site(workers=1) as site:
        from blogsite.tests.isolating import isolate

        pairs, wrong = isolate(site.port)
        print(f"{pairs} pairs of requests; {len(wrong)} let something through", *wrong, sep="\n")


if __name__ == "__main__":
    main()
