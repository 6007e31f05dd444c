// SPDX-License-Identifier: Apache-2.0
#include "suites/run.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "suites/faults.h"
#include "suites/kinds.h"

namespace astyq::suites {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUnreadable = "vectors_unreadable";

struct Kind {
  std::string_view name;
  std::string_view ending;
  Status (*run)(const std::string& path, const std::string& text, Report& report);
  std::string_view what;
};

constexpr Kind kKinds[] = {
    {"wycheproof-ed25519", ".json", run_wycheproof_ed25519, "Wycheproof, EddsaVerify"},
    {"wycheproof-p256", ".json", run_wycheproof_p256,
     "Wycheproof, EcdsaVerify and EcdsaP1363Verify with SHA-256"},
    {"speccheck", ".json", run_speccheck, "ed25519-speccheck's cases.json"},
    {"ics23", ".json", run_ics23, "ICS-23 proofs: iavl, tendermint, smt"},
    {"ics23-unit", ".json", run_ics23_unit, "ICS-23 tables: Test*Data.json"},
    {"json", ".json", run_json, "JSON Parsing Test Suite: y_*, n_*, i_*, test_transform"},
    {"sha256-cavp", ".rsp", run_sha256_cavp, "NIST CAVP: ShortMsg, LongMsg, Monte"},
    {"light-client", ".json", run_light_client,
     "traces of CometBFT's light client: single steps, bisection"},
};

std::string usage() {
  std::string out =
      "Runs published test vectors against Astyq's own functions.\n\n"
      "  astyq_conformance KIND PATH    PATH: a file, or a folder of them\n\nKinds:\n";
  for (const Kind& kind : kKinds) {
    out += "  " + std::string(kind.name) + std::string(21 - kind.name.size(), ' ');
    out += std::string(kind.what) + "\n";
  }
  return out +
         "\nPrints each case that failed and last \"N passed, N failed\".\n"
         "Exit codes: 0 all passed, 1 some failed, 2 not run: wrong use, or not such a file.\n";
}

int complain(std::ostream& err, const Fault& fault) {
  err << "astyq_conformance: " << fault.code << ": " << fault.text << "\n";
  return kNotRun;
}

Result<std::string> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.is_open() && !file.bad()) return text;
  return Fault{kUnreadable, path + " cannot be read. See whether it is there and is readable."};
}

// In an order of their names, so that two runs say the same.
Result<std::vector<std::string>> files_of(const std::string& path, std::string_view ending) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) return std::vector<std::string>{path};
  if (!fs::is_directory(path, error))
    return Fault{kUnreadable,
                 path + " is neither a file nor a folder that can be read. Give one that is."};
  std::vector<std::string> found;
  fs::recursive_directory_iterator at(path, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error))
    if (at->is_regular_file(error) && at->path().extension() == ending) found.push_back(at->path());
  // Folders behind links are not gone into: they may lead round in a ring.
  if (error) return Fault{kUnreadable, path + " cannot be read: " + error.message() + "."};
  std::ranges::sort(found);
  return found;
}

Status run_file(const Kind& kind, const std::string& path, Report& report) {
  const auto text = read(path);
  if (!text.ok()) return text.fault();
  const auto before = report.passed() + report.failed();
  Status status = kind.run(path, *text, report);
  if (status.ok() && report.passed() + report.failed() == before)
    status = Fault{kMalformed, "it holds no case"};
  if (status.ok()) return status;
  return Fault{status.fault().code, path + ": " + status.fault().text};
}

// What to do about a file that was not run.
Fault advised(Fault fault) {
  if (fault.code == kOtherFormat) fault.text += ". Choose the kind that it is of, see --help.";
  if (fault.code == kMalformed) fault.text += ". Fetch the file anew from where it came.";
  return fault;
}

int run_all(const Kind& kind, const std::string& path, std::ostream& out, std::ostream& err) {
  const auto files = files_of(path, kind.ending);
  if (!files.ok()) return complain(err, files.fault());
  Report report(out);
  bool whole = true;
  for (const std::string& file : *files) {
    const Status status = run_file(kind, file, report);
    if (status.ok()) continue;
    if (status.fault().code == kOtherFormat && file != path) {
      report.remark("skipped: " + status.fault().text);
      continue;
    }
    complain(err, advised(status.fault()));
    whole = false;
  }
  report.finish();
  if (!whole) return kNotRun;
  if (report.failed() > 0) return kSomeFailed;
  if (report.passed() > 0) return kAllPassed;
  return complain(err, {"vectors_none", path + " holds no case of " + std::string(kind.name) +
                                            ". Name a file, or a folder with *" +
                                            std::string(kind.ending) + " of that kind."});
}

}  // namespace

int run(std::span<const std::string> arguments, std::ostream& out, std::ostream& err) {
  if (arguments.size() == 1 && (arguments[0] == "-h" || arguments[0] == "--help")) {
    out << usage();
    return kAllPassed;
  }
  if (arguments.size() != 2) {
    err << usage();
    return kNotRun;
  }
  const auto* kind = std::ranges::find(kKinds, arguments[0], &Kind::name);
  if (kind == std::end(kKinds)) {
    complain(err, {"kind_unknown", "there is no kind " + arguments[0] + ". The kinds:"});
    for (const Kind& known : kKinds) err << "  " << known.name << "\n";
    return kNotRun;
  }
  return run_all(*kind, arguments[1], out, err);
}

}  // namespace astyq::suites
