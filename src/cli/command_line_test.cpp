// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line_test.h"

#include "cli/words.h"
#include "support/places.h"
#include "support/vectors.h"

namespace astyq::cli {
namespace {

TEST_F(CommandLine, credit_weight_is_the_ledgers) {
  const auto weigh = [&](std::vector<std::string> values) {
    return astyq({"credit-weight", "--mass-kg", values[0], "--moisture", values[1],
                  "--basis-moisture", values[2], "--foreign", values[3], "--basis-foreign",
                  values[4]});
  };
  EXPECT_EQ(weigh({"100000", "18.0", "14.0", "5.0", "2.0"}), kExitOk);
  EXPECT_EQ(out.str(), "92429\n");
  EXPECT_EQ(weigh({"26480", "16.2", "14", "3.4", "1"}), kExitOk);
  EXPECT_EQ(out.str(), "25177\n");
  EXPECT_EQ(weigh({"30000", "13.2", "14", "1.4", "2"}), kExitOk);
  EXPECT_EQ(out.str(), "30000\n");
  for (const std::vector<std::string>& wrong :
       {std::vector<std::string>{"1.5", "18", "14", "5", "2"},
        {"100", "18.123", "14", "5", "2"},
        {"100", "101", "14", "5", "2"},
        {"100", "18", "100", "5", "2"},
        {"100", "18", "14", "1e1", "2"}}) {
    EXPECT_EQ(weigh(wrong), kExitUsage);
    EXPECT_EQ(out.str(), "");
    EXPECT_NE(err.str(), "");
  }
  EXPECT_EQ(astyq({"credit-weight"}), kExitUsage);
}

TEST_F(CommandLine, every_verb_and_table_has_its_command) {
  for (const wire::VerbEntry& verb : wire::verbs()) {
    const CommandWords words = words_of(verb);
    EXPECT_EQ(astyq({words.noun, words.verb, "--help"}), kExitOk) << verb.name;
    EXPECT_NE(out.str().find(verb.doc.substr(0, 20)), std::string::npos) << out.str();
  }
  for (const wire::TableEntry& table : wire::tables()) {
    EXPECT_EQ(astyq({noun_of(table), "list"}), kExitOk) << table.name << err.str();
    EXPECT_EQ(astyq({noun_of(table), "show", "--help"}), kExitOk) << table.name;
  }
}

TEST(Words, nouns_and_verbs) {
  const auto words = [](const char* verb) {
    const CommandWords both = words_of(*wire::find_verb(verb));
    return both.noun + " " + both.verb;
  };
  EXPECT_EQ(words("split_receipt"), "receipt split");
  EXPECT_EQ(words("propose_receipts"), "receipt propose");
  EXPECT_EQ(words("open_ticket"), "ticket open");
  EXPECT_EQ(words("transfer"), "payment transfer");
  EXPECT_EQ(words("define_basis_profile"), "basis-profile define");
  EXPECT_EQ(singular("sample_analyses"), "sample-analysis");
  EXPECT_EQ(singular("parties"), "party");
  EXPECT_EQ(singular("consensus"), "consensus");
  EXPECT_EQ(singular("batches"), "batch");
  EXPECT_EQ(singular("balances"), "balance");
}

TEST_F(CommandLine, says_what_was_meant) {
  EXPECT_EQ(astyq({"reciept", "list"}), kExitUsage);
  EXPECT_NE(err.str().find("Did you mean receipt?"), std::string::npos) << err.str();
  EXPECT_EQ(astyq({"receipt", "splitt"}), kExitUsage);
  EXPECT_NE(err.str().find("split"), std::string::npos) << err.str();
  EXPECT_EQ(astyq({"receipt", "split", "--reciept", "7"}), kExitUsage);
  EXPECT_NE(err.str().find("--receipt"), std::string::npos) << err.str();
}

std::vector<std::string> register_farm(const std::string& bin) {
  const std::string key = to_hex(view(engine::demo_key("somebody").public_key()));
  return {
      "party",    "register",   "--kind",  "LEGAL_ENTITY",     "--bin", bin,    "--name",
      "Дала LLP", "--key.kind", "ED25519", "--key.public-key", key,     "--as", "demo:registrar"};
}

TEST_F(CommandLine, sends_one_signed_verb) {
  ASSERT_EQ(astyq(register_farm("000000000108")), kExitRefused) << err.str();
  EXPECT_NE(err.str().find("register_party.wrong_bin"), std::string::npos);
  EXPECT_EQ(out.str(), "");

  auto dry = register_farm("100000000001");
  dry.push_back("--dry-run");
  EXPECT_EQ(astyq(dry), kExitRefused);
  EXPECT_NE(err.str().find("register_party.already_registered"), std::string::npos) << err.str();
}

TEST_F(CommandLine, who_may_not_sign_is_told_so) {
  EXPECT_EQ(astyq({"receipt", "split", "--receipt", "1"}), kExitUsage);
  EXPECT_EQ(astyq({"receipt", "split", "--receipt", "1", "--as", "demo:nobody"}), kExitNotAllowed);
  EXPECT_NE(err.str().find("key_unknown"), std::string::npos);
}

TEST_F(CommandLine, wrong_values_name_their_option) {
  EXPECT_EQ(astyq({"receipt", "split", "--receipt", "seven", "--as", "demo:registrar"}),
            kExitUsage);
  EXPECT_NE(err.str().find("--receipt"), std::string::npos) << err.str();
  EXPECT_EQ(astyq({"pool", "define", "--elevator", "1", "--grade.crop", "WHEET", "--as",
                   "demo:registrar"}),
            kExitUsage);
  EXPECT_NE(err.str().find("--grade.crop"), std::string::npos) << err.str();
  EXPECT_EQ(astyq({"pool", "define", "--grade.crop", "wheat", "--as", "demo:registrar"}),
            kExitUsage);
  EXPECT_NE(err.str().find("it is one of WHEAT, BARLEY"), std::string::npos) << err.str();
  EXPECT_EQ(astyq({"pool", "define", "--grade.grain-class", "1.5", "--as", "demo:registrar"}),
            kExitUsage);
  EXPECT_NE(err.str().find("--grade.grain-class"), std::string::npos) << err.str();
}

// Once a digest of one byte ended the program when it was to be signed.
TEST_F(CommandLine, a_value_of_a_wrong_length_is_refused) {
  EXPECT_EQ(astyq({"act", "record", "--number", "1", "--document-digest", "00", "--subject", "1",
                   "--scopes", "FREEZE_PARTY", "--as", "demo:akimat"}),
            kExitUsage);
  EXPECT_NE(err.str().find("option_wrong"), std::string::npos) << err.str();
}

// Once a folder in a file's place ended the program, and an endless file was read for ever.
TEST_F(CommandLine, what_is_no_file_is_refused) {
  EXPECT_EQ(astyq({"import", "samples", folder / ""}), kExitNotFound);
  EXPECT_NE(err.str().find("file_unreadable"), std::string::npos) << err.str();
  EXPECT_EQ(astyq({"batch", folder / "", "--as", "demo:akimat"}), kExitNotFound);
  EXPECT_EQ(astyq({"batch", "/dev/zero", "--as", "demo:akimat"}), kExitUsage);
  EXPECT_NE(err.str().find("file_too_large"), std::string::npos) << err.str();
  const std::string table = folder / "table.csv";
  std::ofstream(table) << "HarvestYear,GrainMoisture,GrainMoisture\n2013,9,\n";
  EXPECT_EQ(astyq({"import", "samples", table}), kExitUsage);
  EXPECT_NE(err.str().find("table_invalid"), std::string::npos) << err.str();
}

TEST_F(CommandLine, an_unknown_outcome_is_never_called_a_failure) {
  broken = true;
  EXPECT_EQ(astyq(register_farm("100000000001")), kExitUnknown);
  EXPECT_NE(err.str().find("unknown"), std::string::npos);
  EXPECT_EQ(err.str().find("error"), std::string::npos) << err.str();
  EXPECT_NE(err.str().find("astyq transaction show 1 "), std::string::npos) << err.str();
}

TEST_F(CommandLine, a_batch_names_what_it_makes) {
  const std::string path = folder / "batch.json";
  std::ofstream(path) << R"({"operations":[
    {"define_basis_profile":{"crop":"FLAX","standard":"S","basis_moisture_bps":1300}},
    {"define_basis_profile":{"crop":"RYE","standard":"S","basis_moisture_bps":1400}}]})";
  EXPECT_EQ(astyq({"batch", path, "--as", "demo:akimat", "--json"}), kExitOk) << err.str();
  EXPECT_EQ(astyq({"basis-profile", "show", "2", "--json"}), kExitOk) << err.str();
  const auto row = boost::json::parse(out.str()).as_object();
  EXPECT_EQ(row.at("crop"), "RYE");
  EXPECT_EQ(astyq({"basis-profile", "show", "3"}), kExitNotFound);
  EXPECT_EQ(astyq({"basis-profile", "list", "--limit", "1", "--json"}), kExitOk);
  const auto page = boost::json::parse(out.str()).as_object();
  EXPECT_EQ(page.at("items").as_array().size(), 1u);
  EXPECT_TRUE(page.contains("next"));
}

