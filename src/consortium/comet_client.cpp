// SPDX-License-Identifier: Apache-2.0
#include "consortium/comet_client.h"

#include <curl/curl.h>

#include <functional>

#include "base/check.h"
#include "consortium/comet_genesis.h"
#include "light/comet_json.h"
#include "light/commit.h"
#include "wire/json.h"

namespace astyq::consortium {
namespace {

constexpr long kOfferMs = 1'000;
constexpr long kQuestionMs = 5'000;
constexpr std::size_t kMostBytes = 16u << 20;  // of an answer
constexpr int kPage = 100;                     // of validators, the most that CometBFT gives
constexpr int kMostPages = 100;

constexpr std::string_view kHttp = "http://";
constexpr std::string_view kUnix = "unix://";

std::size_t collect(char* data, std::size_t size, std::size_t count, void* out) {
  auto& text = *static_cast<std::string*>(out);
  if (text.size() + size * count > kMostBytes) return 0;
  text.append(data, size * count);
  return size * count;
}

Fault refused(const std::string& what) {
  return {"engine_refused", "CometBFT answered otherwise than v0.38 to v0.40 do: " + what +
                                ". Check what listens at the address of engine_rpc."};
}

// What CometBFT says of an error, in whatever member.
std::string error_text(const wire::Node& error) {
  std::string text;
  for (const char* name : {"message", "data"})
    if (const auto member = error.find(name); member && member->is_text())
      text += (text.empty() ? "" : ": ") + member->text();
  return text;
}

Fault fault_of(const std::string& said) {
  const auto has = [&](const char* part) { return said.find(part) != std::string::npos; };
  if (has("mempool is full"))
    return {"mempool_full", "CometBFT's pool is full; offer it again in a moment."};
  if (has("must be less than or equal to"))
    return {"height_ahead", "CometBFT has not come to this height yet."};
  if (has("is not available, lowest height is") || has("could not find"))
    return {"height_gone", "CometBFT keeps this height no more. Ask a node with the whole chain."};
  return refused(said);
}

std::string call_text(const char* method, const std::string& parameters) {
  return std::string("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"") + method + "\",\"params\":{" +
         parameters + "}}";
}

std::string member(const char* name, std::uint64_t number) {
  return std::string("\"") + name + "\":\"" + std::to_string(number) + "\"";
}

}  // namespace

// One connection, and who waits for it.
class CometClient::Line {
 public:
  Line(const std::string& url, long most_ms) : curl_(curl_easy_init(), &curl_easy_cleanup) {
    ASTYQ_CHECK(curl_ != nullptr);
    headers_ = curl_slist_append(nullptr, "Content-Type: application/json");
    const bool is_socket = url.starts_with(kUnix);
    set(CURLOPT_URL, is_socket ? "http://localhost/" : url.c_str());
    if (is_socket) set(CURLOPT_UNIX_SOCKET_PATH, url.c_str() + kUnix.size());
    set(CURLOPT_HTTPHEADER, headers_);
    set(CURLOPT_CONNECTTIMEOUT_MS, most_ms);
    set(CURLOPT_TIMEOUT_MS, most_ms);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_NOPROXY, "*");
    set(CURLOPT_WRITEFUNCTION, &collect);
  }
  ~Line() { curl_slist_free_all(headers_); }

  // Calls a method of the RPC; `read` takes its result.
  Status call(const std::string& request, const std::function<void(const wire::Node&)>& read) {
    std::string answer;
    {
      const std::lock_guard guard(lock_);
      set(CURLOPT_POSTFIELDS, request.data());
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.size()));
      set(CURLOPT_WRITEDATA, static_cast<void*>(&answer));
      if (const CURLcode code = curl_easy_perform(curl_.get()); code != CURLE_OK)
        return Fault{"engine_unreachable",
                     std::string("CometBFT's RPC does not answer: ") + curl_easy_strerror(code) +
                         ". See that CometBFT runs, and that engine_rpc is its address."};
    }
    auto document = wire::Document::parse(answer, "engine_refused");
    if (!document.ok()) return refused(document.fault().text);
    const wire::Node root = document->root();
    if (const auto error = root.find("error")) return fault_of(error_text(*error));
    read(root.at("result"));
    const Status whole = document->status();
    return whole.ok() ? whole : Status(refused(whole.fault().text));
  }

 private:
  template <typename T>
  void set(CURLoption option, T value) {
    ASTYQ_CHECK(curl_easy_setopt(curl_.get(), option, value) == CURLE_OK);
  }

  std::mutex lock_;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  curl_slist* headers_ = nullptr;
};

