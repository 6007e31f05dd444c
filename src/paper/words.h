// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "astyq/receipts/v1/state.pb.h"

// The words of a receipt's paper in the three languages of the country.
namespace astyq::paper {

enum class Language { kKazakh, kRussian, kEnglish };

// "kk", "ru", "en"; nothing for any other.
std::optional<Language> language_of(std::string_view code);
const char* code_of(Language language);

struct Words {
  const char* title;
  const char* as_of;  // {network} {time} {block}
  const char* elevator;
  const char* grain;
  const char* grain_class;  // {class}
  const char* crop_year;    // {year}
  const char* quantity;
  const char* issued_for;
  const char* kg;
  const char* state;
  const char* burden;
  const char* no_burden;
  const char* encumbered;
  const char* blocked;  // {act}
  const char* reserved;
  const char* issued_at;
  const char* paid_until;
  const char* holder;
  const char* holder_hidden;
  const char* party;  // {party}
  const char* notice_title;
  const char* notice;
  const char* ask;  // where to ask what is so now
  const char* check;
  const char* name_note;
  const char* code;
  const char* root;
};

const Words& words_in(Language language);
const char* name_of(elevators::v1::Crop crop, Language language);
const char* name_of(receipts::v1::ReceiptState state, Language language);

// The text with {name} replaced. Requires: it stands there once.
std::string filled(std::string text, std::string_view name, std::string_view value);
// "25,000" in English, with a space that does not break elsewhere.
std::string grouped(std::uint64_t number, Language language);
// Date, and with `clock` the time of day, both of UTC.
std::string date(std::int64_t time_ns, bool clock, Language language);

}  // namespace astyq::paper
