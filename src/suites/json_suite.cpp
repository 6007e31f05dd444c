// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include "astyq/base/v1/envelope.pb.h"
#include "suites/faults.h"
#include "suites/kinds.h"
#include "wire/json.h"

namespace astyq::suites {
namespace {

// Where the API is stricter than the suite, on purpose: it must refuse these, for this reason.
struct Stricter {
  std::string_view file;
  const char* code;
  const char* why;
};
constexpr const char* kOnce =
    "a name stands once in an object: of two values two readers could take two";
constexpr Stricter kStricter[] = {
    {"y_object_duplicated_key.json", "json_duplicate_name", kOnce},
    {"y_object_duplicated_key_and_value.json", "json_duplicate_name", kOnce}};

// The suite's folder of texts that readers understand differently.
constexpr const char* kEither = "test_transform";

std::string verdict_of(const Status& status) {
  return status.ok() ? "accepted" : "refused, " + status.fault().code;
}

}  // namespace

Status run_json(const std::string& path, const std::string& text, Report& report) {
  const std::filesystem::path where(path);
  const std::string file = where.filename();
  const bool either = file.starts_with("i_") || where.parent_path().filename() == kEither;
  if (!either && !file.starts_with("y_") && !file.starts_with("n_"))
    return Fault{kOtherFormat, "its name tells no verdict: y_, n_ or i_"};
  const Status document = wire::validate_json(text, text.size());
  base::v1::TxBody body;
  const Status message = wire::from_json(text, body, text.size());
  // No message may take in what is no document.
  const bool harm = message.ok() && !document.ok();
  const std::string given = harm ? "accepted as a transaction" : verdict_of(document);
  const auto* stricter = std::ranges::find(kStricter, file, &Stricter::file);
  if (stricter != std::end(kStricter)) {
    report.remark("listed: " + path + ": refused, not accepted: " + stricter->why);
    report.expect(path, std::string("refused, ") + stricter->code, given);
  } else if (file.starts_with("y_")) {
    report.expect(path, "accepted", given);
  } else if (file.starts_with("n_")) {
    report.expect(path, "refused", document.ok() || harm ? given : "refused");
  } else {
    report.expect(path, "either", harm ? given : "either");
  }
  return Done{};
}

}  // namespace astyq::suites
