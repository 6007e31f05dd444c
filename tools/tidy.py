#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the rules of STYLE.md that a script can see. There is no list of exceptions.

Every hand-written source: at most 400 lines, C++ and proto of at most 100 columns (a line of a
proto that is one text for people may be longer) and scripts of 120, the licence tag on top, no
marks for work left undone, no path of somebody's machine. C++: #pragma once, functions of at most
70 lines, 5 parameters and 4 levels of nesting, no assert that a release drops, no code for tests
only.

Behind the determinism fence (src/base to src/engine, tests excepted) the words of FENCE are banned
and no variable outside functions may change. Files named *_test.cpp or *_test.h are tests.

Modules: a verb is one message with option (options.tx) alone in proto/astyq/<m>/v1/<verb>.proto,
with src/modules/<m>/<verb>.cpp and <verb>_test.cpp; a handler without such a message is a finding
too; a module with code has a README.md.

Density of checks: ledger, engine and every module hold at least 3 checks per 100 lines of code. A
line of code is a line of a .h or .cpp file, not a test, that holds more than space and comment. A
check is one of: ASTYQ_CHECK(...), static_assert(...), a call of refuse(...) or of a function named
require or require_..., a return whose expression names a code of a refusal: an enumerator
::UPPER_CASE other than ACCEPTED, as protobuf writes them, or ...Refusal::kPascal (other
enumerators in upper case that are returned count too: the scanner does not know types). What a
called function checks counts where it is written, once. Folders of fewer than 100 lines are not
counted.

