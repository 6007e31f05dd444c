# SPDX-License-Identifier: Apache-2.0
"""Reads a C++ file as far as the house rules need it: which text is code, and where functions are.

It is a scanner, not a compiler: macros are taken as they are written, both branches of an #if are
read. It keeps every line end, so that positions turn into true line numbers.
"""

import re
from dataclasses import dataclass

RAW_STRING = re.compile(r'(?:u8|[uUL])?R"([^()\\\s]{0,16})\(')
TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.']*|::|->|\[\[|\]\]|<=>|\S")
CONTROL = {"if", "for", "while", "switch"}
SCOPES = {"namespace", "class", "struct", "union", "enum", "extern"}
OPEN, CLOSE = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}


@dataclass
class Function:
    name: str
    line: int  # of its name or the first word of its head
    lines: int  # from the head to the closing brace, both counted
    parameters: int
    nesting: int  # deepest control statement; a lambda's body counts as one level
    deepest_line: int


@dataclass
class Token:
    text: str
    line: int


def strip(text):
    """The text with comments and the contents of literals turned into spaces, line ends kept."""
    out, position = [], 0
    blank = lambda part: re.sub(r"[^\n]", " ", part)
    while position < len(text):
        end = literal_end(text, position)
        if end is None:
            out.append(text[position])
            position += 1
            continue
        part = text[position:end]
        comment = part.startswith(("//", "/*"))
        out.append(blank(part) if comment else '"' + blank(part[1:-1]) + '"')
        position = end
    return "".join(out)


def literal_end(text, start):
    """Where the comment or literal that starts here ends; None when none does."""
    head = text[start : start + 2]
    if head == "//":
        return re.compile(r"(?<!\\)\n|\Z").search(text, start).start()
    if head == "/*":
        end = text.find("*/", start + 2)
        return len(text) if end < 0 else end + 2
    glued = start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_")
    raw = None if glued else RAW_STRING.match(text, start)
    if raw:
        end = text.find(f'){raw.group(1)}"', raw.end())
        return len(text) if end < 0 else end + len(raw.group(1)) + 2
    quote = text[start]
    if quote not in "\"'" or (quote == "'" and in_number(text, start)):
        return None
    end = re.compile(r"(?:\\.|[^\\\n" + quote + r"])*", re.S).match(text, start + 1).end()
    return min(end + 1, len(text))


def in_number(text, quote):
    """Whether the quote separates digits, as in 1'000."""
    word = re.search(r"[\w']*\Z", text[max(0, quote - 40) : quote]).group()
    return word[:1].isdigit()


def without_directives(code):
    """Stripped code whose preprocessor lines are blank too."""
    directive = re.compile(r"^[ \t]*#(?:[^\\\n]|\\\n|\\.)*", re.M)
    return directive.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), code)


def code_lines(code):
    """How many lines of stripped code hold more than space."""
    return sum(1 for line in code.split("\n") if line.strip())


def tokens_of(code):
    tokens, line, last = [], 1, 0
    for match in TOKEN.finditer(code):
        line += code.count("\n", last, match.start())
        last = match.start()
        tokens.append(Token(match.group(), line))
    return tokens


