// SPDX-License-Identifier: Apache-2.0
#include "wire/document.h"

#include <sodium.h>

#include <boost/json/parse.hpp>

namespace astyq::wire {

Result<Document> Document::parse(std::string_view text, std::string code) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(text, error);
  if (error) return Fault{std::move(code), "it is not JSON (" + error.message() + ")"};
  return Document(std::move(value), std::move(code));
}

Node Document::root() {
  return {*this, &value_, ""};
}

Status Document::status() const {
  if (wrong_.empty()) return Done{};
  return Fault{code_, wrong_};
}

void Node::refuse(const std::string& what) const {
  if (value_ != nullptr && document_->wrong_.empty())
    document_->wrong_ = (place_.empty() ? "the document" : place_) + " " + what;
}

std::optional<Node> Node::find(std::string_view name) const {
  if (!is_object()) return std::nullopt;
  const boost::json::value* member = value_->get_object().if_contains(name);
  if (member == nullptr || member->is_null()) return std::nullopt;
  return Node(*document_, member, place_ + "/" + std::string(name));
}

Node Node::at(std::string_view name) const {
  if (auto found = find(name)) return *found;
  refuse("has no member \"" + std::string(name) + "\"");
  return {*document_, nullptr, ""};
}

std::vector<Node> Node::elements() const {
  std::vector<Node> out;
  if (!is_array()) {
    refuse("is no array");
    return out;
  }
  for (const boost::json::value& element : value_->get_array())
    out.push_back(Node(*document_, &element, place_ + "/" + std::to_string(out.size())));
  return out;
}

std::vector<std::pair<std::string, Node>> Node::members() const {
  std::vector<std::pair<std::string, Node>> out;
  if (!is_object()) {
    refuse("is no object");
    return out;
  }
  for (const auto& member : value_->get_object()) {
    const std::string name(member.key());
    out.emplace_back(name, Node(*document_, &member.value(), place_ + "/" + name));
  }
  return out;
}

std::string Node::text() const {
  if (value_ != nullptr && value_->is_string()) return std::string(value_->get_string());
  refuse("is no string");
  return "";
}

std::int64_t Node::number() const {
  if (value_ != nullptr && value_->is_int64()) return value_->get_int64();
  refuse("is no whole number");
  return 0;
}

bool Node::flag() const {
  if (value_ != nullptr && value_->is_bool()) return value_->get_bool();
  refuse("is neither true nor false");
  return false;
}

Bytes Node::hex() const {
  if (const auto bytes = from_hex(text())) return *bytes;
  refuse("is not hexadecimal");
  return "";
}

Bytes Node::base64() const {
  const std::string encoded = text();
  Bytes out(encoded.size(), '\0');
  std::size_t size = 0;
  const int decoded =
      sodium_base642bin(reinterpret_cast<unsigned char*>(out.data()), out.size(), encoded.data(),
                        encoded.size(), nullptr, &size, nullptr, sodium_base64_VARIANT_ORIGINAL);
  if (decoded != 0) refuse("is not base64");
  out.resize(decoded == 0 ? size : 0);
  return out;
}

}  // namespace astyq::wire
