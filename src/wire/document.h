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

namespace astyq::wire {

class Node;

// A JSON document of others' making, read member by member. The first thing that is not as a reader
// asked for is kept with its place, and what was asked for reads as empty: readers ask once, when
// all is read.
class Document {
 public:
  // `code`: of the faults of this document, e.g. vectors_malformed.
  static Result<Document> parse(std::string_view text, std::string code);

  // Valid as long as the document stays where it is.
  Node root();
  // Faults: what is wrong first, with its place.
  Status status() const;

 private:
  friend class Node;
  Document(boost::json::value value, std::string code)
      : value_(std::move(value)), code_(std::move(code)) {}

  boost::json::value value_;
  std::string code_;
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

}  // namespace astyq::wire
