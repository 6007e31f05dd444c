// SPDX-License-Identifier: Apache-2.0
#include "engine/export.h"

#include <google/protobuf/message.h>

#include <map>
#include <memory>

#include "crypto/sha256.h"
#include "store/row_codec.h"
#include "wire/catalogue.h"

namespace astyq::engine {
namespace {

constexpr BytesView kMagic = "astyq/state/1\n";
constexpr std::size_t kDigestSize = 32;
const store::RowKey kFirstKey(BytesView("\0", 1));

Fault corrupt(const char* what) {
  return {"export_corrupt", std::string("The exported state is damaged: ") + what +
                                ". Export it again from a node that has it."};
}

// Tells a row that stands where its table has it and holds the table's message from bytes that
// merely fit their checksum: the engine takes the former for granted.
class RowJudge {
 public:
  bool is_of_its_table(BytesView key, const store::Row& row) {
    const wire::TableEntry* table = wire::find_table(static_cast<std::uint8_t>(key[0]));
    if (table == nullptr || key.size() != key_size(*table)) return false;
    if (row.blind.has_value() != (table->restricted != nullptr)) return false;
    return parses(*table->message, row.open) &&
           (table->restricted == nullptr || parses(*table->restricted, row.restricted));
  }

 private:
  static std::size_t key_size(const wire::TableEntry& table) {
    std::size_t size = 1;
    for (const wire::KeyPart& part : table.key)
      size += part.kind == "u64" ? 8 : part.kind == "u32" ? 4 : part.kind == "b16" ? 16 : 32;
    return size;
  }
  bool parses(const google::protobuf::Descriptor& descriptor, const Bytes& bytes) {
    auto& message = messages_[descriptor.full_name()];
    if (message == nullptr)
      message.reset(
          google::protobuf::MessageFactory::generated_factory()->GetPrototype(&descriptor)->New());
    return message->ParseFromString(bytes);
  }

  std::map<std::string, std::unique_ptr<google::protobuf::Message>> messages_;
};

bool ascends(const std::optional<store::RowKey>& last, const store::RowKey& key) {
  return !last || *last < key;
}

}  // namespace

Bytes export_state(const Engine& engine) {
  const store::Tree& tree = engine.tree();
  Bytes out(kMagic);
  ASTYQ_CHECK(engine.network_id().size() < 256);
  out.push_back(static_cast<char>(engine.network_id().size()));
  out.append(engine.network_id());
  out.append(view(tree.root()));
  append_u64(out, tree.size());
  std::size_t rows = 0;
  for (auto entry = tree.lower_bound(kFirstKey); entry; entry = tree.upper_bound(entry->first)) {
    const BytesView key = entry->first.bytes();
    out.push_back(static_cast<char>(key.size()));
    out.append(key);
    const Bytes encoded = store::encode_row(*entry->second);
    append_u32(out, static_cast<std::uint32_t>(encoded.size()));
    out.append(encoded);
    ++rows;
  }
  ASTYQ_CHECK(rows == tree.size());
  out.append(view(crypto::sha256(out)));
  return out;
}

Result<Engine> import_state(BytesView exported, const AnnexKey& annex_key) {
  if (exported.size() < kMagic.size() + kDigestSize) return corrupt("it ends too early");
  const BytesView content = exported.substr(0, exported.size() - kDigestSize);
  if (view(crypto::sha256(content)) != exported.substr(content.size()))
    return corrupt("its checksum differs");
  store::ByteReader reader(content);
  if (reader.take(kMagic.size()) != kMagic) return corrupt("it is not an export of this version");
  std::string network_id(reader.take(reader.take_u8()));
  const Bytes root(reader.take(kDigestSize));
  const std::uint64_t count = reader.take_u64();
  store::Tree::Builder builder;
  RowJudge judge;
  std::optional<store::RowKey> last;
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const BytesView key_bytes = reader.take(reader.take_u8());
    auto row = store::decode_row(reader.take(reader.take_u32()));
    if (!row || key_bytes.empty() || key_bytes.size() > store::RowKey::kMaxSize)
      return corrupt("a row is malformed");
    if (!judge.is_of_its_table(key_bytes, *row)) return corrupt("a row is none of its table");
    const store::RowKey key(key_bytes);
    if (!ascends(last, key)) return corrupt("its keys do not ascend");
    last = key;
    builder.add({key, std::move(*row)});
  }
  if (!reader.finished()) return corrupt("its length does not fit its contents");
  store::Tree tree = builder.finish();
  if (view(tree.root()) != root) return corrupt("the root of its rows is not the one it names");
  if (!LiveIds::load(tree)) return corrupt("the ids that it remembers are malformed");
  return Engine::from_tree(std::move(tree), std::move(network_id), annex_key);
}

}  // namespace astyq::engine
