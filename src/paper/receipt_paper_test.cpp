// SPDX-License-Identifier: Apache-2.0
#include "paper/receipt_paper.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "crypto/sha256.h"
#include "crypto/signatures.h"
#include "paper/attachment.h"
#include "proof/opening.h"
#include "proof/paper_code.h"
#include "proof/proof_file.h"
#include "support/receipts_story.h"
#include "support/temporary_directory.h"
#include "wire/block_header.h"

namespace astyq::paper {
namespace {

constexpr std::uint64_t kKg = 1'234'567;

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// A receipt that is proven and stamped, and the programs that others read papers with.
class Paper : public testing::Test {
 protected:
  Paper() {
    const std::uint64_t receipt = receipts_.receipt(receipts_.farmer(), kKg);
    Bytes key(1, 96);
    append_u64(key, receipt);
    proof_ = proof::prove_key(chain_.engine().tree(), store::RowKey(key));
    wire::BlockFacts facts{};
    facts.chain_id = chain_.engine().network_id();
    facts.app_version = 1;
    facts.height = static_cast<std::int64_t>(chain_.engine().head().height) + 1;
    facts.time_ns = chain_.now_ns() + 1'000'000'000;
    facts.app_hash = chain_.engine().tree().root();
    *proof_.mutable_signed_header() = wire::sign_header(facts, validator_);
    code_ = *proof::code_of(*proof::verify(proof_, nullptr, nullptr));
    const Bytes message =
        crypto::paper_message(facts.chain_id, crypto::sha256(proof::encode(code_)));
    proof_.set_stamp(Bytes(view(validator_.sign(message))));
  }

  proof::Anchor anchor() const {
    return {chain_.engine().network_id(), Bytes(view(validator_.public_key()))};
  }
  Bytes paper(Language language) const {
    auto pdf = receipt_paper({proof_, language, "Қостанай элеваторы", "https://node.example/7"});
    EXPECT_TRUE(pdf) << pdf.fault().text;
    return *pdf;
  }
  // What a command makes of paper.pdf; it writes into the file `out`.
  std::string seen(const Bytes& pdf, const std::string& command) const {
    std::ofstream(directory_ / "paper.pdf", std::ios::binary) << pdf;
    const std::string folder = directory_ / ".";
    EXPECT_EQ(std::system(("cd " + folder + " && { " + command + "; } 2>complaints").c_str()), 0)
        << read_text(directory_ / "complaints");
    return read_text(directory_ / "out");
  }

  astyq::test::Chain chain_;
  astyq::test::ReceiptStory receipts_{chain_};
  crypto::Ed25519Key validator_{crypto::Ed25519Key::Seed{1}};
  proof::v1::Proof proof_;
  proof::PaperCode code_;
  astyq::test::TemporaryDirectory directory_;
};

TEST_F(Paper, reads_in_three_languages) {
  struct Expected {
    Language language;
    std::vector<const char*> words;
  };
  const std::vector<Expected> all{
      {Language::kKazakh, {"Астық қолхаты", "Мөлшері", "кг", "Бидай", "жарамды", "Ұстаушы"}},
      {Language::kRussian, {"Зерновая расписка", "Количество", "действует", "Держатель"}},
      {Language::kEnglish, {"Grain receipt", "1,234,567", "in force", "Holder"}}};
  for (const Expected& expected : all) {
    const std::string text = seen(paper(expected.language), "pdftotext -layout paper.pdf out");
    for (const char* word : expected.words)
      EXPECT_NE(text.find(word), std::string::npos) << word << "\n" << text;
    EXPECT_NE(text.find(proof::short_code(code_)), std::string::npos) << text;
    EXPECT_NE(text.find("https://node.example/7"), std::string::npos) << text;
    EXPECT_EQ(text.find('\f'), text.size() - 1);  // one page
  }
}

TEST_F(Paper, has_its_fonts_inside) {
  std::istringstream fonts(seen(paper(Language::kKazakh), "pdffonts paper.pdf > out"));
  std::string line;
  std::getline(fonts, line);
  const std::size_t column = line.find("emb");
  std::getline(fonts, line);
  int count = 0;
  for (; std::getline(fonts, line); ++count) EXPECT_EQ(line.substr(column, 3), "yes") << line;
  EXPECT_GT(count, 1);
}

TEST_F(Paper, the_code_is_read_from_a_print) {
  std::string text = seen(paper(Language::kRussian),
                          "pdftoppm -r 150 -gray -png -singlefile paper.pdf print && "
                          "zbarimg -q --raw print.png > out");
  while (text.ends_with('\n')) text.pop_back();
  const proof::Anchor trusted = anchor();
  const auto code = proof::read_qr(text, &trusted);
  ASSERT_TRUE(code) << text;
  EXPECT_EQ(*code, code_);
  EXPECT_EQ(code->kg, kKg);
}

TEST_F(Paper, carries_the_whole_proof) {
  const Bytes pdf = paper(Language::kEnglish);
  EXPECT_TRUE(is_pdf(pdf));
  const auto attached = attached_proof(pdf);
  ASSERT_TRUE(attached) << attached.fault().text;
  EXPECT_EQ(*attached, proof::write_proof(proof_));
  EXPECT_EQ(seen(pdf, "pdfdetach -save 1 -o out paper.pdf"), *attached);
  EXPECT_EQ(paper(Language::kEnglish), pdf);  // the same order gives the same bytes
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, pdf.size() / 3})
    EXPECT_EQ(attached_proof(BytesView(pdf).substr(0, size)).fault().code, "proof_malformed");
}

// What inflates without end is left before it fills the memory.
TEST_F(Paper, an_attachment_longer_than_any_proof_is_none) {
  const Bytes page = paper(Language::kEnglish);
  const auto attached = [&](std::size_t size) {
    return attached_proof(*with_proof(page, std::string(size, 'x'), "en"));
  };
  EXPECT_TRUE(attached(proof::kMostBytes).ok());
  EXPECT_EQ(attached(proof::kMostBytes + 1).fault().code, "proof_malformed");
}

TEST_F(Paper, is_made_of_nothing_but_a_stamped_receipt) {
  const auto code = [&] {
    return receipt_paper({proof_, Language::kEnglish, "", ""}).fault().code;
  };
  proof_.clear_stamp();
  EXPECT_EQ(code(), "proof_malformed");
  proof_.mutable_present()->set_value("x");
  EXPECT_EQ(code(), "proof_other_value");
}

TEST_F(Paper, names_the_holder_where_the_proof_opens_him) {
  const store::Row& row = *chain_.engine().tree().find(store::RowKey(proof_.present().key()));
  *proof_.mutable_opening() = proof::opening_of(row);
  const std::string text = seen(paper(Language::kEnglish), "pdftotext -layout paper.pdf out");
  const std::string party = "party No. " + std::to_string(receipts_.farmer().party);
  EXPECT_NE(text.find(party), std::string::npos) << text;
}

}  // namespace
}  // namespace astyq::paper
