// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "store/kept_images.h"
#include "store/snapshot.h"

namespace astyq::node {

// The states that a node's kept images hold, in parts for peers that join. A state is read once to
// find its parts; the parts are read when they are asked for. Any thread.
class OfferedStates {
 public:
  static constexpr std::size_t kMost = 3;  // the newest

  OfferedStates(store::KeptImages kept, std::string network_id)
      : kept_(std::move(kept)), network_id_(std::move(network_id)) {}

  // Newest first. One that was not offered before is read now: about a second for 400,000 rows.
  // Faults: those of the images.
  Result<std::vector<store::SnapshotManifest>> list();
  // Nothing where there is no such state, or no such part. Faults: those of the images.
  Result<std::optional<Bytes>> chunk(std::uint64_t height, std::size_t number);

 private:
  struct State {
    std::unique_ptr<store::Image> image;
    store::SurveyedState surveyed;
    std::vector<store::SnapshotManifest::Chunk> chunks;
  };
  Result<std::shared_ptr<const State>> read(std::uint64_t height) const;

  const store::KeptImages kept_;
  const std::string network_id_;
  std::mutex lock_;
  std::map<std::uint64_t, std::shared_ptr<const State>> states_;
};

}  // namespace astyq::node
