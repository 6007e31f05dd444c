// SPDX-License-Identifier: Apache-2.0
#include "node/verifier.h"

#include <algorithm>
#include <iterator>
#include <thread>

namespace astyq::node {
namespace {

// Fewer are quicker on one thread than the start of another.
constexpr std::size_t kFewestEach = 32;

}  // namespace

std::vector<engine::Member> prepare_on(std::size_t threads, const std::vector<Bytes>& signed_txs,
                                       const engine::Form& form) {
  const std::vector<BytesView> views(signed_txs.begin(), signed_txs.end());
  const std::size_t parts =
      std::clamp<std::size_t>(views.size() / kFewestEach, 1, std::max<std::size_t>(threads, 1));
  std::vector<std::vector<engine::Member>> prepared(parts);
  const auto prepare_part = [&](std::size_t part) {
    const std::size_t begin = views.size() * part / parts;
    const std::size_t end = views.size() * (part + 1) / parts;
    prepared[part] = engine::prepare(std::span(views).subspan(begin, end - begin), form);
  };
  {
    std::vector<std::jthread> helpers;
    for (std::size_t part = 1; part < parts; ++part) helpers.emplace_back(prepare_part, part);
    prepare_part(0);
  }
  std::vector<engine::Member> members;
  members.reserve(views.size());
  for (auto& part : prepared) std::move(part.begin(), part.end(), std::back_inserter(members));
  return members;
}

}  // namespace astyq::node