TEST_F(CommandLine, keys_are_kept_under_a_password) {
  const std::string ring = folder / "keys/ring";
  const std::string secret = folder / "secret";
  std::ofstream(secret) << "long enough a password\n";
  std::filesystem::permissions(secret, std::filesystem::perms(0600));
  const auto key = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--keyring", ring, "--password-file", secret});
    return astyq(words);
  };
  EXPECT_EQ(key({"receipt", "split", "--receipt", "1", "--as", "farm"}), kExitNotFound);
  EXPECT_NE(err.str().find("astyq key new NAME"), std::string::npos) << err.str();
  EXPECT_EQ(key({"key", "new", "farm"}), kExitOk) << err.str();
  EXPECT_EQ(key({"key", "new", "farm"}), kExitFailed);
  EXPECT_EQ(key({"key", "new", "Farm One"}), kExitUsage) << err.str();
  EXPECT_EQ(key({"key", "list"}), kExitOk) << err.str();
  EXPECT_TRUE(out.str().starts_with("farm  "));
  EXPECT_EQ(key({"receipt", "split", "--receipt", "1", "--as", "farm"}), kExitNotAllowed);
  std::ofstream(secret) << "another\n";
  EXPECT_EQ(key({"key", "list"}), kExitNotAllowed) << err.str();
}

