# SPDX-License-Identifier: Apache-2.0
import unittest

import cpp_source
import tidy

TAG = "// SPDX-License-Identifier: Apache-2.0\n"
VERB = (
    TAG + "message SplitReceipt {\n  option (options.tx) = {code: 801};\n  uint64 receipt = 1;\n}\n"
)
HANDLER = TAG + "Refusal check(const v1::SplitReceipt& tx, const Rules&) { return kAccepted; }\n"
MODULE = {
    "proto/astyq/receipts/v1/split_receipt.proto": VERB,
    "src/modules/receipts/split_receipt.cpp": HANDLER,
    "src/modules/receipts/split_receipt_test.cpp": TAG,
    "src/modules/receipts/README.md": "# Receipts\n",
}


def function_of(text):
    functions, _, _ = cpp_source.read(text)
    assert len(functions) == 1, functions
    return functions[0]


class ScannerTest(unittest.TestCase):
    def test_comments_and_literals_are_blank_and_lines_stay(self):
        text = 'a /* { \n } */ b // {\nc("}{", \'{\', R"x({\n)")x", 1\'000);'
        code = cpp_source.strip(text)
        self.assertEqual(text.count("\n"), code.count("\n"))
        self.assertNotIn("{", code)
        self.assertIn("1'000", code)

    def test_functions_of_every_shape(self):
        for text, name, parameters in [
            ("int f() { return 1; }", "f", 0),
            ("int f(void) { return 1; }", "f", 0),
            ("static int f(int a, std::map<int, int> b = {}, int (*c)(int, int) = g) {}", "f", 3),
            ("namespace a::b { template <typename T, int N> T f(T t) { return t; } }", "f", 1),
            ("class A final : public B { bool ok() const noexcept { return true; } };", "ok", 0),
            ("A::A(int a, int b) : a_(a), b_{b}, c_(g(a)) { go(); }", "A", 2),
            ("bool operator<(const A& a, const A& b) { return a.x < b.x; }", "operator<", 2),
            ("struct A { int operator()(int a) const { return a; } };", "operator(", 1),
            ("auto f(int a) -> std::vector<int> { return {a}; }", "f", 1),
            ("[[nodiscard]] int f(int a) { return a; }", "f", 1),
            ("struct A { std::array<int, 3> block_{}; int n = 0; int f() { return n; } };", "f", 0),
            ("constexpr int kTable[] = {1, 2, 3}; int f() { return kTable[0]; }", "f", 0),
            ("enum class A : int { kOne, kTwo }; int f() { return 1; }", "f", 0),
            ('extern "C" { int f(int a) { return a; } }', "f", 1),
            ("TEST(Receipts, Split) { EXPECT_TRUE(true); }", "TEST", 2),
        ]:
            with self.subTest(text=text):
                function = function_of(text)
                self.assertEqual(parameters, function.parameters)
                if name != "operator(":
                    self.assertEqual(name, function.name)

    def test_nesting(self):
        for body, depth in [
            ("return;", 0),
            ("if (a) b(); else if (c) d(); else { e(); }", 1),
            ("for (;;) if (a) b();", 2),
            ("for (const auto& [x, y] : z) { while (a) { if (b) { do { c(); } while (d); } } }", 4),
            ("switch (a) { case kOne: { if (b) return; } default: break; }", 3),
            ("switch (a) { case a::kOne: if (b) return; break; case kTwo: return; }", 2),
            ("std::sort(a, b, [&](int x, int y) { if (x) return true; return x < y; });", 2),
            ("const A a{b, {c, {d, {e, {f}}}}}; g({{h}});", 0),
            ("struct Local { int a; }; if (b) c();", 1),
            ("if (const auto a = f({1, 2}); !a) return;", 1),
            ("try { a(); } catch (const E& e) { if (b) c(); }", 2),
            ("if constexpr (a) { { b(); } }", 2),
            ("if (a) [[unlikely]] { b(); } c();", 1),
        ]:
            with self.subTest(body=body):
                self.assertEqual(depth, function_of(f"void f() {{ {body} }}").nesting)

    def test_lines_are_counted_from_head_to_brace(self):
        function = function_of("\n\nint f(\n    int a) {\n  return a;\n}\n")
        self.assertEqual((3, 4), (function.line, function.lines))

    def test_shared_variables(self):
        text = (
            "namespace a {\nint counter = 0;\nstatic std::map<int, int> table;\nconst int kA = 1;\n"
            "constexpr char kB[] = {1};\nusing T = int;\nstruct S { int member; };\nint f(int a);\n"
            "inline bool flag{false};\nA& A::operator=(A&&) noexcept = default;\n}\n"
        )
        _, variables, _ = cpp_source.read(text)
        self.assertEqual([(2, "counter"), (3, "table"), (9, "flag")], variables)