Prints one finding a line as file:line: what; how to mend it. Exit code 0 none, 1 findings.
"""

import re
import sys
from pathlib import Path

import cpp_source

MAX_LINES, MAX_COLUMNS, MAX_SCRIPT_COLUMNS = 400, 100, 120
MAX_FUNCTION_LINES, MAX_PARAMETERS, MAX_NESTING = 70, 5, 4
MIN_CHECKS_PER_100, COUNTED_FROM_LINES = 3, 100

FENCED = ["base", "crypto", "wire", "store", "ledger", "modules", "engine"]
SKIPPED_FOLDERS = {"build", ".cache", "node_modules", "__pycache__", "dist", "demo"}
SOURCE_SUFFIXES = {".h", ".cpp", ".cc", ".proto", ".py", ".sh", ".cmake", ".ts", ".tsx", ".rs"}

# What is banned, as a pattern over code without comments and literals, and what to use instead.
FENCE = [
    (
        r"\b(?:double|float)\b|<cmath>|\bstd::sto[df]\b|\bstrto[df]\b",
        "whole numbers of one unit (base/amount.h) and mul_div_floor/ceil/exact",
    ),
    (
        r"\bstd::chrono\b|<chrono>|<ctime>|\b(?:gettimeofday|clock_gettime|localtime|gmtime|mktime|"
        r"strftime)\w*\s*\(|\bstd::(?:time|clock)\b|"
        r"(?<![\w.>:])time\s*\(\s*(?:nullptr|NULL|0)\s*\)",
        "the block's time, which comes in as a value",
    ),
    (
        r"\bstd::s?rand\b|\bs?rand\s*\(|\brandom_device\b|\bmt19937\w*|<random>|\bstd::shuffle\b",
        "bytes that the caller draws above the engine and hands in",
    ),
    (
        r"\bunordered_(?:multi)?(?:map|set)\b|<unordered_\w+>",
        "std::map, std::set or a sorted std::vector, whose order every node shares",
    ),
    (
        r"\bstd::(?:map|set)<\s*(?:const\s+)?[\w:]+\s*(?:const\s*)?\*|\buintptr_t\b|\bstd::hash\b",
        "a key made of values; addresses and std::hash differ from node to node",
    ),
    (
        r"\bstd::(?:j?thread|async|future|promise|packaged_task|(?:\w+_)?mutex|"
        r"condition_variable\w*|"
        r"execution)\b|<(?:thread|future|mutex|shared_mutex|condition_variable|execution)>|"
        r"\bpthread_\w+|\bthread_local\b",
        "plain calls; src/node owns the threads",
    ),
    (
        r"\b(?:secure_)?getenv\b|\bsetenv\b|\benviron\b",
        "a parameter that src/node reads from its config",
    ),
    (
        r"\blocale\b|\bsetlocale\b|<locale>|\b(?:isalpha|isalnum|isspace|isupper|islower|ispunct|"
        r"toupper|"
        r"tolower)\s*\(",
        "comparisons with characters, as in c >= 'a' && c <= 'z'",
    ),
    (
        r"<(?:iostream|sstream|iomanip|fstream)>|\bstd::(?:[io]?stringstream|c(?:out|err|log))\b",
        "std::to_string, append and the types of base/; streams print by locale",
    ),
    (r"\bthrow\b(?!\s*\(\s*\))", "a Refusal, a Fault (base/result.h) or ASTYQ_CHECK"),
    (
        r"\b(?:std::)?(?:make_|enable_)?(?:shared|weak)_(?:ptr|from_this)\b|\bmake_shared\b",
        "a value, a reference, or std::unique_ptr with one owner",
    ),
]
# Only src/crypto draws bytes from the system, for new keys; a ledger's result never rests on them.
ENTROPY = [
    (
        r"\bgetrandom\b|\bgetentropy\b|\bRAND_(?:priv_)?bytes\b|\brandombytes_\w+",
        "bytes that the caller draws above the engine and hands in; src/crypto makes keys",
    ),
]
PRODUCT = [
    (r"(?<![\w.>:])assert\s*\(|<cassert>", "ASTYQ_CHECK, which a release keeps"),
    (
        r"#\s*(?:ifdef|ifndef|if|elif)\b.*\b(?:NDEBUG|\w*TEST\w*)\b",
        "the same code in every build; a test passes what it needs as a value",
    ),
]
ENTROPY = [(re.compile(pattern), instead) for pattern, instead in ENTROPY]
FENCE = [(re.compile(pattern), instead) for pattern, instead in FENCE]
PRODUCT = [(re.compile(pattern), instead) for pattern, instead in PRODUCT]

UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b")
MACHINE_PATH = re.compile(r"(?<![\w.}\])$-])/(?:work|home|root|Users)/[\w.]")
REFUSAL_CODE = (
    r"(?:::\s*(?!ACCEPTED\b)[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)*\b(?!\s*[(:<])"
    r"|\w*Refusals?\s*::\s*k[A-Z]\w*)"
)
CHECK = re.compile(
    r"\bASTYQ_CHECK\s*\(|\bstatic_assert\s*\(|\brefuse\w*\s*\(|\brequire(?:_\w+)?\s*\(|"
    rf"\breturn\b[^;]{{0,240}}?{REFUSAL_CODE}"
)
HANDLER = re.compile(
    r"\b(?:Refusal\s+check|Outcome\s+apply)\s*\(\s*const\s+(?:\w+::)*(\w+)\s*&\s*\w*\s*,"
    r"\s*(?:const\s+(?:\w+::)*Rules|(?:\w+::)*TxContext)\s*&"
)
TX_MESSAGE = re.compile(
    r"\bmessage\s+(\w+)\s*\{(?:(?!\bmessage\b).)*?option\s*\(\s*options\.tx\s*\)", re.S
)


ONE_TEXT = re.compile(r'^\s*(?:\w+:\s*)?"[^"]*"[\s,;}\])]*$')


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def snake(name):
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def is_source(path, text):
    return (
        Path(path).suffix in SOURCE_SUFFIXES or path.endswith("CMakeLists.txt") or text[:2] == "#!"
    )


def is_product(path):
    return path.startswith(("src/", "apps/")) and not path.endswith(("_test.cpp", "_test.h"))


def is_fenced(path):
    parts = path.split("/")
    return is_product(path) and parts[0] == "src" and parts[1] in FENCED


def check_text(path, text):
    """Rules of every source."""
    lines = text.split("\n")
    count = len(lines) - (lines[-1] == "")
    if count > MAX_LINES:
        yield f"{path}:{MAX_LINES + 1}: {count} lines, {MAX_LINES} are allowed; part it by subject"
    if not any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:2]):
        yield f"{path}:1: no licence tag; begin with `SPDX-License-Identifier: Apache-2.0`"
    cpp = path.endswith((".h", ".cpp", ".cc", ".proto"))
    columns = MAX_COLUMNS if cpp else MAX_SCRIPT_COLUMNS
    for number, line in enumerate(lines, 1):
        if len(line) > columns and not (path.endswith(".proto") and ONE_TEXT.match(line)):
            yield f"{path}:{number}: {len(line)} columns, {columns} are allowed; wrap the line"


def check_marks(path, text):
    """Rules of every text in the repository, documents too."""
    for pattern, what in (
        (
            UNFINISHED,
            "a mark for unfinished work; finish it, or write what is missing into CHANGELOG.md",
        ),
        (
            MACHINE_PATH,
            "a path of one machine; write it relative to the repository, or take a parameter",
        ),
    ):
        for match in pattern.finditer(text):
            yield f"{path}:{line_of(text, match.start())}: {match.group()} is {what}"


def check_cpp(path, text):
    functions, variables, code = cpp_source.read(text)
    if path.endswith(".h") and not re.search(r"^#pragma once$", text, re.M):
        yield f"{path}:1: no include guard; write #pragma once below the licence tag"
    for function in functions:
        place = f"{path}:{function.line}: {function.name}"
        if function.lines > MAX_FUNCTION_LINES:
            yield (
                f"{place}: {function.lines} lines, {MAX_FUNCTION_LINES} are allowed; name its steps"
            )
        if function.parameters > MAX_PARAMETERS:
            yield (
                f"{place}: {function.parameters} parameters, {MAX_PARAMETERS} are allowed; "
                "give those that belong together a struct"
            )
        if function.nesting > MAX_NESTING:
            yield (
                f"{path}:{function.deepest_line}: {function.name}: {function.nesting} levels deep, "
                f"{MAX_NESTING} are allowed; return early or move the inner part into a function"
            )
    # An #include's path in angles survives stripping; so do the names that the bans look for.
    bans = (PRODUCT if is_product(path) else []) + (FENCE if is_fenced(path) else [])
    if is_fenced(path) and not path.startswith("src/crypto/"):
        bans = bans + ENTROPY
    for pattern, instead in bans:
        for match in pattern.finditer(code):
            line = line_of(code, match.start())
            yield f"{path}:{line}: `{match.group()}` is banned here; use {instead}"
    if is_fenced(path):
        for line, name in variables:
            yield f"{path}:{line}: all share the variable {name}; make it const or pass it on"


def check_proto(path, text):
    """The one message of a verb's file; check_verbs looks for its handler."""
    names = [match.group(1) for match in TX_MESSAGE.finditer(cpp_source.strip(text))]
    if len(names) > 1:
        yield f"{path}:1: {len(names)} verbs: {', '.join(names)}; give each its own file"
    for name in names:
        if snake(name) != Path(path).stem:
            yield f"{path}:1: the verb is {name}; call the file {snake(name)}.proto"


