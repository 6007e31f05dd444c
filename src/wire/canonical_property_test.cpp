// SPDX-License-Identifier: Apache-2.0
// Random messages of every type in proto/, written by libprotobuf: all are canonical, and each
// class of mutation is found out. libprotobuf is the other opinion: what walks comes out of it
// unchanged.
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "astyq/options.pb.h"
#include "support/random_message.h"
#include "wire/canonical.h"

namespace astyq::wire {
namespace {

using enum CanonicalReason;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::uint32_t kLatest = std::numeric_limits<std::uint32_t>::max();
constexpr int kMessagesOfEach = 40;

// A record of a valid message: where its tag begins, its value begins, and it ends.
struct Record {
  const FieldDescriptor* field;
  Bytes tag;
  Bytes value;  // with its length, when it has one

  Bytes bytes() const { return tag + value; }
};

std::uint64_t read_varint(BytesView bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<std::uint8_t>(bytes[at++]);
    value |= std::uint64_t{byte & 0x7Fu} << shift;
    if (byte < 0x80) return value;
  }
}

Bytes varint(std::uint64_t value) {
  Bytes out;
  append_varint(out, value);
  return out;
}

std::vector<Record> records_of(const Descriptor& descriptor, BytesView bytes) {
  std::vector<Record> out;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t start = at;
    const std::uint64_t tag = read_varint(bytes, at);
    const std::size_t value = at;
    const std::uint64_t number = read_varint(bytes, at);
    if ((tag & 7) == 2) at += number;
    out.push_back({descriptor.FindFieldByNumber(static_cast<int>(tag >> 3)),
                   Bytes(bytes.substr(start, value - start)),
                   Bytes(bytes.substr(value, at - value))});
  }
  return out;
}

Bytes join(const std::vector<Record>& records) {
  Bytes out;
  for (const Record& record : records) out += record.bytes();
  return out;
}

bool is_delimited(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_MESSAGE ||
         field.type() == FieldDescriptor::TYPE_STRING ||
         field.type() == FieldDescriptor::TYPE_BYTES;
}

bool is_number(const FieldDescriptor& field) {
  return !is_delimited(field) && !field.is_repeated();
}

Record record_of(const FieldDescriptor& field, const Bytes& value) {
  const bool delimited = is_delimited(field) || field.is_repeated();
  return {&field, varint(static_cast<std::uint64_t>(field.number()) << 3 | (delimited ? 2 : 0)),
          delimited ? varint(value.size()) + value : value};
}

// Where a record of this field belongs among the others.
std::size_t place_of(const std::vector<Record>& records, const FieldDescriptor& field) {
  std::size_t at = 0;
  while (at < records.size() && records[at].field->number() <= field.number()) ++at;
  return at;
}

class Mutations : public testing::Test {
 protected:
  // Runs `mutate` over random messages of every type. It returns nothing when the message has no
  // place for the mutation; else what the walker must say.
  struct Mutant {
    Bytes bytes;
    CanonicalReason reason;
  };
  template <typename Mutate>
  std::size_t run(Mutate mutate) {
    std::size_t seen = 0;
    for (std::size_t index = 0; index < message_rules().size(); ++index) {
      const auto message = test::new_message(message_rules()[index].name);
      for (int n = 0; n < kMessagesOfEach; ++n) {
        message->Clear();
        test::fill(random_, *message);
        const Bytes bytes = message->SerializeAsString();
        const auto records = records_of(*message->GetDescriptor(), bytes);
        const std::optional<Mutant> mutant = mutate(records, *message->GetDescriptor());
        if (!mutant) continue;
        ++seen;
        const CanonicalFault fault = walk(mutant->bytes, index, kLatest);
        EXPECT_EQ(reason_name(fault.reason), reason_name(mutant->reason))
            << message_rules()[index].name << " " << to_hex(mutant->bytes);
        if (HasFailure()) return seen;
      }
    }
    return seen;
  }

  // An index of `records` that satisfies `good`, or nothing.
  template <typename Good>
  std::optional<std::size_t> pick(const std::vector<Record>& records, Good good) {
    std::vector<std::size_t> fitting;
    for (std::size_t i = 0; i < records.size(); ++i)
      if (good(*records[i].field)) fitting.push_back(i);
    if (fitting.empty()) return std::nullopt;
    return fitting[random_.below(fitting.size())];
  }

  // The same, for what is not in the message: a field of its type.
  template <typename Good>
  const FieldDescriptor* pick_field(const Descriptor& descriptor, Good good) {
    std::vector<const FieldDescriptor*> fitting;
    for (int i = 0; i < descriptor.field_count(); ++i)
      if (good(*descriptor.field(i))) fitting.push_back(descriptor.field(i));
    return fitting.empty() ? nullptr : fitting[random_.below(fitting.size())];
  }

  test::Random random_{20260101};
};

