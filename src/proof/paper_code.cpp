// SPDX-License-Identifier: Apache-2.0
#include "proof/paper_code.h"

#include <sodium.h>

#include "base/check.h"
#include "crypto/sha256.h"
#include "crypto/signatures.h"

namespace astyq::proof {
namespace {

constexpr std::string_view kPrefix = "ASTYQ1:";
constexpr std::size_t kSignature = 64;
constexpr int kAlphabet = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

Fault malformed() {
  return {"proof_malformed",
          "This is not the code of a receipt. Scan it again, or copy the whole of it."};
}

std::array<std::uint8_t, 8> tag_of(std::string_view network_id) {
  return *to_array<8>(view(crypto::sha256(network_id)).substr(0, 8));
}

std::string to_base64(BytesView bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), kAlphabet), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), kAlphabet);
  text.pop_back();  // its ending zero
  return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
  Bytes bytes(text.size(), '\0');
  std::size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                        text.size(), nullptr, &size, &end, kAlphabet) != 0 ||
      end != text.data() + text.size())
    return std::nullopt;
  bytes.resize(size);
  return bytes;
}

// Takes the code's parts off its front; once too little is left, everything fails.
class Reader {
 public:
  explicit Reader(BytesView bytes) : rest_(bytes) {}

  BytesView take(std::size_t size) {
    ok_ = ok_ && size <= rest_.size();
    const BytesView taken = ok_ ? rest_.substr(0, size) : BytesView();
    rest_.remove_prefix(taken.size());
    return taken;
  }
  std::uint8_t byte() {
    const BytesView one = take(1);
    return one.empty() ? 0 : static_cast<std::uint8_t>(one[0]);
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const std::uint8_t next = byte();
      value |= static_cast<std::uint64_t>(next & 0x7f) << shift;
      if (next < 0x80) return value;
    }
    ok_ = false;
    return 0;
  }
  bool finished() const { return ok_ && rest_.empty(); }

 private:
  BytesView rest_;
  bool ok_ = true;
};

constexpr std::uint64_t kLastSecond = INT64_MAX / 1'000'000'000;  // that has nanoseconds

// Nothing for bytes that encode() cannot have made.
std::optional<PaperCode> decode(BytesView bytes) {
  Reader reader(bytes);
  PaperCode code;
  code.network_tag = to_array<8>(reader.take(8)).value_or(code.network_tag);
  code.receipt = reader.varint();
  code.kg = reader.varint();
  const int state = reader.byte();
  const unsigned flags = reader.byte();
  const int crop = reader.byte();
  code.grain_class = reader.byte();
  code.crop_year = static_cast<std::uint32_t>(reader.varint());
  code.elevator = reader.varint();
  code.height = reader.varint();
  code.seconds = reader.varint();
  code.digest = to_array<32>(reader.take(32)).value_or(code.digest);
  if (!reader.finished() || !receipts::v1::ReceiptState_IsValid(state) ||
      !elevators::v1::Crop_IsValid(crop) || flags > 7 || code.seconds > kLastSecond)
    return std::nullopt;
  code.state = static_cast<receipts::v1::ReceiptState>(state);
  code.crop = static_cast<elevators::v1::Crop>(crop);
  code.encumbered = (flags & 1) != 0;
  code.blocked = (flags & 2) != 0;
  code.reserved = (flags & 4) != 0;
  return encode(code) == bytes ? std::optional(code) : std::nullopt;
}

}  // namespace

Result<PaperCode> code_of(const Statement& statement) {
  receipts::v1::Receipt receipt;
  if (statement.kind != Kind::kPresent || statement.table->message != receipt.GetDescriptor() ||
      !receipt.ParseFromString(statement.row.open))
    return Fault{"proof_malformed", "The proof is malformed: only a receipt stands on a paper."};
  PaperCode code;
  code.network_tag = tag_of(statement.network_id);
  code.receipt = read_u64(statement.key.bytes().substr(1));
  code.kg = receipt.kg();
  code.state = receipt.state();
  code.encumbered = receipt.encumbered();
  code.blocked = receipt.blocked_by_act() != 0;
  code.reserved = receipt.reserved();
  code.crop = receipt.grade().crop();
  code.grain_class = receipt.grade().grain_class();
  code.crop_year = receipt.grade().crop_year();
  code.elevator = receipt.elevator();
  code.height = statement.height;
  code.seconds = static_cast<std::uint64_t>(statement.time_ns) / 1'000'000'000;
  // All that the tree commits to; the digest of a restricted part is the value's own end.
  code.digest =
      crypto::Sha256().update(statement.key.bytes()).update(statement.committed_value).finish();
  return code;
}

Bytes encode(const PaperCode& code) {
  Bytes out(view(code.network_tag));
  append_varint(out, code.receipt);
  append_varint(out, code.kg);
  out.push_back(static_cast<char>(code.state));
  out.push_back(static_cast<char>((code.encumbered ? 1 : 0) | (code.blocked ? 2 : 0) |
                                  (code.reserved ? 4 : 0)));
  out.push_back(static_cast<char>(code.crop));
  out.push_back(static_cast<char>(code.grain_class));
  append_varint(out, code.crop_year);
  append_varint(out, code.elevator);
  append_varint(out, code.height);
  append_varint(out, code.seconds);
  out += view(code.digest);
  return out;
}

bool is_stamp(BytesView encoded, BytesView signature, const Anchor& anchor) {
  const Bytes message = crypto::paper_message(anchor.network_id, crypto::sha256(encoded));
  return crypto::ed25519_verify(anchor.validator_key, signature, message);
}

Result<std::string> qr_text(const PaperCode& code, BytesView signature) {
  ASTYQ_CHECK(signature.size() == kSignature);
  std::string text = std::string(kPrefix) + to_base64(encode(code) + std::string(signature));
  if (text.size() > kMostQrBytes) return malformed();
  return text;
}

bool is_qr_text(std::string_view text) {
  return text.starts_with(kPrefix);
}

Result<PaperCode> read_qr(std::string_view text, const Anchor* anchor) {
  if (!is_qr_text(text) || text.size() > kMostQrBytes) return malformed();
  const auto bytes = from_base64(text.substr(kPrefix.size()));
  if (!bytes || bytes->size() <= kSignature) return malformed();
  const BytesView encoded = BytesView(*bytes).substr(0, bytes->size() - kSignature);
  const auto code = decode(encoded);
  if (!code) return malformed();
  if (anchor == nullptr) return *code;
  if (code->network_tag != tag_of(anchor->network_id))
    return Fault{"proof_other_network", "The code is of another network than the genesis: not of " +
                                            anchor->network_id + "."};
  if (!is_stamp(encoded, BytesView(*bytes).substr(encoded.size()), *anchor))
    return Fault{"proof_wrong_stamp",
                 "The code is not signed by the validator that the genesis names: somebody made or "
                 "changed it. Do not rely on this paper."};
  return *code;
}

std::string short_code(const PaperCode& code) {
  // Crockford's alphabet: no letter that is taken for another or for a digit.
  constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  constexpr std::size_t kCharacters = 10;
  std::string text;
  for (std::size_t i = 0; i < kCharacters; ++i) {
    if (i == 4 || i == 8) text += '-';
    text += kLetters[code.digest[i] & 31];
  }
  return text;
}

}  // namespace astyq::proof
