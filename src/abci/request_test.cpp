// SPDX-License-Identifier: Apache-2.0
#include "abci/request.h"

#include <gtest/gtest.h>

#include "abci/records.h"
#include "abci/samples_test.h"
#include "abci/varint.h"

namespace astyq::abci {
namespace {

// What decode_request() made of it, as the message that protobuf alone would have made.
struct PutBack {
  v1::Request operator()(const v1::RequestEcho& r) const {
    v1::Request out;
    *out.mutable_echo() = r;
    return out;
  }
  v1::Request operator()(const v1::RequestFlush& r) const {
    v1::Request out;
    *out.mutable_flush() = r;
    return out;
  }
  v1::Request operator()(const v1::RequestInfo& r) const {
    v1::Request out;
    *out.mutable_info() = r;
    return out;
  }
  v1::Request operator()(const v1::RequestInitChain& r) const {
    v1::Request out;
    *out.mutable_init_chain() = r;
    return out;
  }
  v1::Request operator()(const v1::RequestQuery& r) const {
    v1::Request out;
    *out.mutable_query() = r;
    return out;
  }
  v1::Request operator()(const CheckTx& r) const {
    v1::Request out;
    out.mutable_check_tx()->set_tx(Bytes(r.tx));
    out.mutable_check_tx()->set_type(r.type);
    return out;
  }
  v1::Request operator()(const v1::RequestCommit& r) const {
    v1::Request out;
    *out.mutable_commit() = r;
    return out;
  }
  v1::Request operator()(const v1::RequestListSnapshots& r) const {
    v1::Request out;
    *out.mutable_list_snapshots() = r;
    return out;
  }
  v1::Request operator()(const v1::RequestOfferSnapshot& r) const {
    v1::Request out;
    *out.mutable_offer_snapshot() = r;
    return out;
  }
  v1::Request operator()(const v1::RequestLoadSnapshotChunk& r) const {
    v1::Request out;
    *out.mutable_load_snapshot_chunk() = r;
    return out;
  }
  v1::Request operator()(const v1::RequestApplySnapshotChunk& r) const {
    v1::Request out;
    *out.mutable_apply_snapshot_chunk() = r;
    return out;
  }
  v1::Request operator()(const PrepareProposal& r) const {
    v1::Request out;
    *out.mutable_prepare_proposal() = whole(r);
    return out;
  }
  v1::Request operator()(const ProcessProposal& r) const {
    v1::Request out;
    *out.mutable_process_proposal() = whole(r);
    return out;
  }
  v1::Request operator()(const ExtendVote& r) const {
    v1::Request out;
    *out.mutable_extend_vote() = whole(r);
    return out;
  }
  v1::Request operator()(const v1::RequestVerifyVoteExtension& r) const {
    v1::Request out;
    *out.mutable_verify_vote_extension() = r;
    return out;
  }
  v1::Request operator()(const FinalizeBlock& r) const {
    v1::Request out;
    *out.mutable_finalize_block() = whole(r);
    return out;
  }
  v1::Request operator()(const InsertTx& r) const {
    v1::Request out;
    out.mutable_insert_tx()->set_tx(Bytes(r.tx));
    return out;
  }
  v1::Request operator()(const v1::RequestReapTxs& r) const {
    v1::Request out;
    *out.mutable_reap_txs() = r;
    return out;
  }