bool has(const std::vector<Record>& records, const FieldDescriptor& field) {
  return std::any_of(records.begin(), records.end(),
                     [&](const Record& record) { return record.field == &field; });
}

TEST_F(Mutations, none_is_canonical) {
  EXPECT_GT(run([](const auto& records, const Descriptor&) -> std::optional<Mutant> {
              return Mutant{join(records), kNone};
            }),
            0U);
}

TEST_F(Mutations, reordered_fields) {
  EXPECT_GT(run([&](auto records, const Descriptor&) -> std::optional<Mutant> {
              if (records.size() < 2) return {};
              const std::size_t i = random_.below(records.size() - 1);
              if (records[i].field == records[i + 1].field) return {};
              // What must stand before the second is missed first.
              for (std::size_t k = 0; k <= i; ++k)
                if (records[k].field->options().GetExtension(options::field).size() != 0) return {};
              std::swap(records[i], records[i + 1]);
              // The first of several elements left behind is a duplicate out of order all the same.
              return Mutant{join(records), kNotAscending};
            }),
            100U);
}

TEST_F(Mutations, padded_tags_lengths_and_numbers) {
  EXPECT_GT(run([&](auto records, const Descriptor&) -> std::optional<Mutant> {
              if (records.empty()) return {};
              Record& record = records[random_.below(records.size())];
              Bytes& place = random_.one_in(2) ? record.tag : record.value;
              std::size_t end = 0;
              if (read_varint(place, end) >> 63 != 0) return {};  // ten bytes have no room
              place[end - 1] = static_cast<char>(place[end - 1] | 0x80);
              place.insert(end, 1, '\0');
              return Mutant{join(records), kPaddedVarint};
            }),
            500U);
}

TEST_F(Mutations, explicit_defaults) {
  EXPECT_GT(run([&](auto records, const Descriptor& descriptor) -> std::optional<Mutant> {
              const FieldDescriptor* field = pick_field(descriptor, [&](const auto& f) {
                return !f.has_presence() && !f.is_repeated() && !has(records, f);
              });
              if (field == nullptr) return {};
              const Bytes value = is_number(*field) ? Bytes(1, '\0') : Bytes();
              const std::size_t place = place_of(records, *field);
              records.insert(records.begin() + static_cast<std::ptrdiff_t>(place),
                             record_of(*field, value));
              return Mutant{join(records), kExplicitDefault};
            }),
            100U);
}

TEST_F(Mutations, unknown_fields) {
  EXPECT_GT(run([&](auto records, const Descriptor& descriptor) -> std::optional<Mutant> {
              std::uint64_t number = 1 + random_.below(100000);
              while (descriptor.FindFieldByNumber(static_cast<int>(number)) != nullptr) ++number;
              const bool bytes = random_.one_in(2);
              const Bytes value = bytes ? Bytes("\x01x") : Bytes("\x01");
              const std::size_t place = random_.below(records.size() + 1);
              records.insert(records.begin() + static_cast<std::ptrdiff_t>(place),
                             Record{records.empty() ? nullptr : records[0].field,
                                    varint(number << 3 | (bytes ? 2 : 0)), value});
              return Mutant{join(records), kUnknownField};
            }),
            500U);
}

TEST_F(Mutations, truncated) {
  EXPECT_GT(run([&](const auto& records, const Descriptor&) -> std::optional<Mutant> {
              if (records.empty()) return {};
              Bytes bytes;
              const std::size_t kept = random_.below(records.size());
              for (std::size_t i = 0; i < kept; ++i) bytes += records[i].bytes();
              const Bytes last = records[kept].bytes();
              bytes += last.substr(0, 1 + random_.below(last.size() - 1));
              return Mutant{bytes, kTruncated};
            }),
            500U);
}

TEST_F(Mutations, singular_fields_twice) {
  EXPECT_GT(run([&](auto records, const Descriptor&) -> std::optional<Mutant> {
              const auto i = pick(records, [](const auto& f) { return !f.is_repeated(); });
              if (!i) return {};
              const Record copy = records[*i];
              records.insert(records.begin() + static_cast<std::ptrdiff_t>(*i), copy);
              return Mutant{join(records), kDuplicateField};
            }),
            500U);
}

TEST_F(Mutations, two_members_of_a_oneof) {
  EXPECT_GT(run([&](auto records, const Descriptor& descriptor) -> std::optional<Mutant> {
              const auto i = pick(records, [](const auto& f) { return f.containing_oneof(); });
              if (!i) return {};
              const auto* oneof = records[*i].field->containing_oneof();
              const FieldDescriptor* other = pick_field(descriptor, [&](const auto& f) {
                return f.containing_oneof() == oneof && &f != records[*i].field;
              });
              if (other == nullptr) return {};
              // The later of the two is at fault; its content must not be wrong before that is
              // seen.
              const auto message = test::new_message(descriptor.full_name());
              do {
                message->Clear();
                test::fill(random_, *message);
              } while (!message->GetReflection()->HasField(*message, other));
              const auto filled = records_of(descriptor, message->SerializeAsString());
              const auto found = std::find_if(filled.begin(), filled.end(),
                                              [&](const Record& r) { return r.field == other; });
              const std::size_t place = place_of(records, *other);
              records.insert(records.begin() + static_cast<std::ptrdiff_t>(place), *found);
              return Mutant{join(records), kSecondOfOneof};
            }),
            20U);
}