TEST_F(CommandLine, lists_no_keys_where_there_is_no_keyring) {
  const std::string ring = folder / "none";
  EXPECT_EQ(astyq({"key", "list", "--keyring", ring}), kExitOk) << err.str();
  EXPECT_EQ(out.str(), "");
  EXPECT_NE(err.str().find("astyq key new NAME"), std::string::npos) << err.str();
  EXPECT_EQ(astyq({"key", "list", "--keyring", ring, "--json"}), kExitOk) << err.str();
  EXPECT_EQ(boost::json::parse(out.str()), boost::json::array());
  EXPECT_FALSE(std::filesystem::exists(ring));
}

TEST_F(CommandLine, secrets_that_others_may_read_are_refused_before_anybody_is_asked) {
  const std::string ring = folder / "ring";
  const std::string secret = folder / "secret";
  std::ofstream(secret) << "long enough a password\n";
  const std::vector<std::string> make{"key", "new", "farm", "--keyring", ring, "--password-file",
                                      secret};
  std::filesystem::permissions(secret, std::filesystem::perms(0640));
  EXPECT_EQ(astyq(make), kExitNotAllowed);
  EXPECT_NE(err.str().find("password_too_open"), std::string::npos) << err.str();
  EXPECT_FALSE(std::filesystem::exists(ring));
  std::filesystem::permissions(secret, std::filesystem::perms(0600));
  EXPECT_EQ(astyq(make), kExitOk) << err.str();
  std::filesystem::permissions(ring, std::filesystem::perms(0644));
  EXPECT_EQ(astyq({"key", "list", "--keyring", ring, "--no-input"}), kExitNotAllowed);
  EXPECT_NE(err.str().find("keyring_too_open"), std::string::npos) << err.str();
}

