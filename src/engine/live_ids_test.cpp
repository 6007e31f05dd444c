// SPDX-License-Identifier: Apache-2.0
#include "engine/live_ids.h"

#include <gtest/gtest.h>

#include "crypto/sha256.h"
#include "ledger/state.gen.h"
#include "support/chain.h"
#include "support/snapshot.h"

namespace astyq::engine {
namespace {

using test::Chain;

base::v1::Operation harmless() {
  return verbs::SetThreshold{.threshold = 0}.operation();
}

// State is public: an outsider who reads it must not learn which parties acted.
TEST(LiveIds, the_row_tells_neither_party_nor_id) {
  Chain chain;
  const auto farm = chain.company("Agro");
  auto body = chain.body(farm, {harmless()});
  const Hash random = crypto::sha256("random");
  const Bytes random16(view(random).substr(0, 16));
  body.set_id(random16);
  ASSERT_EQ(chain.apply_signed(chain.sign(body, farm)).admission, kAccepted);
  Bytes id;
  append_u64(id, farm.party);
  id += random16;
  const auto row = chain.get(ledger::kAppliedIds(chain.engine().head().height));
  ASSERT_TRUE(row.has_value());
  const Hash digest = crypto::sha256(id);
  EXPECT_EQ(row->digests(), view(digest).substr(0, 16));
  EXPECT_EQ(test::snapshot_of(chain.engine()).find(random16), Bytes::npos);
}

TEST(LiveIds, differ_by_party_and_by_id) {
  const Bytes one(16, '\1'), other(16, '\2');
  EXPECT_EQ(LiveIds::of(1, one), LiveIds::of(1, one));
  EXPECT_NE(LiveIds::of(1, one), LiveIds::of(2, one));
  EXPECT_NE(LiveIds::of(1, one), LiveIds::of(1, other));
}

}  // namespace
}  // namespace astyq::engine