TEST_F(Mutations, oneof_without_a_member) {
  EXPECT_GT(run([&](auto records, const Descriptor&) -> std::optional<Mutant> {
              const auto i = pick(records, [](const auto& f) { return f.containing_oneof(); });
              if (!i) return {};
              records.erase(records.begin() + static_cast<std::ptrdiff_t>(*i));
              return Mutant{join(records), kOneofMissing};
            }),
            20U);
}

TEST_F(Mutations, bad_utf8) {
  EXPECT_GT(run([&](auto records, const Descriptor&) -> std::optional<Mutant> {
              const auto i = pick(
                  records, [](const auto& f) { return f.type() == FieldDescriptor::TYPE_STRING; });
              if (!i) return {};
              Bytes& value = records[*i].value;
              std::size_t start = 0;
              read_varint(value, start);
              if (start == value.size()) return {};
              value[start + random_.below(value.size() - start)] = '\xFF';
              return Mutant{join(records), kInvalidUtf8};
            }),
            20U);
}

TEST_F(Mutations, unknown_enum_values) {
  EXPECT_GT(run([&](auto records, const Descriptor&) -> std::optional<Mutant> {
              const auto i = pick(records, [](const auto& f) {
                return f.type() == FieldDescriptor::TYPE_ENUM && !f.is_repeated();
              });
              if (!i) return {};
              std::uint64_t value = 1 + random_.below(1000);
              const auto* values = records[*i].field->enum_type();
              while (values->FindValueByNumber(static_cast<int>(value)) != nullptr) ++value;
              // The low 32 bits alone must not be looked at.
              if (random_.one_in(3)) value = std::uint64_t{1} << 32;
              records[*i].value = varint(value);
              return Mutant{join(records), kUnknownEnumValue};
            }),
            20U);
}

TEST_F(Mutations, too_long_or_of_another_size) {
  EXPECT_GT(run([&](auto records, const Descriptor&) -> std::optional<Mutant> {
              const auto i = pick(records, [](const auto& f) {
                return f.type() == FieldDescriptor::TYPE_STRING ||
                       f.type() == FieldDescriptor::TYPE_BYTES;
              });
              if (!i) return {};
              const FieldDescriptor& field = *records[*i].field;
              const auto& rule = field.options().GetExtension(options::field);
              std::size_t most = rule.max() == 0 || field.is_repeated() ? 256 : rule.max();
              if (rule.size() != 0) most = random_.one_in(2) ? rule.size() : rule.size() - 2;
              records[*i] = record_of(field, Bytes(most + 1, 'a'));
              return Mutant{join(records), rule.size() != 0 ? kWrongSize : kTooLong};
            }),
            100U);
}

TEST_F(Mutations, too_many_elements) {
  EXPECT_GT(run([&](auto records, const Descriptor&) -> std::optional<Mutant> {
              const auto i = pick(records, [](const auto& f) { return f.is_repeated(); });
              if (!i) return {};
              const Record element = records[*i];
              const auto& rule = element.field->options().GetExtension(options::field);
              const std::size_t most = rule.max() == 0 ? 256 : rule.max();
              if (!is_delimited(*element.field)) {
                records[*i] = record_of(*element.field, Bytes(most + 1, '\x01'));
              } else {
                records.insert(records.begin() + static_cast<std::ptrdiff_t>(*i), most, element);
              }
              return Mutant{join(records), kTooManyElements};
            }),
            20U);
}

// Packed fields may be absent from proto/; canonical_test.cpp covers them by hand.
TEST_F(Mutations, scalars_that_are_not_packed) {
  bool any = false;
  for (const MessageRule& rule : message_rules())
    for (const FieldRule& field : rule.fields)
      any |= field.repeated && static_cast<int>(field.kind) <= static_cast<int>(FieldKind::kEnum);
  const std::size_t seen = run([&](auto records, const Descriptor&) -> std::optional<Mutant> {
    const auto i = pick(records, [](const auto& f) { return f.is_repeated() && !is_delimited(f); });
    if (!i) return {};
    const auto number = static_cast<std::uint64_t>(records[*i].field->number());
    records[*i] = {records[*i].field, varint(number << 3), Bytes("\x01")};
    return Mutant{join(records), kNotPacked};
  });
  EXPECT_EQ(seen > 0, any);
}

}  // namespace
}  // namespace astyq::wire
