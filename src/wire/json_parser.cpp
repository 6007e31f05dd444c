// SPDX-License-Identifier: Apache-2.0
#include "wire/json_parser.h"

#include <boost/json/basic_parser_impl.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "wire/json.h"
#include "wire/nearest.h"
#include "wire/utf8.h"

namespace astyq::wire {

namespace {

using boost::json::error;
using boost::json::error_code;

// An object or array that is open.
struct Container {
  bool array = false;
  std::size_t index = 0;  // of the current element
  std::string name;       // of the current member
  std::set<std::string, std::less<>> names;
};

std::string pointer_to(const std::vector<Container>& open) {
  std::string out;
  for (const Container& container : open) {
    if (!container.array && container.names.empty()) break;
    out += '/';
    if (container.array) {
      out += std::to_string(container.index);
      continue;
    }
    for (const char c : printable(container.name)) {
      if (c == '~')
        out += "~0";
      else if (c == '/')
        out += "~1";
      else
        out += c;
    }
  }
  return out.empty() ? "document" : out;
}

// Boost's handler: joins the parts of strings, keeps the place, refuses duplicate names.
class Handler {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  explicit Handler(JsonEvents& events) : events_(events) {}

  const std::optional<Fault>& fault() const { return fault_; }
  std::string place() const { return pointer_to(open_); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& ec) { return pass(events_.object_begin(), ec) && push(false); }
  bool on_object_end(std::size_t, error_code& ec) {
    open_.pop_back();
    return pass(events_.object_end(), ec) && next();
  }
  bool on_array_begin(error_code& ec) { return pass(events_.array_begin(), ec) && push(true); }
  bool on_array_end(std::size_t, error_code& ec) {
    open_.pop_back();
    return pass(events_.array_end(), ec) && next();
  }
  bool on_key_part(std::string_view part, std::size_t, error_code&) { return join(part); }
  bool on_key(std::string_view part, std::size_t, error_code& ec) {
    join(part);
    Container& object = open_.back();
    object.name = std::move(text_);
    text_.clear();
    if (!object.names.insert(object.name).second)
      return pass(Fault{"json_duplicate_name", "the object holds this name twice"}, ec);
    return pass(events_.name(object.name), ec);
  }
  bool on_string_part(std::string_view part, std::size_t, error_code&) { return join(part); }
  bool on_string(std::string_view part, std::size_t, error_code& ec) {
    join(part);
    const bool fine = pass(events_.string(text_), ec);
    text_.clear();
    return fine && next();
  }
  bool on_number_part(std::string_view part, error_code&) { return join(part); }
  // Only the digits as they stand in the text count, never the number that Boost makes of them.
  bool on_int64(auto, std::string_view part, error_code& ec) { return on_number(part, ec); }
  bool on_uint64(auto, std::string_view part, error_code& ec) { return on_number(part, ec); }
  bool on_double(auto, std::string_view part, error_code& ec) { return on_number(part, ec); }
  bool on_bool(bool value, error_code& ec) { return pass(events_.boolean(value), ec) && next(); }
  bool on_null(error_code& ec) { return pass(events_.null(), ec) && next(); }
  bool on_comment_part(std::string_view, error_code&) { return true; }
  bool on_comment(std::string_view, error_code&) { return true; }

 private:
  bool on_number(std::string_view part, error_code& ec) {
    join(part);
    const bool fine = pass(events_.number(text_), ec);
    text_.clear();
    return fine && next();
  }
  bool join(std::string_view part) {
    text_.append(part);
    return true;
  }
  bool push(bool array) {
    open_.push_back({array, 0, {}, {}});
    return true;
  }
  bool next() {
    if (!open_.empty()) ++open_.back().index;
    return true;
  }
  bool pass(const Status& status, error_code& ec) {
    if (status.ok()) return true;
    fault_ = Fault{status.fault().code, place() + ": " + status.fault().text};
    ec = error::syntax;  // any error stops Boost's parser; ours is the one that is told
    return false;
  }

  JsonEvents& events_;
  std::string text_;
  std::vector<Container> open_;
  std::optional<Fault> fault_;
};

Fault fault_of(const error_code& ec, std::size_t at, const std::string& place) {
  const std::string where = place + ": byte " + std::to_string(at) + ": ";
  if (ec == error::too_deep)
    return {"json_too_deep", where + "more than " + std::to_string(kMaxJsonDepth) +
                                 " objects and arrays within one another"};
  if (ec == error::extra_data)
    return {"json_trailing_bytes", where + "bytes follow the end of the document"};
  if (ec == error::exponent_overflow)
    return {"json_number_out_of_range", where + "the exponent is too large"};
  if (ec == error::illegal_leading_surrogate || ec == error::illegal_trailing_surrogate ||
      ec == error::expected_utf16_escape)
    return {"json_invalid_utf8", where + "half of a surrogate pair"};
  if (ec == error::incomplete) return {"json_malformed", where + "the document ends too early"};
  return {"json_malformed", where + "not JSON (" + ec.message() + ")"};
}

}  // namespace

Status parse_json(std::string_view text, std::size_t max_bytes, JsonEvents& events) {
  if (text.size() > max_bytes)
    return Fault{"json_too_large", "document: " + std::to_string(text.size()) +
                                       " bytes; the limit is " + std::to_string(max_bytes)};
  const std::size_t valid = utf8_prefix(text);
  if (valid != text.size())
    return Fault{"json_invalid_utf8",
                 "document: byte " + std::to_string(valid) + ": not valid UTF-8"};
  boost::json::parse_options strict;
  strict.max_depth = kMaxJsonDepth;
  boost::json::basic_parser<Handler> parser(strict, events);
  error_code ec;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
  if (parser.handler().fault()) return *parser.handler().fault();
  if (!ec && read < text.size()) ec = error::extra_data;
  if (ec) return fault_of(ec, read, parser.handler().place());
  return Done{};
}

}  // namespace astyq::wire