def verbs_of(files):
    """(module, verb in snake case) -> proto file."""
    verbs = {}
    for path, text in files.items():
        parts = path.split("/")
        if path.endswith(".proto") and path.startswith("proto/astyq/") and len(parts) == 5:
            for match in TX_MESSAGE.finditer(cpp_source.strip(text)):
                verbs[parts[2], snake(match.group(1))] = path
    return verbs


def check_verbs(files):
    verbs = verbs_of(files)
    for (module, verb), proto in sorted(verbs.items()):
        for suffix in (".cpp", "_test.cpp"):
            wanted = f"src/modules/{module}/{verb}{suffix}"
            if wanted not in files:
                yield f"{proto}:1: a verb has a handler and a test beside it; write {wanted}"
    for path, text in files.items():
        if not path.startswith("src/modules/") or not path.endswith(".cpp") or not is_product(path):
            continue
        code = cpp_source.strip(text)
        module = path.split("/")[2]
        for match in HANDLER.finditer(code):
            wanted = (module, snake(match.group(1)))
            place = f"{path}:{line_of(code, match.start())}: handler of {match.group(1)}"
            if wanted not in verbs:
                yield f"{place}: no such verb; write proto/astyq/{module}/v1/{wanted[1]}.proto"
            elif Path(path).stem != wanted[1]:
                yield f"{place} in a file of another name; move it to {wanted[1]}.cpp"


