// SPDX-License-Identifier: Apache-2.0
#include "cli/http_client.h"

#include <curl/curl.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "base/check.h"
#include "cli/interrupts.h"

namespace astyq::cli {
namespace {

constexpr long kConnectMs = 5'000;
constexpr long kWholeMs = 120'000;
constexpr const char* kOne = "application/octet-stream";
constexpr const char* kStream = "application/x-astyq-stream";

struct Reply {
  long status = 0;
  boost::json::value json;
};

std::size_t collect(char* data, std::size_t size, std::size_t count, void* out) {
  static_cast<std::string*>(out)->append(data, size * count);
  return size * count;
}

// Called by libcurl once a second at least.
int stop_when_interrupted(void* interrupts, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Interrupts*>(interrupts)->came() ? 1 : 0;
}

Fault not_understood(long status = 200) {
  return {"node_failed",
          "The answer, HTTP status " + std::to_string(status) +
              ", has not the form of this program's API. Does a proxy stand before the node, and "
              "is this program as new as the node? Compare `astyq --version`."};
}

Fault problem_of(const Reply& reply) {
  if (!reply.json.is_object()) return not_understood(reply.status);
  const boost::json::object& problem = reply.json.get_object();
  const std::string code = text_of(problem, "code");
  const std::string trace = text_of(problem, "trace_id");
  if (code.empty() || trace.empty()) return not_understood(reply.status);
  std::string text = text_of(problem, "detail");
  if (const std::string hint = text_of(problem, "hint"); !hint.empty()) text += " " + hint;
  return {code, text + " (trace " + trace + ")"};
}

// Of what was sent to be settled: only the node itself can say that nothing happened.
template <typename T>
Result<T> settled(Result<T> answer) {
  if (answer || answer.fault().code != "node_failed") return answer;
  return Fault{"unknown_outcome", answer.fault().text};
}

class HttpClient final : public LedgerClient {
 public:
  HttpClient(std::string url, const std::string& reader_token)
      : url_(std::move(url)), curl_(curl_easy_init(), &curl_easy_cleanup) {
    ASTYQ_CHECK(curl_ != nullptr);
    if (!reader_token.empty()) authorization_ = "Authorization: Bearer " + reader_token;
  }

  Result<LedgerHead> head() override {
    auto reply = get("/v1/status");
    if (!reply) return reply.fault();
    LedgerHead head;
    head.json = std::move(*reply);
    head.network_id = text_of(head.json, "network_id");
    head.height = number_of(head.json, "height");
    head.time_ns = static_cast<std::int64_t>(number_of(head.json, "time_ns"));
    head.root = text_of(head.json, "app_hash");
    if (head.network_id.empty()) return not_understood();
    return head;
  }

  Result<TxAnswer> send(BytesView signed_tx) override {
    return settled(answer_of(post("/v1/transactions", kOne, signed_tx, "unknown_outcome")));
  }

  Result<TxAnswer> dry_run(BytesView signed_tx) override {
    return answer_of(post("/v1/transactions?dry_run=true", kOne, signed_tx, "node_unreachable"));
  }

  Result<std::vector<TxAnswer>> send_all(const std::vector<Bytes>& signed_txs) override {
    Bytes stream;
    for (const Bytes& signed_tx : signed_txs) {
      append_varint(stream, signed_tx.size());
      stream += signed_tx;
    }
    return settled(answers_of(post("/v1/transactions", kStream, stream, "unknown_outcome"),
                              signed_txs.size()));
  }

  Result<Row> row(std::string_view table, std::string_view key) override {
    auto reply = get("/v1/" + std::string(table) + "/" + escaped(key));
    if (!reply) return reply.fault();
    const auto* item = reply->if_contains("item");
    if (item == nullptr || !item->is_object()) return not_understood();
    return item->get_object();
  }

  Result<Page> rows(std::string_view table, const RowQuery& query) override {
    std::string path = "/v1/" + std::string(table) + "?limit=" + std::to_string(query.limit);
    if (!query.cursor.empty()) path += "&cursor=" + escaped(query.cursor);
    for (const auto& [name, value] : query.parameters)
      path += "&" + escaped(name) + "=" + escaped(value);
    auto reply = get(path);
    if (!reply) return reply.fault();
    const auto* items = reply->if_contains("items");
    if (items == nullptr || !items->is_array()) return not_understood();
    Page page;
    for (const boost::json::value& item : items->get_array()) {
      if (!item.is_object()) return not_understood();
      page.rows.push_back(item.get_object());
    }
    page.next_cursor = text_of(*reply, "next");
    return page;
  }

  Result<boost::json::object> transaction(std::uint64_t party, BytesView id) override {
    return get("/v1/transactions/" + std::to_string(party) + "/" + to_hex(id));
  }

  Result<std::string> proof(const ProofQuery& query) override {
    std::string path = "/v1/proofs/" + query.of + "?";
    if (!query.at_height.empty()) path += "at_height=" + escaped(query.at_height) + "&";
    if (query.opened) path += "opened=true&";
    if (query.paper) path += "paper=true&";
    path.pop_back();
    if (query.opening_request.empty()) {
      const auto reply = get(path);
      if (!reply) return reply.fault();
      return boost::json::serialize(*reply);
    }
    const auto reply = post(path, "application/json", query.opening_request, "node_unreachable");
    if (!reply) return reply.fault();
    if (reply->status != 200) return problem_of(*reply);
    return boost::json::serialize(reply->json);
  }

