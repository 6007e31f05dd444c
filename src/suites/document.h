// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace astyq::suites {

// Faults of every kind's reader.
inline constexpr const char* kMalformed = "vectors_malformed";       // not what the format says
inline constexpr const char* kOtherFormat = "vectors_other_format";  // well formed, another format

class Node;

// A JSON document of vectors. The first thing that is not as a reader asked for is kept with its
// place, and what was asked for reads as empty: readers ask once, when all is read.
class Document {
 public:
  // Faults: kMalformed.
  static Result<Document> parse(std::string_view text);

  // Valid as long as the document stays where it is.
  Node root();
  // Faults: kMalformed.
  Status status() const;

 private:
  friend class Node;
  explicit Document(boost::json::value value) : value_(std::move(value)) {}

  boost::json::value value_;
  std::string wrong_;
};

// A value within a document.
class Node {
 public:
  // A member that must be there. Nothing when it is not, or null.
  Node at(std::string_view name) const;
  std::optional<Node> find(std::string_view name) const;
  bool has(std::string_view name) const { return find(name).has_value(); }

  std::vector<Node> elements() const;
  std::vector<std::pair<std::string, Node>> members() const;

  bool is_object() const { return value_ != nullptr && value_->is_object(); }
  bool is_array() const { return value_ != nullptr && value_->is_array(); }
  std::string text() const;
  std::int64_t number() const;
  bool flag() const;
  Bytes hex() const;
  Bytes base64() const;
  bool is_text() const { return value_ != nullptr && value_->is_string(); }
  // Keeps what is wrong with it, as in "is no time"; for readers of what only they know.
  void refuse(const std::string& what) const;

 private:
  friend class Document;
  Node(Document& document, const boost::json::value* value, std::string place)
      : document_(&document), value_(value), place_(std::move(place)) {}
  Document* document_;
  const boost::json::value* value_;  // null for a member that is missing
  std::string place_;
};

}  // namespace astyq::suites
