// SPDX-License-Identifier: Apache-2.0
#include "paper/words.h"

#include <array>
#include <ctime>

#include "base/check.h"

namespace astyq::paper {
namespace {

constexpr std::size_t kLanguages = 3;
using Texts = std::array<const char*, kLanguages>;

constexpr Words kKazakh{
    .title = "Астық қолхаты",
    .as_of = "{network} тізіліміндегі жағдайы: {time} UTC, {block}-блоктан кейін",
    .elevator = "Элеватор",
    .grain = "Астық",
    .grain_class = "{class}-сынып",
    .crop_year = "{year} жылғы өнім",
    .quantity = "Мөлшері",
    .issued_for = "Берілген мөлшері",
    .kg = "кг",
    .state = "Күйі",
    .burden = "Ауыртпалық",
    .no_burden = "жоқ",
    .encumbered = "кепілде немесе кепілге ұсынылған",
    .blocked = "№ {act} акт бойынша бұғатталған",
    .reserved = "жеткізуге сақталған",
    .issued_at = "Берілген күні",
    .paid_until = "Сақтау ақысы төленген мерзім",
    .holder = "Ұстаушы",
    .holder_hidden = "көрсетілмеген; ұстаушы оны бір оқырманға аша алады",
    .party = "№ {party} тарап",
    .notice_title = "Бұл қағаз болған жайды айтады",
    .notice =
        "Мұнда жазылғаны жоғарыда аталған сәтте дұрыс болған. Содан бері қолхат басқаға берілген, "
        "кепілге қойылған, бөлінген немесе өтелген болуы мүмкін.",
    .ask = "Оған сенім артпас бұрын қазіргі жағдайын тізілімнен сұраңыз:",
    .check =
        "Желісіз тексеру: кодты оқыңыз немесе осы файлды алыңыз да, желінің genesis құжатымен "
        "astyq verify орындаңыз. Толық дәлел файлға тіркелген: proof.json.",
    .name_note = "Элеватор атауын түйін хабарлады; дәлел оның нөмірін растайды.",
    .code = "Код",
    .root = "Күй түбірі"};

constexpr Words kRussian{
    .title = "Зерновая расписка",
    .as_of = "По состоянию реестра {network} на {time} UTC, после блока {block}",
    .elevator = "Элеватор",
    .grain = "Зерно",
    .grain_class = "{class} класс",
    .crop_year = "урожай {year} года",
    .quantity = "Количество",
    .issued_for = "Выдана на",
    .kg = "кг",
    .state = "Состояние",
    .burden = "Обременение",
    .no_burden = "нет",
    .encumbered = "в залоге или предложена в залог",
    .blocked = "заблокирована по акту № {act}",
    .reserved = "зарезервирована под поставку",
    .issued_at = "Выдана",
    .paid_until = "Хранение оплачено до",
    .holder = "Держатель",
    .holder_hidden = "не показан; держатель может раскрыть его одному читателю",
    .party = "сторона № {party}",
    .notice_title = "Эта бумага говорит о том, что было",
    .notice =
        "Указанное здесь было верно на названный выше момент. С тех пор расписка могла быть "
        "передана, заложена, разделена или погашена.",
    .ask = "Прежде чем полагаться на неё, спросите реестр, что верно сейчас:",
    .check =
        "Проверка без сети: считайте код или возьмите этот файл и выполните astyq verify с "
        "документом genesis этой сети. Полное доказательство приложено к файлу: proof.json.",
    .name_note = "Название элеватора сообщил узел; доказательство подтверждает его номер.",
    .code = "Код",
    .root = "Корень состояния"};

constexpr Words kEnglish{
    .title = "Grain receipt",
    .as_of = "As it stood in the ledger {network} on {time} UTC, after block {block}",
    .elevator = "Elevator",
    .grain = "Grain",
    .grain_class = "class {class}",
    .crop_year = "harvest of {year}",
    .quantity = "Quantity",
    .issued_for = "Issued for",
    .kg = "kg",
    .state = "State",
    .burden = "Encumbrance",
    .no_burden = "none",
    .encumbered = "pledged, or offered in pledge",
    .blocked = "blocked by act No. {act}",
    .reserved = "reserved for a delivery",
    .issued_at = "Issued",
    .paid_until = "Storage paid until",
    .holder = "Holder",
    .holder_hidden = "not shown; the holder can open it to one reader",
    .party = "party No. {party}",
    .notice_title = "This paper says what was so",
    .notice =
        "What stands here was so at the moment named above. Since then the receipt may have been "
        "transferred, pledged, split or redeemed.",
    .ask = "Before you rely on it, ask the ledger what is so now:",
    .check =
        "To check it without a network: scan the code, or take this file, and run astyq verify "
        "with the network's genesis document. The full proof is attached to the file: proof.json.",
    .name_note = "The elevator's name is the node's word; the proof shows its number.",
    .code = "Code",
    .root = "State root"};

// Kazakh, Russian, English; in the order of proto/.
constexpr std::array<Texts, 12> kCrops{{{"—", "—", "—"},
                                        {"Бидай", "Пшеница", "Wheat"},
                                        {"Арпа", "Ячмень", "Barley"},
                                        {"Қара бидай", "Рожь", "Rye"},
                                        {"Сұлы", "Овёс", "Oats"},
                                        {"Тритикале", "Тритикале", "Triticale"},
                                        {"Асбұршақ", "Горох", "Peas"},
                                        {"Ноқат", "Нут", "Chickpeas"},
                                        {"Жасымық", "Чечевица", "Lentils"},
                                        {"Зығыр", "Лён", "Flax"},
                                        {"Рапс", "Рапс", "Rapeseed"},
                                        {"Күнбағыс", "Подсолнечник", "Sunflower"}}};
constexpr std::array<Texts, 7> kStates{{{"—", "—", "—"},
                                        {"жарамды", "действует", "in force"},
                                        {"өтеу күтілуде", "ожидает погашения", "being redeemed"},
                                        {"токенде", "в токенах", "tokenised"},
                                        {"бөлінген", "разделена", "split"},
                                        {"біріктірілген", "объединена", "merged"},
                                        {"өтелген", "погашена", "redeemed"}}};
static_assert(kCrops.size() == elevators::v1::Crop_ARRAYSIZE);
static_assert(kStates.size() == receipts::v1::ReceiptState_ARRAYSIZE);

std::size_t place_of(Language language) {
  return static_cast<std::size_t>(language);
}

}  // namespace

std::optional<Language> language_of(std::string_view code) {
  for (const Language language : {Language::kKazakh, Language::kRussian, Language::kEnglish})
    if (code == code_of(language)) return language;
  return std::nullopt;
}

const char* code_of(Language language) {
  constexpr Texts kCodes{"kk", "ru", "en"};
  return kCodes.at(place_of(language));
}

const Words& words_in(Language language) {
  constexpr std::array<const Words*, kLanguages> kAll{&kKazakh, &kRussian, &kEnglish};
  return *kAll.at(place_of(language));
}

const char* name_of(elevators::v1::Crop crop, Language language) {
  return kCrops.at(static_cast<std::size_t>(crop)).at(place_of(language));
}

const char* name_of(receipts::v1::ReceiptState state, Language language) {
  return kStates.at(static_cast<std::size_t>(state)).at(place_of(language));
}

std::string filled(std::string text, std::string_view name, std::string_view value) {
  const std::string mark = "{" + std::string(name) + "}";
  const std::size_t at = text.find(mark);
  ASTYQ_CHECK(at != std::string::npos);
  return text.replace(at, mark.size(), value);
}

std::string grouped(std::uint64_t number, Language language) {
  const std::string digits = std::to_string(number);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0)
      out += language == Language::kEnglish ? "," : "\u00a0";
    out += digits[i];
  }
  return out;
}

std::string date(std::int64_t time_ns, bool clock, Language language) {
  const auto seconds = static_cast<std::time_t>(time_ns / 1'000'000'000);
  std::tm utc{};
  ASTYQ_CHECK(gmtime_r(&seconds, &utc) != nullptr);
  char text[32];
  const char* form = language == Language::kEnglish ? "%Y-%m-%d" : "%d.%m.%Y";
  std::string out(text, std::strftime(text, sizeof text, form, &utc));
  if (clock) out += std::string(text, std::strftime(text, sizeof text, " %H:%M:%S", &utc));
  return out;
}

}  // namespace astyq::paper
