// SPDX-License-Identifier: Apache-2.0
#include "engine/snapshot.h"

#include <google/protobuf/message.h>

#include <map>
#include <utility>

#include "wire/catalogue.h"

namespace astyq::engine {
namespace {

Fault corrupt(const char* what) {
  return {"snapshot_corrupt", std::string("The snapshot is damaged: ") + what +
                                  ". Let a node that has this state make it again."};
}

std::size_t key_size(const wire::TableEntry& table) {
  std::size_t size = 1;
  for (const wire::KeyPart& part : table.key)
    size += part.kind == "u64" ? 8 : part.kind == "u32" ? 4 : part.kind == "b16" ? 16 : 32;
  return size;
}

}  // namespace

struct RowJudge::Messages {
  bool parses(const google::protobuf::Descriptor& descriptor, const Bytes& bytes) {
    auto& message = by_name[descriptor.full_name()];
    if (message == nullptr)
      message.reset(
          google::protobuf::MessageFactory::generated_factory()->GetPrototype(&descriptor)->New());
    return message->ParseFromString(bytes);
  }

  std::map<std::string, std::unique_ptr<google::protobuf::Message>> by_name;
};

RowJudge::RowJudge() : messages_(std::make_unique<Messages>()) {}
RowJudge::~RowJudge() = default;

bool RowJudge::admits(const store::RowKey& key, const store::Row& row) {
  const wire::TableEntry* table = wire::find_table(key.type());
  if (table == nullptr || key.bytes().size() != key_size(*table)) return false;
  if (row.blind.has_value() != (table->restricted != nullptr)) return false;
  return messages_->parses(*table->message, row.open) &&
         (table->restricted == nullptr || messages_->parses(*table->restricted, row.restricted));
}

Status write_snapshot(store::FileSystem& files, const std::string& directory,
                      const Engine& engine) {
  return store::write_snapshot(files, directory, {engine.network_id(), engine.head().height},
                               engine.tree());
}

Result<Engine> read_snapshot(store::FileSystem& files, const std::string& directory,
                             const AnnexKey& annex_key) {
  RowJudge judge;
  auto snapshot = store::read_snapshot(files, directory, judge);
  if (!snapshot.ok()) return snapshot.fault();
  return engine_of(std::move(*snapshot), annex_key);
}

Result<Engine> engine_of(store::Snapshot snapshot, const AnnexKey& annex_key) {
  if (!LiveIds::load(snapshot.tree)) return corrupt("the ids that it remembers are malformed");
  auto engine =
      Engine::from_tree(std::move(snapshot.tree), snapshot.manifest.network_id, annex_key);
  if (engine.ok() && engine->head().height != snapshot.manifest.height)
    return corrupt("its state is of another height than its manifest");
  return engine;
}

}  // namespace astyq::engine
