// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <iostream>

#include "cli/fixed_decimal.h"
#include "cli/interrupts.h"
#include "wire/utf8.h"

namespace astyq::cli {
namespace {

constexpr std::size_t kGap = 2;  // between columns

// Turns the echo off while a secret is typed, and back on however the typing ends.
class QuietTerminal {
 public:
  explicit QuietTerminal(bool hidden) : hidden_(hidden && tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!hidden_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~QuietTerminal() {
    if (hidden_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;

 private:
  termios before_ = {};
  bool hidden_;
};

Result<std::string> ask_process(const std::string& question, bool hidden) {
  if (isatty(STDIN_FILENO) == 0)
    return Fault{"no_terminal", "There is nobody to ask: the input is not a terminal."};
  std::cerr << question << std::flush;
  const Interrupts interrupts;
  const QuietTerminal quiet(hidden);
  std::string line;
  for (char c = 0; c != '\n';) {
    const ssize_t got = ::read(STDIN_FILENO, &c, 1);
    if (interrupts.came() || (got < 0 && errno == EINTR))
      return Fault{"interrupted", "Interrupted; nothing was sent."};
    if (got <= 0) break;
    if (c != '\n') line += c;
  }
  if (hidden) std::cerr << "\n";
  return line;
}

bool is_set(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && value[0] != '\0';
}

// A member that is a moment of block time is named so; running time has no calendar.
std::string moment_or(const std::string& name, const std::string& value) {
  constexpr std::uint64_t kSecondNs = 1'000'000'000;
  constexpr std::uint64_t kEarliestNs = 1'000'000'000 * kSecondNs;  // 2001: no duration is as long
  if (!name.ends_with("_ns") || name.ends_with("running_ns")) return value;
  const auto ns = parse_whole(value);
  if (!ns || *ns < kEarliestNs) return value;
  return *ns <= INT64_MAX ? moment(static_cast<std::int64_t>(*ns)) : value;
}

void flatten(const boost::json::object& object, const std::string& prefix,
             std::vector<std::pair<std::string, std::string>>& out) {
  for (const auto& member : object) {
    const std::string name = harmless(prefix + std::string(member.key()));
    const boost::json::value& value = member.value();
    if (value.is_object())
      flatten(value.get_object(), name + ".", out);
    else if (value.is_string())
      out.emplace_back(name, moment_or(name, harmless(value.get_string())));
    else
      out.emplace_back(name, harmless(boost::json::serialize(value)));
  }
}

// Code points of text that is UTF-8; a byte that is none counts for itself.
char32_t next_character(std::string_view text, std::size_t& size) {
  const auto first = static_cast<unsigned char>(text[0]);
  size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (size > text.size() || !wire::is_utf8(text.substr(0, size))) {
    size = 1;
    return 0;
  }
  char32_t character = size == 1 ? first : first & (0xffu >> (size + 1));
  for (std::size_t i = 1; i < size; ++i)
    character = (character << 6) | (static_cast<unsigned char>(text[i]) & 0x3fu);
  return character;
}

// Source: Unicode 15, general categories Cc, Cf (bidirectional controls), Zl and Zp.
bool is_harmless(char32_t character) {
  if (character < 0x20 || (character >= 0x7f && character < 0xa0)) return false;
  if (character == 0x61c || character == 0x200e || character == 0x200f) return false;
  if (character >= 0x2028 && character <= 0x202e) return false;
  return character < 0x2066 || character > 0x2069;
}

std::size_t columns_of_terminal() {
  winsize size{};
  return isatty(STDOUT_FILENO) != 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col
                                                                                    : 0;
}

// Characters, not bytes: Cyrillic names align too.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::vector<std::size_t> widths_of(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    if (widths.size() < line.size()) widths.resize(line.size());
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], width_of(line[i]));
  }
  return widths;
}

}  // namespace

Io process_io() {
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
  const bool err_is_terminal = isatty(STDERR_FILENO) != 0;
  return {std::cout,
          std::cerr,
          isatty(STDIN_FILENO) != 0,
          err_is_terminal,
          err_is_terminal && !dumb && !is_set("NO_COLOR"),
          columns_of_terminal(),
          &ask_process};
}

void show_fault(Io& io, const Fault& fault) {
  io.err << (io.colour ? "\x1b[31merror:\x1b[0m " : "error: ") << harmless(fault.text)
         << "\n  code: " << fault.code << "\n";
}

void show_fault_json(Io& io, const Fault& fault, int exit, const std::string& next) {
  boost::json::object json{{"code", fault.code}, {"detail", fault.text}, {"exit", exit}};
  if (!next.empty()) json["next"] = next;
  io.err << boost::json::serialize(json) << "\n";
}

void show_hint(Io& io, const std::string& text) {
  io.err << "next: " << text << "\n";
}

std::string harmless(std::string_view text) {
  std::string out;
  for (std::size_t size = 0; !text.empty(); text.remove_prefix(size)) {
    const char32_t character = next_character(text, size);
    if (is_harmless(character))
      out += text.substr(0, size);
    else
      out += '?';
  }
  return out;
}

std::size_t columns_that_fit(const std::vector<std::vector<std::string>>& lines,
                             std::size_t characters) {
  const std::vector<std::size_t> widths = widths_of(lines);
  std::size_t used = 0;
  std::size_t fit = 0;
  while (fit < widths.size() && used + widths[fit] <= characters) used += widths[fit++] + kGap;
  return std::max<std::size_t>(fit, 1);
}

std::string aligned(const std::vector<std::vector<std::string>>& lines) {
  const std::vector<std::size_t> widths = widths_of(lines);
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      text += line[i];
      if (i + 1 < line.size()) text += std::string(widths[i] - width_of(line[i]) + kGap, ' ');
    }
    text += "\n";
  }
  return text;
}

std::vector<std::pair<std::string, std::string>> flattened(const boost::json::object& object) {
  std::vector<std::pair<std::string, std::string>> members;
  flatten(object, "", members);
  return members;
}

std::string moment(std::int64_t time_ns) {
  constexpr std::int64_t kSecondNs = 1'000'000'000;
  const auto seconds = static_cast<std::time_t>(time_ns / kSecondNs);
  std::tm utc{};
  char text[32];
  const bool known = gmtime_r(&seconds, &utc) != nullptr;
  ASTYQ_CHECK(known);  // 63 bits of nanoseconds end in 2262
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &utc)};
}

std::string listed(const boost::json::object& object) {
  std::vector<std::vector<std::string>> lines;
  for (auto& [name, value] : flattened(object)) lines.push_back({name, value});
  return aligned(lines);
}

Progress progress_bar(Io& io) {
  if (!io.err_is_terminal) return {};
  return [&io](std::string_view what, std::uint64_t done, std::uint64_t total) {
    constexpr std::uint64_t kWidth = 30;
    const std::uint64_t filled = total == 0 ? kWidth : done * kWidth / total;
    io.err << "\r\x1b[K" << std::string(filled, '#') << std::string(kWidth - filled, '.') << " "
           << show_whole(done) << "/" << show_whole(total) << " " << what
           << (done >= total ? "\n" : "") << std::flush;
  };
}

}  // namespace astyq::cli
