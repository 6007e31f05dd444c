#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks that includes go down only. There is no list of exceptions; a case that does not fit is
mended in the code, or this table changes together with a decision in docs/adr/.

  - A folder of src/ includes its own files and the folders that BELOW gives it, nothing else.
  - A module includes only modules that stand above it in src/modules/LAYERS. The generated messages
    of a module (astyq/<module>/v1/*.pb.h) rank as that module, those of the ledger as ledger.
  - A module's table declarations (state.gen.h, state.h) are included inside its own folder only,
    by tests too. Generated files in the build folder are not looked at.
  - Product code never includes tests/. Files named *_test.cpp or *_test.h and everything in tests/ may include
    any layer; apps/ may include all of src/.
  - No cycles between files, and none between folders.
  - What CMakeLists.txt lets a folder link to is within BELOW as well.

Prints one finding a line as file:line: what; why; how to mend it. Exit code 0 none, 1 findings.
"""

import re
import sys
from pathlib import Path

CORE = ["base", "crypto", "wire", "store", "ledger", "modules", "engine"]
BELOW = {name: CORE[:rank] for rank, name in enumerate(CORE)}
BELOW["fields"] = ["base"]
BELOW["light"] = ["base", "crypto", "wire"]
BELOW["suites"] = ["base", "crypto", "wire", "store", "light"]
BELOW["audit"] = CORE + ["light"]
BELOW["query"] = CORE + ["fields"]
BELOW["node"] = BELOW["query"] + ["query"]
BELOW["proof"] = CORE + ["light"]
BELOW["abci"] = ["base", "wire"]
BELOW["consortium"] = BELOW["node"] + ["node", "abci", "light"]
BELOW["http"] = BELOW["node"] + ["node", "proof"]
BELOW["paper"] = CORE + ["proof"]
BELOW["localnet"] = BELOW["consortium"] + ["consortium"]
BELOW["cli"] = CORE + ["audit", "proof", "paper", "localnet"]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
MESSAGES = re.compile(r"^astyq/([a-z_]+)/v\d+/\w+\.pb\.h$")
TABLES = {"state.gen.h", "state.h"}
TEST_ENDINGS = ("_test.cpp", "_test.h")
SUFFIXES = {".h", ".cpp", ".cc", ".inc"}


class Include:
    """One line `#include "path"` of a source, both seen from the root of the repository."""

    def __init__(self, source, line, path, quoted):
        self.source, self.line, self.path, self.quoted = source, line, path, quoted

    def finding(self, what, why, repair):
        return f'{self.source}:{self.line}: includes "{self.path}": {what}; {why}; {repair}'


def read_order(root):
    """The modules of LAYERS, lowest first."""
    listing = root / "src/modules/LAYERS"
    lines = listing.read_text(encoding="utf-8").splitlines() if listing.exists() else []
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


def read_sources(root):
    """Relative path -> text of every C++ file of ours."""
    sources = {}
    for top in ("src", "apps", "tests"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix in SUFFIXES and file.is_file():
                sources[file.relative_to(root).as_posix()] = file.read_text(encoding="utf-8")
    return sources


def includes_of(source, text):
    # Block comments keep their line ends, so that line numbers stay true.
    text = re.sub(
        r"/\*.*?\*/", lambda comment: "\n" * comment.group().count("\n"), text, flags=re.S
    )
    for number, line in enumerate(text.split("\n"), 1):
        match = INCLUDE.match(line)
        if match:
            yield Include(source, number, match.group(2), match.group(1) == '"')


def is_test(source):
    return source.startswith("tests/") or source.endswith(TEST_ENDINGS)


def place_of(source):
    """(folder, module) of a file below src/; module is None outside src/modules."""
    parts = source.split("/")
    folder = parts[1]
    return folder, parts[2] if folder == "modules" and len(parts) > 3 else None


def target_of(include, sources, order):
    """What an include means: ("src", folder, module), ("tests",) or None for a library's header."""
    path = include.path
    parts = path.split("/")
    messages = MESSAGES.match(path)
    if messages:
        package = messages.group(1)
        if package in order:
            return ("src", "modules", package)
        # astyq.base holds the envelope, which wire reads; src/base itself knows no messages.
        return ("src", package if package in BELOW and package != "base" else "wire", None)
    if f"tests/{path}" in sources or parts[0] == "tests":
        return ("tests",)
    if parts[0] == "modules" and len(parts) > 2:
        return ("src", "modules", parts[1])
    if parts[0] in order and len(parts) > 1:
        return ("src", "modules", parts[0])
    if parts[0] in BELOW and len(parts) > 1:
        return ("src", parts[0], None)
    return None


def table_owner(include, order):
    """The module whose tables a header declares, or None."""
    parts = include.path.split("/")
    if len(parts) < 2 or parts[-1] not in TABLES:
        return None
    return parts[-2] if parts[-2] in order else None


def own_module(source):
    return place_of(source)[1] if source.startswith("src/") else None


