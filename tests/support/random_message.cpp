// SPDX-License-Identifier: Apache-2.0
#include "support/random_message.h"

#include <algorithm>
#include <array>

#include "astyq/options.pb.h"
#include "base/check.h"

namespace astyq::test {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::uint32_t kDefaultMax = 256;
constexpr std::uint64_t kElements = 4;

struct Filler {
  Random& random;
  Message& message;
  const google::protobuf::Reflection& reflection;

  // Small, large and boundary numbers alike.
  std::uint64_t number() const {
    const std::uint64_t bits = random.next() >> random.below(64);
    return random.one_in(8) ? ~std::uint64_t{0} : bits;
  }

  std::string bytes(const FieldDescriptor* field) const {
    const auto& rule = field->options().GetExtension(options::field);
    const bool many = field->is_repeated();
    const std::size_t limit = many || rule.max() == 0 ? kDefaultMax : rule.max();
    const std::size_t most = std::min<std::size_t>(limit, 80);
    if (field->type() == FieldDescriptor::TYPE_STRING) return random_text(random, most);
    std::string out(rule.size() != 0 ? rule.size() : 1 + random.below(most), '\0');
    for (char& c : out) c = static_cast<char>(random.next());
    return out;
  }

  void set(const FieldDescriptor* field) const {
    switch (field->type()) {
      case FieldDescriptor::TYPE_UINT64:
        return reflection.SetUInt64(&message, field, number());
      case FieldDescriptor::TYPE_INT64:
        return reflection.SetInt64(&message, field, static_cast<std::int64_t>(number()));
      case FieldDescriptor::TYPE_UINT32:
        return reflection.SetUInt32(&message, field, static_cast<std::uint32_t>(number()));
      case FieldDescriptor::TYPE_BOOL:
        return reflection.SetBool(&message, field, random.one_in(2));
      case FieldDescriptor::TYPE_ENUM:
        return reflection.SetEnum(&message, field, enum_value(field));
      case FieldDescriptor::TYPE_MESSAGE:
        return fill(random, *reflection.MutableMessage(&message, field));
      default:
        return reflection.SetString(&message, field, bytes(field));
    }
  }

  void add(const FieldDescriptor* field) const {
    switch (field->type()) {
      case FieldDescriptor::TYPE_UINT64:
        return reflection.AddUInt64(&message, field, number());
      case FieldDescriptor::TYPE_INT64:
        return reflection.AddInt64(&message, field, static_cast<std::int64_t>(number()));
      case FieldDescriptor::TYPE_UINT32:
        return reflection.AddUInt32(&message, field, static_cast<std::uint32_t>(number()));
      case FieldDescriptor::TYPE_BOOL:
        return reflection.AddBool(&message, field, random.one_in(2));
      case FieldDescriptor::TYPE_ENUM:
        return reflection.AddEnum(&message, field, enum_value(field));
      case FieldDescriptor::TYPE_MESSAGE:
        return fill(random, *reflection.AddMessage(&message, field));
      default:
        return reflection.AddString(&message, field, bytes(field));
    }
  }

  const google::protobuf::EnumValueDescriptor* enum_value(const FieldDescriptor* field) const {
    const auto* values = field->enum_type();
    return values->value(
        static_cast<int>(random.below(static_cast<std::uint64_t>(values->value_count()))));
  }
};

}  // namespace

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
  return mixed ^ (mixed >> 31);
}

std::unique_ptr<Message> new_message(std::string_view full_name) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
          std::string(full_name));
  ASTYQ_CHECK(descriptor != nullptr);
  const auto* prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor);
  return std::unique_ptr<Message>(prototype->New());
}

std::string random_text(Random& random, std::size_t max_bytes) {
  static constexpr std::array<std::string_view, 10> kCharacters{"a",  "Z",    "0", "\"", "\\",
                                                                "\n", "\x01", "қ", "한", "🌾"};
  std::string out(1, 'x');
  const std::size_t wanted = random.below(max_bytes);
  while (out.size() < wanted) {
    const std::string_view next = kCharacters[random.below(kCharacters.size())];
    if (out.size() + next.size() > max_bytes) break;
    out += next;
  }
  return out;
}

void fill(Random& random, Message& message) {
  const auto& descriptor = *message.GetDescriptor();
  const Filler filler{random, message, *message.GetReflection()};
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor* field = descriptor.field(i);
    const auto& rule = field->options().GetExtension(options::field);
    if (field->real_containing_oneof() != nullptr) continue;
    if (field->is_repeated()) {
      const std::uint64_t limit = rule.max() == 0 ? kElements : rule.max();
      const std::uint64_t count = random.below(std::min(limit, kElements) + 1);
      for (std::uint64_t n = 0; n < count; ++n) filler.add(field);
    } else if (rule.size() != 0 || !random.one_in(3)) {
      filler.set(field);
    }
  }
  for (int i = 0; i < descriptor.real_oneof_decl_count(); ++i) {
    const auto* oneof = descriptor.oneof_decl(i);
    const auto members = static_cast<std::uint64_t>(oneof->field_count());
    filler.set(oneof->field(static_cast<int>(random.below(members))));
  }
}

}  // namespace astyq::test