CometClient::CometClient(const std::string& url)
    : offers_(std::make_unique<Line>(url, kOfferMs)),
      questions_(std::make_unique<Line>(url, kQuestionMs)) {}

CometClient::~CometClient() = default;

Result<std::unique_ptr<CometClient>> CometClient::connect(const std::string& url) {
  // Once for the program; further calls count only.
  static const CURLcode kBegun = curl_global_init(CURL_GLOBAL_DEFAULT);
  ASTYQ_CHECK(kBegun == CURLE_OK);
  const bool known = (url.starts_with(kHttp) && url.size() > kHttp.size()) ||
                     (url.starts_with(kUnix) && url.size() > kUnix.size());
  if (known) return std::unique_ptr<CometClient>(new CometClient(url));
  return Fault{"engine_address_wrong",
               "'" + url +
                   "' is no address of CometBFT's RPC: give http://HOST:PORT, or "
                   "unix://PATH."};
}

Status CometClient::offer(BytesView transaction) {
  // Of what it refuses CometBFT tells the code of check_tx only to those that wait for it.
  Status said =
      offers_->call(call_text("broadcast_tx_async", "\"tx\":\"" + base64(transaction) + "\""),
                    [](const wire::Node& result) { result.at("hash").hex(); });
  if (!said.ok() && said.fault().text.find("already exists in cache") != std::string::npos)
    return Done{};
  return said;
}

Result<comet::v1::LightBlock> CometClient::certified(std::uint64_t height) {
  comet::v1::LightBlock block;
  if (Status told = questions_->call(call_text("commit", member("height", height)),
                                     [&](const wire::Node& result) {
                                       *block.mutable_signed_header() =
                                           light::read_signed_header(result.at("signed_header"));
                                     });
      !told.ok())
    return told.fault();
  std::int64_t total = 0;
  for (int page = 1; page <= kMostPages; ++page) {
    const std::string which = member("height", height) + "," +
                              member("page", static_cast<std::uint64_t>(page)) + "," +
                              member("per_page", kPage);
    comet::v1::ValidatorSet part;
    if (Status told = questions_->call(call_text("validators", which),
                                       [&](const wire::Node& result) {
                                         part = light::read_validators(result);
                                         total = light::read_whole(result.at("total"));
                                       });
        !told.ok())
      return told.fault();
    block.mutable_validator_set()->MergeFrom(part);  // pages are in order
    if (block.validator_set().validators_size() >= total || part.validators_size() == 0) break;
  }
  if (block.signed_header().header().height() != static_cast<std::int64_t>(height))
    return refused("a block of another height came than was asked for");
  if (Status form = light::check_form(block.signed_header()); !form.ok())
    return refused(form.fault().text);
  if (Status own = light::check_commit(block.signed_header(), block.validator_set()); !own.ok())
    return refused(own.fault().text);
  return block;
}

Result<CometClient::Standing> CometClient::standing() {
  Standing out;
  if (Status told = questions_->call(call_text("status", ""),
                                     [&](const wire::Node& result) {
                                       const wire::Node sync = result.at("sync_info");
                                       out.height = static_cast<std::uint64_t>(
                                           light::read_whole(sync.at("latest_block_height")));
                                       out.catching_up = sync.at("catching_up").flag();
                                     });
      !told.ok())
    return told.fault();
  if (Status told = questions_->call(call_text("net_info", ""),
                                     [&](const wire::Node& result) {
                                       out.peers = static_cast<std::size_t>(
                                           light::read_whole(result.at("n_peers")));
                                     });
      !told.ok())
    return told.fault();
  return out;
}

}  // namespace astyq::consortium