def judge(include, sources, order):
    """The finding of one include, or None."""
    source, target = include.source, target_of(include, sources, order)
    if ".." in include.path.split("/") or (
        target is None
        and include.quoted
        and f"{source.rsplit('/', 1)[0]}/{include.path}" in sources
    ):
        return include.finding(
            "relative path",
            "a reader and this check cannot tell the layer",
            "write the path from src/ (from tests/ for support)",
        )
    if target is None:
        return None
    owner = table_owner(include, order)
    # Tests outside src/ audit the rows themselves.
    if owner and owner != own_module(source) and not source.startswith("tests/"):
        return include.finding(
            f"the tables of module {owner}",
            "a module alone reads and writes its tables",
            f"call a function of modules/{owner}/{owner}.h, or add one there",
        )
    if is_test(source) or source.startswith("apps/") and target[0] == "src":
        return None
    if target[0] == "tests":
        return include.finding(
            "tests/ from product code",
            "a release would depend on its tests",
            "move what both need into src/, or rename this file to *_test.cpp",
        )
    return judge_layer(include, target, order)


def judge_layer(include, target, order):
    folder, module = place_of(include.source)
    _, target_folder, target_module = target
    if folder == target_folder == "modules":
        if module is None or target_module is None or module == target_module:
            return None
        if module not in order or target_module not in order:
            return None  # reported once for the folder
        if order.index(target_module) < order.index(module):
            return None
        return include.finding(
            f"module {target_module} stands below {module} in src/modules/LAYERS",
            "facts never travel up",
            f"let {module} own the datum and let {target_module} write it by a call down",
        )
    if folder == target_folder or target_folder in BELOW.get(folder, []):
        return None
    allowed = ", ".join(BELOW.get(folder, [])) or "nothing"
    return include.finding(
        f"{folder} may not see {target_folder}",
        f"below {folder} stand: {allowed}",
        f"move the code to the layer that needs both, or pass a value down to {folder}",
    )


def unknown_folders(sources, order):
    seen = set()
    for source in sources:
        if not source.startswith("src/"):
            continue
        folder, module = place_of(source)
        if folder not in BELOW and folder not in seen and source.count("/") > 1:
            seen.add(folder)
            yield (
                f"{source}:1: folder src/{folder} has no layer; every folder needs one; "
                "give it a place in BELOW of tools/layers.py and a decision in docs/adr/"
            )
        if module and module not in order and module not in seen:
            seen.add(module)
            yield (
                f"{source}:1: module {module} is not in src/modules/LAYERS; its order is "
                "unknown; add its name on the line above which only lower modules stand"
            )


def find_cycle(edges):
    """One cycle of a graph {node: iterable of nodes} as a list, or None."""
    done = set()
    for start in sorted(edges):
        if start in done:
            continue
        path, on_path = [start], {start}
        stack = [iter(sorted(edges[start]))]
        while stack:
            step = next(stack[-1], None)
            if step is None:
                stack.pop()
                finished = path.pop()
                on_path.discard(finished)
                done.add(finished)
            elif step in on_path:
                return path[path.index(step) :] + [step]
            elif step not in done:
                path.append(step)
                on_path.add(step)
                stack.append(iter(sorted(edges.get(step, ()))))
    return None


def resolve(include, sources):
    for candidate in (
        f"src/{include.path}",
        f"src/modules/{include.path}",
        f"tests/{include.path}",
    ):
        if candidate in sources:
            return candidate
    return None


def cycles(includes, sources):
    """Cycles of files over all sources; of folders over product code, whose tests may look up."""
    files = {source: set() for source in sources}
    folders = {}
    for include in includes:
        target = resolve(include, sources)
        if target is None:
            continue
        files[include.source].add(target)
        if not include.source.endswith(TEST_ENDINGS):
            here, there = include.source.rsplit("/", 1)[0], target.rsplit("/", 1)[0]
            if here != there:
                folders.setdefault(here, set()).add(there)
                folders.setdefault(there, set())
    for kind, edges in (("files", files), ("folders", folders)):
        cycle = find_cycle(edges)
        if cycle:
            yield (
                f"{cycle[0]}:1: {kind} include each other: {' -> '.join(cycle)}; none can be "
                "read or tested alone; move what they share into a file below them"
            )


def link_findings(cmake_text):
    for match in re.finditer(r"^astyq_folder\((\w+)\s+USES\s+([^)]*)\)", cmake_text, flags=re.M):
        folder, uses = match.group(1), match.group(2).split(" LIBRARIES")[0].split()
        line = cmake_text.count("\n", 0, match.start()) + 1
        for use in uses:
            if use not in BELOW.get(folder, []):
                yield (
                    f"CMakeLists.txt:{line}: {folder} links to {use}; the layer table does not "
                    f"let {folder} see {use}; drop it from USES"
                )


def check(sources, order, cmake_text=""):
    """All findings for {path: text}, in the order of the files."""
    includes = [include for source in sources for include in includes_of(source, sources[source])]
    findings = [judge(include, sources, order) for include in includes]
    findings = [finding for finding in findings if finding]
    findings += unknown_folders(sources, order)
    findings += cycles(includes, sources)
    findings += link_findings(cmake_text)
    return findings


def main():
    root = Path(__file__).resolve().parent.parent
    cmake = root / "CMakeLists.txt"
    sources = read_sources(root)
    findings = check(sources, read_order(root), cmake.read_text(encoding="utf-8"))
    for finding in findings:
        print(finding)
    print(f"layers: {len(sources)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