TEST_F(CommandLine, explains_itself) {
  EXPECT_EQ(astyq({"help", "exit-codes"}), kExitOk);
  EXPECT_EQ(astyq({"--version"}), kExitOk);
  EXPECT_TRUE(out.str().starts_with("astyq 0.")) << out.str();
}

TEST_F(CommandLine, demo_and_import_speak_json) {
  const std::string file = astyq::test::source_path("data/grain/samples_planted.csv");
  EXPECT_EQ(astyq({"import", "samples", file}), kExitNotFound) << err.str();
  EXPECT_EQ(astyq({"demo", "load", "--limit", "80", "--json"}), kExitOk) << err.str();
  EXPECT_EQ(boost::json::parse(out.str()).as_object().at("already_loaded"), false);
  EXPECT_EQ(astyq({"import", "samples", file, "--json"}), kExitOk) << err.str();
  EXPECT_EQ(boost::json::parse(out.str()).as_object().at("refused"), "10");
  EXPECT_EQ(astyq({"demo", "load", "--json"}), kExitOk);
  EXPECT_EQ(boost::json::parse(out.str()).as_object().at("already_loaded"), true);
  EXPECT_EQ(astyq({"demo", "load", "--samples", folder / "none.csv"}), kExitNotFound);
}

TEST_F(CommandLine, a_proof_says_what_was_so_to_whoever_trusts) {
  const std::string file = folder / "proof";
  const std::string genesis = folder / "genesis.json";
  std::ofstream(genesis) << R"({"network_id":"astyq-demo","validator_key":")"
                         << to_hex(view(engine::demo_key("validator").public_key())) << "\"}\n";
  ASSERT_EQ(astyq({"proof", "row", "party/1", "-o", file}), kExitOk) << err.str();
  EXPECT_EQ(astyq({"verify", file, "--trust", genesis}), kExitOk) << err.str();
  EXPECT_TRUE(out.str().starts_with("Verified: this was so at ")) << out.str();
  EXPECT_NE(out.str().find("It says nothing of later"), std::string::npos) << out.str();
  EXPECT_EQ(astyq({"verify", file}), kExitFindings);
  EXPECT_TRUE(out.str().starts_with("Untrusted: ")) << out.str();
  ASSERT_EQ(astyq({"proof", "absent", "parties/99", "-o", file}), kExitOk) << err.str();
  EXPECT_EQ(astyq({"verify", file, "--trust", genesis}), kExitOk) << err.str();
  EXPECT_NE(out.str().find("There was no party 99."), std::string::npos) << out.str();
  EXPECT_EQ(astyq({"proof", "absent", "parties/1", "-o", file}), kExitNotFound);
  EXPECT_EQ(astyq({"proof", "row", "nothing/1", "-o", file}), kExitUsage);
  EXPECT_EQ(astyq({"proof", "row", "parties/one", "-o", file}), kExitUsage);
  EXPECT_EQ(astyq({"proof", "row", "parties/1", "-o", folder / "none/proof"}), kExitFailed);
  EXPECT_NE(err.str().find("file_unwritable"), std::string::npos) << err.str();
  EXPECT_EQ(astyq({"verify", genesis, "--trust", genesis}), kExitFindings);
  EXPECT_NE(err.str().find("proof_malformed"), std::string::npos) << err.str();
}

}  // namespace
}  // namespace astyq::cli
