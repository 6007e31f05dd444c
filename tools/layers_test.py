# SPDX-License-Identifier: Apache-2.0
import unittest

import layers

ORDER = ["identity", "assets", "receipts", "payments"]


def findings_of(files, cmake=""):
    return layers.check(files, ORDER, cmake)


class LayersTest(unittest.TestCase):
    def assert_clean(self, files):
        self.assertEqual([], findings_of(files))

    def assert_one(self, files, *parts):
        findings = findings_of(files)
        self.assertEqual(1, len(findings), findings)
        for part in parts:
            self.assertIn(part, findings[0])

    def one_include(self, source, path):
        return {source: f'// SPDX\n#include "{path}"\n'}

    def test_every_layer_sees_what_stands_below(self):
        for source, path in [
            ("src/crypto/a.cpp", "base/check.h"),
            ("src/wire/a.cpp", "crypto/sha256.h"),
            ("src/store/a.cpp", "wire/canonical.h"),
            ("src/ledger/a.cpp", "store/tree.h"),
            ("src/ledger/a.cpp", "astyq/ledger/v1/state.pb.h"),
            ("src/wire/a.cpp", "astyq/base/v1/envelope.pb.h"),
            ("src/modules/assets/a.cpp", "ledger/table.h"),
            ("src/engine/a.cpp", "modules/payments/payments.h"),
            ("src/node/a.cpp", "query/list.h"),
            ("src/http/a.cpp", "node/producer.h"),
            ("src/cli/a.cpp", "engine/decode.h"),
            ("src/fields/a.cpp", "base/check.h"),
            ("apps/astyqd/main.cpp", "http/server.h"),
            ("tests/sim/a_test.cpp", "node/producer.h"),
            ("src/modules/assets/a_test.cpp", "engine/block.h"),
            ("src/store/a.cpp", "store/row.h"),
        ]:
            with self.subTest(source=source, path=path):
                self.assert_clean(self.one_include(source, path))

    def test_no_layer_sees_what_stands_above(self):
        for source, path in [
            ("src/base/a.cpp", "crypto/sha256.h"),
            ("src/crypto/a.cpp", "wire/canonical.h"),
            ("src/store/a.cpp", "ledger/table.h"),
            ("src/store/a.cpp", "astyq/ledger/v1/state.pb.h"),
            ("src/ledger/a.cpp", "engine/block.h"),
            ("src/engine/a.cpp", "query/list.h"),
            ("src/query/a.cpp", "node/producer.h"),
            ("src/abci/a.cpp", "node/producer.h"),
            ("src/http/a.cpp", "cli/main.h"),
            ("src/cli/a.cpp", "node/producer.h"),
            ("src/cli/a.cpp", "http/server.h"),
            ("src/fields/a.cpp", "crypto/sha256.h"),
            ("src/engine/a.cpp", "fields/raster.h"),
            ("src/ledger/a.cpp", "astyq/receipts/v1/state.pb.h"),
            ("src/base/a.cpp", "astyq/base/v1/envelope.pb.h"),
        ]:
            with self.subTest(source=source, path=path):
                self.assert_one(self.one_include(source, path), f"{source}:2:", "may not see")

    def test_angle_brackets_hide_nothing(self):
        self.assert_one({"src/base/a.cpp": "#include <store/tree.h>\n"}, "base may not see store")
        self.assert_clean({"src/store/a.cpp": "#include <rocksdb/db.h>\n#include <vector>\n"})

    def test_modules_go_by_their_order(self):
        self.assert_clean(self.one_include("src/modules/receipts/a.cpp", "modules/assets/assets.h"))
        self.assert_clean(self.one_include("src/modules/receipts/a.cpp", "astyq/assets/v1/x.pb.h"))
        for path in ("modules/receipts/receipts.h", "astyq/receipts/v1/split_receipt.pb.h"):
            with self.subTest(path=path):
                files = self.one_include("src/modules/assets/a.cpp", path)
                self.assert_one(files, "module receipts stands below assets", "call down")

    def test_tables_belong_to_their_module(self):
        for header in ("modules/receipts/state.gen.h", "receipts/state.gen.h"):
            with self.subTest(header=header):
                self.assert_clean(self.one_include("src/modules/receipts/a.cpp", header))
                self.assert_clean(self.one_include("src/modules/receipts/a_test.cpp", header))
                self.assert_clean(self.one_include("tests/sim/a.cpp", header))
                for source in (
                    "src/modules/payments/a.cpp",
                    "src/modules/payments/a_test.cpp",
                    "src/engine/a.cpp",
                    "apps/astyqd/main.cpp",
                ):
                    self.assert_one(
                        self.one_include(source, header), "the tables of module receipts"
                    )

    def test_product_code_never_includes_tests(self):
        support = {"tests/support/chain.h": "#pragma once\n"}
        for source in ("src/modules/assets/a.cpp", "apps/astyq/main.cpp"):
            files = {**support, **self.one_include(source, "support/chain.h")}
            self.assert_one(files, "tests/ from product code")
        self.assert_clean({**support, **self.one_include("src/base/a_test.cpp", "support/chain.h")})

    def test_relative_paths(self):
        files = {"src/base/b.h": "", **self.one_include("src/base/a.cpp", "b.h")}
        self.assert_one(files, "relative path")
        self.assert_one(self.one_include("src/base/a.cpp", "../crypto/b.h"), "relative path")

    def test_commented_includes_do_not_count_and_lines_stay_true(self):
        text = '/* one\n#include "engine/block.h"\n*/\n// #include "engine/block.h"\n'
        self.assert_clean({"src/base/a.cpp": text})
        files = {"src/base/a.cpp": text + '#include "engine/block.h"\n'}
        self.assert_one(files, "src/base/a.cpp:5:")

    def test_unknown_places(self):
        self.assert_one({"src/helpers/a.cpp": ""}, "src/helpers has no layer")
        self.assert_one({"src/modules/weather/a.cpp": ""}, "weather is not in src/modules/LAYERS")

    def test_cycles_of_files(self):
        files = {"src/base/a.h": '#include "base/b.h"\n', "src/base/b.h": '#include "base/c.h"\n'}
        self.assert_clean({**files, "src/base/c.h": ""})
        self.assert_one(
            {**files, "src/base/c.h": '#include "base/a.h"\n'},
            "include each other",
            "src/base/a.h -> src/base/b.h -> src/base/c.h -> src/base/a.h",
        )

    def test_cycles_of_folders(self):
        files = {"tests/sim/a.h": '#include "support/b.h"\n', "tests/support/b.h": ""}
        self.assert_clean(files)
        files.update({"tests/support/c.h": '#include "sim/d.h"\n', "tests/sim/d.h": ""})
        self.assert_one(files, "folders include each other")

    def test_links(self):
        self.assertEqual([], findings_of({}, "astyq_folder(node USES engine query LIBRARIES x)\n"))
        findings = findings_of({}, "\nastyq_folder(cli USES engine\n  node)\n")
        self.assertEqual(1, len(findings))
        self.assertIn("CMakeLists.txt:2: cli links to node", findings[0])


if __name__ == "__main__":
    unittest.main()
