#!/usr/bin/env python3
"""Reads pages with Python's HTML parser, which knows nothing of ours.

    check_page.py FILE... [--file]

Ends with 1 where a page holds a script of its own, a handler, a style or an address that leaves the
origin, or where its elements do not nest. Else prints, as JSON, for every file its metric values and
all its text. `--file` allows the style sheet of a file that stands alone.
"""

import json
import sys
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr"}
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "srcdoc", "data"}
KNOWN = {"/assets/page.css", "/assets/page.js", "/assets/icon.svg"}


class Page(HTMLParser):
    """One page, with what is wrong in it."""

    def __init__(self, alone):
        super().__init__(convert_charrefs=True)
        self.alone = alone
        self.problems = []
        self.open = []
        self.metrics = []
        self.quality = []
        self.text = []
        self.ids = []
        self.classes = set()

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if len(attributes) != len(attrs):
            self.problems.append(f"<{tag}> has an attribute twice")
        if tag in ("style", "iframe", "object", "embed", "base") and not (
            tag == "style" and self.alone
        ):
            self.problems.append(f"<{tag}> stands in the page")
        if tag == "script" and (self.alone or attributes.get("src") not in KNOWN):
            self.problems.append(f"<script {attributes}> is not ours")
        for name, value in attributes.items():
            if name.startswith("on") or name == "style":
                self.problems.append(f"<{tag} {name}> can run or style")
            if name in ADDRESSES and not self.is_ours(value):
                self.problems.append(f"<{tag} {name}={value!r}> leaves the origin")
        if "id" in attributes:
            self.ids.append(attributes["id"])
        self.classes.update((attributes.get("class") or "").split())
        if tag not in VOID:
            self.open.append((tag, attributes))

    @staticmethod
    def is_ours(address):
        if address == "#content":
            return True
        return bool(address) and address.startswith("/") and not address.startswith("//") and (
            "\\" not in address
        )

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.problems.append(f"</{tag}> closes {self.open[-1:]}")
            return
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1][0] in ("script",):
            if data.strip():
                self.problems.append("a script with content")
            return
        if self.open and self.open[-1][0] == "style":
            return
        self.text.append(data)
        for tag, attributes in self.open[-2:]:
            if "data-quality" in attributes:
                self.quality.append((attributes["data-quality"], data))
        for place, (tag, attributes) in enumerate(self.open):
            if "data-metric" not in attributes:
                continue
            inner = self.open[place + 1 :]
            # In a card the value is one of several texts.
            if not inner or "value" in (inner[-1][1].get("class") or "").split():
                self.metrics.append((attributes["data-metric"], data))

    def finish(self):
        self.close()
        if self.open:
            self.problems.append(f"{[tag for tag, _ in self.open]} are not closed")
        if len(self.ids) != len(set(self.ids)):
            self.problems.append(f"ids are used twice: {self.ids}")


def main():
    alone = "--file" in sys.argv
    answer = {}
    wrong = False
    for path in [word for word in sys.argv[1:] if word != "--file"]:
        page = Page(alone)
        with open(path, encoding="utf-8") as file:
            page.feed(file.read())
        page.finish()
        for problem in page.problems:
            print(f"{path}: {problem}", file=sys.stderr)
            wrong = True
        answer[path] = {
            "metrics": page.metrics,
            "quality": dict(page.quality),
            "text": "".join(page.text),
        }
    json.dump(answer, sys.stdout)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