 private:
  template <typename Message>
  static Message whole(const WithTxs<Message>& r) {
    EXPECT_EQ(r.rest.txs_size(), 0);
    Message message = r.rest;
    for (const BytesView tx : r.txs) message.add_txs(Bytes(tx));
    return message;
  }
};

TEST(Request, every_method_is_read_as_it_was_written) {
  const auto samples = test::one_of_each();
  ASSERT_EQ(samples.size(), kMethods);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const Bytes frame = samples[i].SerializeAsString();
    const auto request = decode_request(frame);
    ASSERT_TRUE(request.ok()) << request.fault().text;
    const std::string name(method_name(static_cast<Method>(i)));
    EXPECT_EQ(method_of(*request), static_cast<Method>(i)) << name;
    EXPECT_EQ(std::visit(PutBack{}, *request).SerializeAsString(), frame) << name;
  }
  EXPECT_EQ(method_name(Method::kEcho), "Echo");
  EXPECT_EQ(method_name(Method::kReapTxs), "ReapTxs");
}

TEST(Request, transactions_are_views_into_the_frame) {
  const Bytes frame = test::finalize_block(1).SerializeAsString();
  const auto request = decode_request(frame);
  ASSERT_TRUE(request.ok());
  const auto& txs = std::get<FinalizeBlock>(*request).txs;
  ASSERT_EQ(txs.size(), 3u);
  EXPECT_EQ(txs[0], "first");
  EXPECT_EQ(txs[1], "");
  EXPECT_EQ(txs[2], Bytes(300, 't'));
  for (const BytesView tx : txs) {
    EXPECT_GE(tx.data(), frame.data());
    EXPECT_LE(tx.data() + tx.size(), frame.data() + frame.size());
  }
  const Bytes check = test::check_tx("wheat").SerializeAsString();
  const auto checked = decode_request(check);
  ASSERT_TRUE(checked.ok());
  const BytesView tx = std::get<CheckTx>(*checked).tx;
  EXPECT_EQ(tx, "wheat");
  EXPECT_EQ(check.find("wheat"), static_cast<std::size_t>(tx.data() - check.data()));
}

// A frame around the bytes of a request.
Bytes around(std::uint32_t number, BytesView inner) {
  Bytes frame;
  append_varint(frame, number << 3 | 2);
  append_varint(frame, inner.size());
  return frame + Bytes(inner);
}

Bytes bytes(std::initializer_list<int> values) {
  Bytes out;
  for (const int value : values) out.push_back(static_cast<char>(value));
  return out;
}

// Misbehavior in misbehavior, as deep as libprotobuf would not go: unknown to it, but on the way.
Bytes deep(int levels) {
  Bytes inner;
  for (int i = 0; i < levels; ++i) inner = around(2, inner);
  return inner;
}

TEST(Request, transactions_may_stand_between_other_fields) {
  const Bytes inner = bytes({0x0a, 1, 'a', 0x28, 4, 0x0a, 1, 'b', 0x22, 1, 'h'});
  const Bytes frame = around(20, inner);
  const auto request = decode_request(frame);
  ASSERT_TRUE(request.ok()) << request.fault().text;
  const auto& block = std::get<FinalizeBlock>(*request);
  EXPECT_EQ(block.rest.height(), 4);
  EXPECT_EQ(block.rest.hash(), "h");
  ASSERT_EQ(block.txs.size(), 2u);
  EXPECT_EQ(block.txs[1], "b");
}

TEST(Request, a_field_of_a_newer_version_is_passed_over) {
  const auto request = decode_request(around(20, bytes({0x28, 4, 0xa0, 0x06, 1})));
  ASSERT_TRUE(request.ok()) << request.fault().text;
  EXPECT_EQ(std::get<FinalizeBlock>(*request).rest.height(), 4);
}

TEST(Request, what_is_wrong_is_refused_with_a_code) {
  const Bytes echo = around(1, bytes({0x0a, 1, 'x'}));
  struct Case {
    const char* name;
    Bytes frame;
    const char* code;
  };
  const std::vector<Case> cases{
      {"nothing", "", "request_empty"},
      {"SetOption of ABCI 0", around(4, ""), "request_unknown"},
      {"a number of nobody", around(23, ""), "request_unknown"},
      {"a very large number", around((1u << 29) - 1, ""), "request_unknown"},
      {"field 0", bytes({0x02, 0}), "request_malformed"},
      {"a number", bytes({0x08, 1}), "request_malformed"},
      {"a group", bytes({0x0b, 0x0c}), "request_malformed"},
      {"a tag cut off", bytes({0x80}), "request_malformed"},
      {"a padded tag", bytes({0x8a, 0x00, 0}), "request_malformed"},
      {"longer than the frame", bytes({0x0a, 5, 0x0a, 1, 'x'}), "request_malformed"},
      {"two requests", echo + echo, "request_ambiguous"},
      {"two different requests", echo + around(2, ""), "request_ambiguous"},
      {"rubbish behind it", echo + bytes({0xff}), "request_malformed"},
      {"a field twice", around(1, bytes({0x0a, 1, 'x', 0x0a, 1, 'y'})), "request_ambiguous"},
      {"a height twice", around(20, bytes({0x28, 1, 0x28, 2})), "request_ambiguous"},
      {"a transaction twice", around(8, bytes({0x0a, 1, 'x', 0x0a, 1, 'y'})), "request_ambiguous"},
      {"a transaction that is a number", around(20, bytes({0x08, 1})), "request_malformed"},
      {"text that is not UTF-8", around(1, bytes({0x0a, 2, 0xc3, 0x28})), "request_malformed"},
      {"a message in place of a number", around(6, bytes({0x1a, 0, 0xff})), "request_malformed"},
      {"a cut transaction", around(20, bytes({0x0a, 9, 'x'})), "request_malformed"},
      {"a commit that is rubbish", around(20, bytes({0x12, 2, 0xff, 0xff})), "request_malformed"},
  };
  for (const Case& each : cases) {
    const auto request = decode_request(each.frame);
    ASSERT_FALSE(request.ok()) << each.name;
    EXPECT_EQ(request.fault().code, each.code) << each.name << ": " << request.fault().text;
  }
}

TEST(Request, however_deep_its_messages_are_it_ends) {
  // Passed over as a field that nobody knows, which is not read.
  EXPECT_TRUE(decode_request(around(20, deep(2'000))).ok());
  // Groups are read when they are passed over, and 100 of them are as many as protobuf takes.
  const Bytes groups = around(20, around(2, Bytes(200'000, '\x0b')));
  ASSERT_FALSE(decode_request(groups).ok());
  EXPECT_EQ(decode_request(groups).fault().code, "request_malformed");
}

TEST(Request, no_beginning_of_a_request_crashes) {
  for (const auto& sample : test::one_of_each()) {
    const Bytes frame = sample.SerializeAsString();
    for (std::size_t size = 0; size < frame.size(); ++size)
      EXPECT_FALSE(decode_request(BytesView(frame).substr(0, size)).ok());
  }
}

TEST(Varint, is_the_shortest_form_of_64_bits) {
  const auto read = [](const Bytes& given) {
    BytesView rest = given;
    std::uint64_t value = 0;
    const Varint found = take_varint(rest, value);
    EXPECT_EQ(found == Varint::kWhole, rest.size() < given.size());
    return std::pair(found, value);
  };
  for (const std::uint64_t value : {0ull, 1ull, 127ull, 128ull, 300ull, ~0ull}) {
    Bytes written;
    append_varint(written, value);
    EXPECT_EQ(read(written), std::pair(Varint::kWhole, value));
    for (std::size_t size = 0; size < written.size(); ++size)
      EXPECT_EQ(read(written.substr(0, size)).first, Varint::kPartial);
  }
  EXPECT_EQ(read(bytes({0x80, 0x00})).first, Varint::kMalformed);
  EXPECT_EQ(read(bytes({0x81, 0x80, 0x00})).first, Varint::kMalformed);
  EXPECT_EQ(read(Bytes(9, '\xff') + '\x02').first, Varint::kMalformed);
  EXPECT_EQ(read(Bytes(10, '\xff')).first, Varint::kMalformed);
  EXPECT_EQ(read(Bytes(11, '\x80')).first, Varint::kMalformed);
}

TEST(Records, tell_every_wire_type_and_stop_at_the_first_that_is_wrong) {
  const Bytes message =
      bytes({0x08, 5, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1a, 1, 'x', 0x25, 1, 2, 3, 4});
  Records records(message);
  Record record;
  std::vector<std::uint32_t> numbers;
  std::size_t whole = 0;
  while (records.next(record)) {
    numbers.push_back(record.number);
    whole += record.whole.size();
    EXPECT_EQ(record.delimited, record.number == 3);
  }
  EXPECT_FALSE(records.malformed());
  EXPECT_EQ(numbers, (std::vector<std::uint32_t>{1, 2, 3, 4}));
  EXPECT_EQ(whole, message.size());
  Records cut(BytesView(message).substr(0, message.size() - 1));
  while (cut.next(record)) EXPECT_LT(record.number, 4u);
  EXPECT_TRUE(cut.malformed());
  EXPECT_FALSE(cut.next(record));
}

}  // namespace
}  // namespace astyq::abci