def check_readmes(files):
    modules = {
        path.split("/")[2]
        for path in files
        if path.startswith("src/modules/") and path.endswith((".cpp", ".h"))
    }
    for module in sorted(modules):
        wanted = f"src/modules/{module}/README.md"
        if wanted not in files:
            yield f"{wanted}:1: missing; say the module's purpose, state and invariants on one page"


def density(files):
    """Folder -> (checks, lines of code) of ledger, engine and every module."""
    sums = {}
    for path, text in files.items():
        parts = path.split("/")
        counted = is_product(path) and path.endswith((".h", ".cpp")) and parts[0] == "src"
        if not counted or parts[1] not in ("ledger", "engine", "modules"):
            continue
        folder = "/".join(parts[:3] if parts[1] == "modules" else parts[:2])
        code = cpp_source.strip(text)
        checks, lines = sums.get(folder, (0, 0))
        sums[folder] = checks + len(CHECK.findall(code)), lines + cpp_source.code_lines(code)
    return sums


def check_density(files):
    for folder, (checks, lines) in sorted(density(files).items()):
        if lines >= COUNTED_FROM_LINES and checks * 100 < MIN_CHECKS_PER_100 * lines:
            wanted = -(-MIN_CHECKS_PER_100 * lines // 100)
            yield (
                f"{folder}:1: {checks} checks in {lines} lines of code, {wanted} are wanted; "
                "check what is written and what is read back"
            )


def check(files):
    """All findings for {path: text}."""
    findings = []
    for path, text in sorted(files.items()):
        findings += check_marks(path, text)
        if is_source(path, text):
            findings += check_text(path, text)
        if path.endswith((".h", ".cpp", ".cc")):
            findings += check_cpp(path, text)
        if path.startswith("proto/astyq/"):
            findings += check_proto(path, text)
    findings += check_verbs(files)
    findings += check_readmes(files)
    findings += check_density(files)
    return findings


def read_files(root):
    files, folders = {}, [root]
    while folders:
        for entry in sorted(folders.pop().iterdir()):
            if entry.is_dir() and not entry.is_symlink():
                if entry.name not in SKIPPED_FOLDERS and entry.name != ".git":
                    folders.append(entry)
            elif (
                entry.is_file()
                and entry.suffix not in (".lock", ".svg")
                and entry.name not in ("LICENSE", ".git")
            ):
                try:
                    files[entry.relative_to(root).as_posix()] = entry.read_text(encoding="utf-8")
                except UnicodeDecodeError:
                    pass  # an image or another binary file
    return files


def main():
    files = read_files(Path(__file__).resolve().parent.parent)
    findings = check(files)
    for finding in findings:
        print(finding)
    if "--density" in sys.argv[1:]:
        for folder, (checks, lines) in sorted(density(files).items()):
            print(f"{folder}: {checks} checks in {lines} lines of code")
    print(f"tidy: {len(files)} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
