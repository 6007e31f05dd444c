// SPDX-License-Identifier: Apache-2.0
// A person is asked before what cannot be taken back; a script is not.
#include "cli/command_line_test.h"
#include "cli/words.h"

namespace astyq::cli {
namespace {

class Confirm : public CommandLine {
 protected:
  int with(std::vector<std::string> arguments, const std::string& flag) {
    arguments.push_back(flag);
    return astyq(arguments);
  }
};

// There is no such act, so that what is sent is refused by the ledger.
const std::vector<std::string> kFreeze{"party", "freeze", "--party", "1",
                                       "--act", "1",      "--as",    "demo:akimat"};
const std::vector<std::string> kPay{"payment", "transfer", "--asset", "7",    "--to",
                                    "1",       "--amount", "5",       "--as", "demo:akimat"};

TEST_F(Confirm, a_person_is_asked_and_sees_what_is_signed) {
  terminal = true;
  for (const auto& command : {kFreeze, kPay}) {
    asked.clear();
    answer = "n";
    EXPECT_EQ(astyq(command), kExitUsage);
    EXPECT_NE(err.str().find("not_confirmed"), std::string::npos) << err.str();
    EXPECT_NE(asked.find("It cannot be taken back."), std::string::npos) << asked;
    answer = "y";
    EXPECT_EQ(astyq(command), kExitRefused) << err.str();
  }
  EXPECT_NE(asked.find(R"("amount":"5")"), std::string::npos) << asked;
}

TEST_F(Confirm, yes_skips_the_question_and_no_input_refuses) {
  terminal = true;
  answer = "n";
  EXPECT_EQ(with(kPay, "--yes"), kExitRefused);
  EXPECT_EQ(with(kPay, "--dry-run"), kExitRefused);
  EXPECT_EQ(with(kPay, "--no-input"), kExitUsage);
  EXPECT_NE(err.str().find("Say --yes, or try it with --dry-run."), std::string::npos) << err.str();
  EXPECT_EQ(err.str().find('?'), std::string::npos) << err.str();
  EXPECT_EQ(asked, "");
}

TEST_F(Confirm, a_script_is_not_asked) {
  EXPECT_EQ(astyq(kPay), kExitRefused);
  EXPECT_EQ(with(kPay, "--no-input"), kExitUsage);
  EXPECT_EQ(asked, "");
}

TEST_F(Confirm, what_can_be_taken_back_is_sent_at_once) {
  terminal = true;
  answer = "n";
  EXPECT_EQ(astyq({"receipt", "split", "--receipt", "7", "--parts-kg", "1", "--parts-kg", "2",
                   "--as", "demo:akimat"}),
            kExitRefused);
  EXPECT_EQ(asked, "");
}

TEST_F(Confirm, a_batch_is_asked_for_when_one_of_it_is_final) {
  terminal = true;
  answer = "n";
  const std::string path = folder / "batch.json";
  const auto batch = [&](const char* operations) {
    std::ofstream(path) << operations;
    return astyq({"batch", path, "--as", "demo:akimat"});
  };
  EXPECT_EQ(batch(R"({"operations":[{"rename_bin":{"bin":"1","name":"A"}}]})"), kExitRefused);
  EXPECT_EQ(asked, "");
  EXPECT_EQ(batch(R"({"operations":[{"rename_bin":{"bin":"1","name":"A"}},
                                    {"release_grain":{"receipt":"1"}}]})"),
            kExitUsage);
  EXPECT_NE(asked.find("release_grain"), std::string::npos) << asked;
  EXPECT_EQ(asked.find("rename_bin"), std::string::npos) << asked;
}

TEST(Words, proto_declares_what_is_final) {
  for (const char* verb : {"transfer", "retire_money", "merge_receipts", "revoke_key",
                           "withdraw_licence", "redeem_tokens", "release_grain", "freeze_party"})
    EXPECT_TRUE(is_asked(*wire::find_verb(verb))) << verb;
  for (const char* verb : {"split_receipt", "offer_transfer", "withdraw_transfer", "rename_bin",
                           "order_redemption", "withdraw_proposal"})
    EXPECT_FALSE(is_asked(*wire::find_verb(verb))) << verb;
}

}  // namespace
}  // namespace astyq::cli
