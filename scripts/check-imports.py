#!/usr/bin/env python3
"""Holds the direction of the data flow: targets import only what they declare and what stands above.

SwiftPM lets a target import a dependency's dependency without declaring it, and says nothing of the
order in Package.swift. Both are errors here.
"""

import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ATTRIBUTE = r"@\w+(?:\([^)\n]*\))?"
ACCESS = r"public|package|internal|fileprivate|private"
KIND = r"struct|class|enum|protocol|typealias|func|var|let"
IMPORT = re.compile(
    rf"^[ \t]*(?:{ATTRIBUTE}[ \t]+)*(?:(?:{ACCESS})[ \t]+)?import[ \t]+(?:(?:{KIND})[ \t]+)?(\w+)",
    re.MULTILINE,
)


def declared_targets():
    """The targets in their order, each with the names it declares as dependencies."""
    manifest = json.loads(
        subprocess.check_output(["swift", "package", "dump-package"], cwd=ROOT)
    )
    return {
        target["name"]: [next(iter(kind.values()))[0] for kind in target["dependencies"]]
        for target in manifest["targets"]
    }


def order_problems(targets):
    """Dependencies on a target that stands further down."""
    order = {name: place for place, name in enumerate(targets)}
    for name, dependencies in targets.items():
        for dependency in dependencies:
            if order.get(dependency, -1) > order[name]:
                yield f"Package.swift: {name} depends on {dependency}, which stands below it"


def import_problems(targets):
    """Imports of our own targets that the importing target does not declare."""
    for name, dependencies in targets.items():
        for folder in (ROOT / "Sources" / name, ROOT / "Tests" / name):
            for file in sorted(folder.rglob("*.swift")):
                for module in IMPORT.findall(file.read_text(encoding="utf-8")):
                    if module in targets and module not in dependencies:
                        place = file.relative_to(ROOT)
                        yield f"{place}: imports {module}, which {name} does not declare"


def main():
    targets = declared_targets()
    problems = [*order_problems(targets), *import_problems(targets)]
    if problems:
        sys.exit("\n".join(problems))
    print(f"{len(targets)} targets, every import declared and pointing upwards")


if __name__ == "__main__":
    main()