class Reader:
    """Finds functions in a list of tokens. Every method takes and gives positions in it."""

    def __init__(self, code):
        # [[ and ]] may be two brackets each, as in a[b[0]]; matching needs single ones.
        self.tokens = []
        for token in tokens_of(without_directives(code)):
            for text in ([token.text[0]] * 2 if token.text in ("[[", "]]") else [token.text]):
                self.tokens.append(Token(text, token.line))
        self.match = self.pair_brackets()
        self.opening = {close: opening for opening, close in self.match.items()}
        self.functions = []
        self.globals = []  # (line, name) of variables at namespace scope that may change

    def pair_brackets(self):
        pairs, stack = {}, []
        for index, token in enumerate(self.tokens):
            if token.text in OPEN:
                stack.append(index)
            elif token.text in CLOSE and stack:
                pairs[stack.pop()] = index
        for index in stack:
            pairs[index] = len(self.tokens)
        return pairs

    def text(self, index):
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def read_scope(self, start, end, namespace=True):
        """Declarations of a namespace (or the file) or of a class."""
        head = index = start
        while index < end:
            word = self.text(index)
            if word in ("(", "["):
                index = self.match[index]
            elif word == ";" or (
                word == ":" and self.text(index - 1) in ("public", "private", "protected")
            ):
                if namespace:
                    self.note_global(head, index)
                head = index + 1
            elif word == "{":
                close = self.match[index]
                kind = self.kind_of(head, index)
                if kind == "namespace" or kind == "class":
                    self.read_scope(index + 1, close, kind == "namespace")
                elif kind == "function":
                    self.read_function(head, index, close)
                if kind in ("namespace", "function"):
                    head = close + 1
                index = close
            index += 1

    def kind_of(self, head, brace):
        """What a brace at declaration level opens; "value" is an initialiser."""
        words = self.top_level(head, brace)
        plain = [word for word in words if word not in ("[", "]")]
        while plain and plain[0] == "template":
            plain = plain[1:]
        first_scope = next((word for word in plain if word in SCOPES), None)
        if first_scope and "(" not in plain and "=" not in plain:
            if first_scope in ("namespace", "extern"):
                return "namespace"
            return "class"
        if "(" not in plain:
            return "value"
        call = plain.index("(")
        if "=" in plain[:call] and "operator" not in plain[:call]:
            return "value"
        after = plain[call + 1 :]
        is_member_value = ":" in after and after[-1] not in (")", "}")
        return "value" if is_member_value else "function"

    def top_level(self, start, end):
        """The words between, with what stands in brackets or template arguments left out."""
        words, index = [], start
        while index < end:
            word = self.text(index)
            if (
                word == "<"
                and re.match(r"[A-Za-z_]", self.text(index - 1) or " ")
                and self.text(index - 1) != "operator"
            ):
                index = self.skip_angles(index, end)
                continue
            words.append(word)
            if word in OPEN:
                index = self.match[index]
                words.append(self.text(index))
            index += 1
        return words

    def skip_angles(self, start, end):
        """Behind the template arguments that open here; the next word when they never close."""
        depth, index = 0, start
        while index < end:
            word = self.text(index)
            if word in OPEN:
                index = self.match[index]
            elif word == "<":
                depth += 1
            elif word == ">":
                depth -= 1
                if depth == 0:
                    return index + 1
            elif word == ";":
                break
            index += 1
        return start + 1

    def note_global(self, head, end):
        words = self.top_level(head, end)
        if "operator" in words:
            return
        if len(words) < 2 or "(" in words:
            if not ("=" in words and "(" in words and words.index("=") < words.index("(")):
                return
        passive = {
            "using",
            "typedef",
            "friend",
            "template",
            "static_assert",
            "concept",
            "extern",
            "constexpr",
            "const",
            "constinit",
            "class",
            "struct",
            "union",
            "enum",
            "namespace",
        }
        if passive.isdisjoint(words):
            names = (
                [word for word in words[: words.index("=")] if re.match(r"[A-Za-z_]\w*$", word)]
                if "=" in words
                else [word for word in words if re.match(r"[A-Za-z_]\w*$", word)]
            )
            self.globals.append((self.tokens[end - 1].line, names[-1] if names else "?"))

    def read_function(self, head, brace, close):
        opening = self.parameter_list(head, brace)
        name = self.text(opening - 1)
        if "operator" in (self.text(opening - 2), self.text(opening - 3)):
            name = "operator" + name
        self.deepest, self.deepest_line = 0, self.tokens[brace].line
        self.read_block(brace, 0)
        first = self.tokens[head].line
        last = self.tokens[close].line if close < len(self.tokens) else self.tokens[-1].line
        self.functions.append(
            Function(
                name,
                self.tokens[opening].line,
                last - first + 1,
                self.count_parameters(opening),
                self.deepest,
                self.deepest_line,
            )
        )

    def parameter_list(self, head, brace):
        index = head
        while index < brace:
            word = self.text(index)
            if word == "<" and self.text(index - 1) not in ("operator", "<"):
                index = self.skip_angles(index, brace)
                continue
            if word == "(":
                empty_call = self.text(index - 1) == "operator"
                if not empty_call and self.text(index - 1) not in (
                    "alignas",
                    "requires",
                    "decltype",
                ):
                    return index
                index = self.match[index]
            elif word in OPEN:
                index = self.match[index]
            index += 1
        return head

    def count_parameters(self, opening):
        if self.text(opening) != "(":
            return 0
        words = self.top_level(opening + 1, self.match[opening])
        if not words or words == ["void"]:
            return 0
        return words.count(",") + 1

    def read_block(self, brace, depth):
        index, close = brace + 1, self.match[brace]
        while index < close:
            index = self.read_statement(index, close, depth)
        return close + 1

    def enter(self, index, depth):
        if depth > self.deepest:
            self.deepest, self.deepest_line = (
                depth,
                self.tokens[min(index, len(self.tokens) - 1)].line,
            )
        return depth

    def read_statement(self, index, end, depth):
        """Reads one statement whose owner stands `depth` levels deep; gives what follows it."""
        word = self.text(index)
        if word in CONTROL:
            return self.read_control(index, end, self.enter(index, depth + 1))
        if word in ("do", "try", "else"):
            self.enter(index, depth + 1)
            if word == "else" and self.text(index + 1) == "if":
                return self.read_statement(index + 1, end, depth)
            return self.read_body(index + 1, end, depth + 1)
        if word == "catch":
            return self.read_body(self.match[index + 1] + 1, end, self.enter(index, depth + 1))
        if word == "{":
            return self.read_block(index, self.enter(index, depth + 1))
        if word in ("class", "struct", "union", "enum"):
            return self.read_local_type(index, end)
        return self.read_expression(index, end, depth)

    def read_control(self, index, end, depth):
        index += 1
        while index < end and self.text(index) != "(":
            index += 1
        if index >= end:
            return end
        self.read_lambdas(index + 1, self.match[index], depth)
        return self.read_body(self.match[index] + 1, end, depth)

    def read_body(self, index, end, depth):
        if self.text(index) == "[" and self.text(index + 1) == "[":
            index = self.match[index] + 1
        if self.text(index) == "{":
            return self.read_block(index, depth)
        return self.read_statement(index, end, depth)

    def read_local_type(self, index, end):
        while index < end and self.text(index) not in ("{", ";", "="):
            index += 1
        if self.text(index) == "{":
            return self.match[index] + 1
        return index

    def read_expression(self, index, end, depth):
        start = index
        while index < end and self.text(index) != ";":
            label = self.text(index) == ":" and self.text(start) in ("case", "default")
            if label:
                break
            if self.text(index) in OPEN:
                index = self.match[index]
            index += 1
        self.read_lambdas(start, min(index, end), depth)
        return index + 1

    def read_lambdas(self, start, end, depth):
        """Bodies of the lambdas between, each one level deeper than its statement."""
        index = start
        while index < end:
            if self.text(index) == "{" and self.opens_lambda(index):
                self.read_block(index, self.enter(index, depth + 1))
                index = self.match[index]
            index += 1

    def opens_lambda(self, brace):
        index, limit = brace - 1, 24
        while limit and self.text(index) not in (")", "]", ";", "{", "}", ",", "=", "("):
            index, limit = index - 1, limit - 1
        if self.text(index) == "]":
            return index == brace - 1
        if self.text(index) != ")":
            return False
        opening = self.opening[index]
        return self.text(opening - 1) in ("]", ">")


def read(text):
    """(functions, globals, stripped code) of a C++ text."""
    code = strip(text)
    reader = Reader(code)
    reader.read_scope(0, len(reader.tokens))
    return reader.functions, reader.globals, code