  std::int64_t now_ns() override {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
  }

 private:
  std::string escaped(std::string_view text) const {
    char* bytes = curl_easy_escape(curl_.get(), text.data(), static_cast<int>(text.size()));
    ASTYQ_CHECK(bytes != nullptr);
    std::string out(bytes);
    curl_free(bytes);
    return out;
  }

  Result<boost::json::object> get(const std::string& path) {
    curl_easy_reset(curl_.get());
    auto reply = perform(path, nullptr, "node_unreachable");
    if (!reply) return reply.fault();
    if (reply->status != 200) return problem_of(*reply);
    if (!reply->json.is_object()) return not_understood();
    return reply->json.get_object();
  }

  Result<Reply> post(const std::string& path, const char* type, BytesView body,
                     const char* when_cut_short) {
    curl_easy_reset(curl_.get());
    curl_easy_setopt(curl_.get(), CURLOPT_POST, 1L);
    curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(body.size()));
    const char* const bytes = body.data();  // as many as was just said; no end mark is needed
    curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDS, bytes);
    return perform(path, type, when_cut_short);
  }

  static Result<TxAnswer> answer_of(const Result<Reply>& reply) {
    if (!reply) return reply.fault();
    if (!reply->json.is_object()) return not_understood(reply->status);
    const auto* nested = reply->json.get_object().if_contains("transaction");
    if (nested != nullptr) return read_answer(*nested);
    if (reply->status == 200 || reply->status == 201) return read_answer(reply->json);
    if (text_of(reply->json.get_object(), "code") == "not_settled") return TxAnswer{};
    return problem_of(*reply);
  }

  static Result<std::vector<TxAnswer>> answers_of(const Result<Reply>& reply, std::size_t sent) {
    if (!reply) return reply.fault();
    if (reply->status != 200) return problem_of(*reply);
    if (!reply->json.is_array() || reply->json.get_array().size() != sent) return not_understood();
    std::vector<TxAnswer> answers;
    for (const boost::json::value& json : reply->json.get_array()) {
      auto answer = read_answer(json);
      if (!answer) return answer.fault();
      answers.push_back(std::move(*answer));
    }
    return answers;
  }

  Result<Reply> perform(const std::string& path, const char* content_type,
                        const char* when_cut_short) {
    CURL* curl = curl_.get();
    std::string body;
    curl_slist* list = curl_slist_append(nullptr, "Accept: application/json");
    list = curl_slist_append(list, "Expect:");
    if (content_type != nullptr)
      list = curl_slist_append(list, (std::string("Content-Type: ") + content_type).c_str());
    if (!authorization_.empty()) list = curl_slist_append(list, authorization_.c_str());
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list,
                                                                              &curl_slist_free_all);
    curl_easy_setopt(curl, CURLOPT_URL, (url_ + path).c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "127.0.0.1,localhost,::1");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, kConnectMs);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kWholeMs);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &collect);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    const Interrupts interrupts;
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &stop_when_interrupted);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &interrupts);
    const CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) return broken(code, when_cut_short);

    Reply reply;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
    boost::json::error_code error;
    reply.json = boost::json::parse(body, error);
    if (error) return not_understood(reply.status);
    return reply;
  }

  Fault broken(CURLcode code, const char* when_cut_short) const {
    const bool nothing_sent = code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ||
                              code == CURLE_COULDNT_RESOLVE_PROXY ||
                              code == CURLE_SSL_CONNECT_ERROR ||
                              code == CURLE_PEER_FAILED_VERIFICATION;
    // What was sent may happen all the same, whoever has stopped waiting for it.
    if (code == CURLE_ABORTED_BY_CALLBACK)
      return std::string_view(when_cut_short) == "unknown_outcome"
                 ? Fault{"unknown_outcome", "Interrupted while the node was asked to settle it."}
                 : Fault{"interrupted", "Interrupted; nothing was sent to be settled."};
    const std::string why = url_ + ": " + curl_easy_strerror(code) + ".";
    if (nothing_sent)
      return {"node_unreachable", why + " Is the node running? Name another with --node URL."};
    return {when_cut_short, why + " The node did not answer in full."};
  }

  std::string url_;
  std::string authorization_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
};

}  // namespace

Result<std::unique_ptr<LedgerClient>> connect_http(const std::string& url,
                                                   const std::string& reader_token) {
  static const bool kReady = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  ASTYQ_CHECK(kReady);
  std::string base = url;
  while (base.ends_with('/')) base.pop_back();
  if (!base.starts_with("http://") && !base.starts_with("https://"))
    return Fault{"node_url_wrong",
                 "'" + url + "' is not the address of a node. Write it like http://127.0.0.1:8080"};
  return std::unique_ptr<LedgerClient>(std::make_unique<HttpClient>(base, reader_token));
}

}  // namespace astyq::cli
