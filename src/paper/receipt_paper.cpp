// SPDX-License-Identifier: Apache-2.0
#include "paper/receipt_paper.h"

#include "paper/attachment.h"
#include "paper/page.h"
#include "proof/paper_code.h"
#include "proof/proof_file.h"

namespace astyq::paper {
namespace {

using Figures = std::vector<std::pair<std::string, std::string>>;

std::string number_of(std::uint64_t number) {
  return "№ " + std::to_string(number);
}

std::string grain_text(const elevators::v1::Grade& grade, Language language) {
  const Words& words = words_in(language);
  std::string text = name_of(grade.crop(), language);
  if (grade.grain_class() != 0)
    text += ", " + filled(words.grain_class, "class", std::to_string(grade.grain_class()));
  return text + ", " + filled(words.crop_year, "year", std::to_string(grade.crop_year()));
}

std::string burden_text(const receipts::v1::Receipt& receipt, const Words& words) {
  std::string text;
  const auto add = [&](const std::string& more) { text += (text.empty() ? "" : "; ") + more; };
  if (receipt.encumbered()) add(words.encumbered);
  if (receipt.blocked_by_act() != 0)
    add(filled(words.blocked, "act", std::to_string(receipt.blocked_by_act())));
  if (receipt.reserved()) add(words.reserved);
  return text.empty() ? words.no_burden : text;
}

std::string holder_text(const proof::Statement& statement, const Words& words) {
  receipts::v1::ReceiptRestricted restricted;
  if (statement.restricted != proof::Restricted::kOpened ||
      !restricted.ParseFromString(statement.row.restricted))
    return words.holder_hidden;
  return filled(words.party, "party", std::to_string(restricted.holder()));
}

Figures figures_of(const proof::Statement& statement, const receipts::v1::Receipt& receipt,
                   const Order& order) {
  const Words& words = words_in(order.language);
  const auto kilograms = [&](std::uint64_t kg) {
    return grouped(kg, order.language) + "\u00a0" + words.kg;
  };
  Figures figures{
      {words.quantity, kilograms(receipt.kg())},
      {words.grain, grain_text(receipt.grade(), order.language)},
      {words.elevator, number_of(receipt.elevator()) + (order.elevator_name.empty() ? "" : " · ") +
                           order.elevator_name},
      {words.state, name_of(receipt.state(), order.language)},
      {words.burden, burden_text(receipt, words)},
      {words.issued_at, date(receipt.issued_at_ns(), false, order.language)},
      {words.paid_until, date(receipt.paid_until_ns(), false, order.language)},
      {words.holder, holder_text(statement, words)}};
  if (receipt.kg() != receipt.issued_kg())
    figures.insert(figures.begin() + 1, {words.issued_for, kilograms(receipt.issued_kg())});
  return figures;
}

}  // namespace

Result<Bytes> receipt_paper(const Order& order) {
  const auto statement = proof::verify(order.proof, nullptr, nullptr);
  if (!statement.ok()) return statement.fault();
  const auto code = proof::code_of(*statement);
  if (!code.ok()) return code.fault();
  receipts::v1::Receipt receipt;
  if (order.proof.stamp().size() != 64 || !receipt.ParseFromString(statement->row.open) ||
      receipt.issued_at_ns() < 0 || receipt.paid_until_ns() < 0)
    return Fault{"proof_malformed", "The proof has no stamp for a paper."};
  const auto qr = proof::qr_text(*code, order.proof.stamp());
  if (!qr.ok()) return qr.fault();
  const Words& words = words_in(order.language);
  Page page;
  page.title = words.title;
  page.number = number_of(code->receipt);
  page.as_of = filled(filled(filled(words.as_of, "network", statement->network_id), "time",
                             date(statement->time_ns, true, order.language)),
                      "block", std::to_string(statement->height));
  page.figures = figures_of(*statement, receipt, order);
  page.notice_title = words.notice_title;
  page.notice = words.notice;
  page.ask = words.ask;
  page.ask_at = order.ask_at;
  page.qr = *qr;
  page.code = std::string(words.code) + " " + proof::short_code(*code);
  page.check = words.check;
  if (!order.elevator_name.empty()) page.small.emplace_back(words.name_note);
  const std::string root = to_hex(order.proof.signed_header().header().app_hash());
  page.small.push_back(std::string(words.root) + "\n" + root.substr(0, root.size() / 2) + "\n" +
                       root.substr(root.size() / 2));
  page.language = code_of(order.language);
  page.time_ns = statement->time_ns;
  const auto drawn = draw(page);
  if (!drawn.ok()) return drawn.fault();
  return with_proof(*drawn, proof::write_proof(order.proof), page.language);
}

}  // namespace astyq::paper