class TidyTest(unittest.TestCase):
    def assert_clean(self, files):
        self.assertEqual([], tidy.check(files))

    def assert_one(self, files, *parts):
        findings = tidy.check(files)
        self.assertEqual(1, len(findings), findings)
        for part in parts:
            self.assertIn(part, findings[0])

    def code(self, text, path="src/store/a.cpp"):
        return {path: TAG + text}

    def test_size_of_files(self):
        self.assert_clean(self.code("\n" * 399))
        self.assert_one(self.code("\n" * 400), "401 lines")
        self.assert_clean(self.code("//" + "x" * 98 + "\n"))
        self.assert_one(self.code("//" + "x" * 99 + "\n"), "a.cpp:2: 101 columns")

    def test_texts_for_people_are_one_line(self):
        text = TAG + 'a = 1 [(options.text) = {\n    en: "' + "x" * 120 + '"}];\n'
        self.assert_clean({"proto/astyq/a.proto": text})
        self.assert_one({"proto/astyq/a.proto": TAG + "// " + "x" * 120}, "columns")

    def test_licence_and_guard(self):
        self.assert_one({"src/base/a.cpp": "\n"}, "no licence tag")
        self.assert_one({"run": "#!/usr/bin/env bash\n"}, "no licence tag")
        self.assert_clean({"run": "#!/usr/bin/env bash\n# SPDX-License-Identifier: Apache-2.0\n"})
        self.assert_one({"src/base/a.h": TAG}, "#pragma once")
        self.assert_clean({"src/base/a.h": TAG + "#pragma once\n"})

    def test_size_of_functions(self):
        self.assert_clean(self.code("void f() {\n" + "  g();\n" * 68 + "}\n"))
        self.assert_one(self.code("void f() {\n" + "  g();\n" * 69 + "}\n"), "f: 71 lines")
        self.assert_one(self.code("void f(int a, int b, int c, int d, int e, int g) {}"), "6 param")
        deep = "if (a) { " * 5 + "b(); " + "} " * 5
        self.assert_one(self.code("void f() { " + deep + "}"), "5 levels deep")

    def test_fence_names_what_to_use_instead(self):
        for text, instead in [
            ("double a() { return 1; }", "mul_div_floor"),
            ("#include <chrono>", "block's time"),
            ("long a() { return time(nullptr); }", "block's time"),
            ("auto a() { return std::chrono::seconds(1); }", "block's time"),
            ("int a() { return std::rand(); }", "hands in"),
            ("int a() { std::random_device d; return 1; }", "hands in"),
            ("int a(std::unordered_map<int, int> m);", "std::map"),
            ("#include <unordered_set>", "std::map"),
            ("int a(std::map<const Row*, int> m);", "addresses"),
            ("void a() { std::thread([] {}).join(); }", "src/node"),
            ("void a(std::mutex& m);", "src/node"),
            ("auto a() { return std::getenv(b()); }", "config"),
            ("bool a(char c) { return std::isalpha(c); }", "comparisons"),
            ("#include <sstream>", "std::to_string"),
            ("void a() { throw 1; }", "Fault"),
            ("void a(std::shared_ptr<int> b);", "unique_ptr"),
            ("int counter = 0;", "all share the variable counter"),
        ]:
            with self.subTest(text=text):
                self.assert_one(self.code(text), "src/store/a.cpp:2:", instead)
                self.assert_clean(self.code(text, "src/store/a_test.cpp"))
                self.assert_clean(self.code("#pragma once\n" + text, "src/store/a_test.h"))
                self.assert_clean(self.code(text, "src/node/a.cpp"))

    def test_only_crypto_draws_entropy(self):
        text = "void a(char* b) { randombytes_buf(b, 32); }\n"
        self.assert_one(self.code(text), "src/crypto makes keys")
        self.assert_clean(self.code(text, "src/crypto/a.cpp"))

    def test_fence_lets_these_pass(self):
        self.assert_clean(
            self.code(
                "// a double throw of std::thread\n"
                'const char* f() { return "float time(0) throw"; }\n'
                "int g(const Block& block) { return block.time() + block.timeout(0); }\n"
                "int clock_height(int time) { return operand(time); }\n"
            )
        )

    def test_product_code_keeps_its_checks(self):
        self.assert_one(self.code("void f(int a) { assert(a); }", "src/http/a.cpp"), "ASTYQ_CHECK")
        self.assert_one(self.code("#ifdef ASTYQ_TEST\n#endif\n", "src/http/a.cpp"), "every build")
        self.assert_clean(self.code("static_assert(1 == 1);\n", "src/http/a.cpp"))

    def test_marks_and_paths(self):
        self.assert_one({"docs/a.md": "x\nTO" + "DO later\n"}, "docs/a.md:2:", "unfinished")
        self.assert_one({"docs/a.md": "see " + "/home" + "/ann/astyq\n"}, "path of one machine")
        self.assert_clean({"docs/a.md": "GET https://a.kz/home/b, src/work/a, /v1/home/\n"})

    def test_a_verb_is_three_files(self):
        self.assert_clean(MODULE)
        for missing in ("split_receipt.cpp", "split_receipt_test.cpp", "README.md"):
            path = f"src/modules/receipts/{missing}"
            files = {name: text for name, text in MODULE.items() if name != path}
            with self.subTest(missing=missing):
                self.assert_one(files, path)

    def test_a_handler_has_its_message_and_its_file(self):
        proto = "proto/astyq/receipts/v1/split_receipt.proto"
        files = {name: text for name, text in MODULE.items() if name != proto}
        self.assert_one(files, "handler of SplitReceipt: no such verb", proto)
        self.assert_one({**MODULE, "src/modules/receipts/more.cpp": HANDLER}, "split_receipt.cpp")
        applied = TAG + "Outcome apply(const SplitReceipt& tx, TxContext& ctx) { return {}; }\n"
        self.assert_one({**MODULE, "src/modules/receipts/more.cpp": applied}, "split_receipt.cpp")

    def test_a_proto_holds_one_verb_of_its_name(self):
        proto = "proto/astyq/receipts/v1/split_receipt.proto"
        two = VERB + VERB.replace("SplitReceipt", "MergeReceipts").replace(TAG, "")
        findings = tidy.check({**MODULE, proto: two})
        self.assertTrue(any("2 verbs: SplitReceipt, MergeReceipts" in text for text in findings))
        renamed = VERB.replace("SplitReceipt", "PartReceipt")
        findings = tidy.check({**MODULE, proto: renamed})
        self.assertTrue(any("call the file part_receipt.proto" in text for text in findings))

    def test_names_in_snake_case(self):
        for name, expected in [
            ("SplitReceipt", "split_receipt"),
            ("P256Key", "p256_key"),
            ("SetFXRate", "set_fx_rate"),
            ("Pay", "pay"),
        ]:
            self.assertEqual(expected, tidy.snake(name))

    def test_density_of_checks(self):
        filler = "int a;\n" * 97
        checks = (
            "ASTYQ_CHECK(a);\n",
            "static_assert(true);\n",
            "return refuse(tx, 1);\n",
            "require_open(a);\n",
            "return v1::SplitReceipt::NOT_OWNER;\n",
            "return good ? Refusal{} : Refusal{v1::SplitReceipt::NOT_OWNER};\n",
            "if (a) return Refusal::kPledged;\n",
            "// ASTYQ_CHECK(a)\n",
            "return a::b(c);\n",
            "return v1::SplitReceipt::ACCEPTED;\n",
            "return a::READ_ALL(c);\n",
        )
        for text in checks:
            files = {"src/ledger/a.h": TAG + "#pragma once\n" + text + "\n// comment\n" + filler}
            counted = not text.startswith(("//", "return a", "return v1::SplitReceipt::ACC"))
            with self.subTest(text=text):
                self.assertEqual(int(counted), tidy.density(files)["src/ledger"][0])
        sparse = {
            "src/ledger/a_test.cpp": TAG + "void f() { ASTYQ_CHECK(a); }\n",
            "src/ledger/a.h": TAG + "#pragma once\nclass A {\n" + "  int a;\n" * 97 + "};\n",
        }
        self.assert_one(sparse, "src/ledger:1: 0 checks in 100 lines of code, 3 are wanted")


if __name__ == "__main__":
    unittest.main()
