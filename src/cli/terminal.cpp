// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "cli/fixed_decimal.h"

namespace astyq::cli {
namespace {

volatile std::sig_atomic_t interrupted = 0;
void on_interrupt(int) {
  interrupted = 1;
}

// Turns the echo off while a secret is typed, and back on however the typing ends.
class QuietTerminal {
 public:
  explicit QuietTerminal(bool hidden) : hidden_(hidden && tcgetattr(STDIN_FILENO, &before_) == 0) {
    interrupted = 0;
    struct sigaction action = {};
    action.sa_handler = &on_interrupt;
    sigaction(SIGINT, &action, &handler_);
    if (!hidden_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~QuietTerminal() {
    if (hidden_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    sigaction(SIGINT, &handler_, nullptr);
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;

 private:
  termios before_ = {};
  struct sigaction handler_ = {};
  bool hidden_;
};

Result<std::string> ask_process(const std::string& question, bool hidden) {
  if (isatty(STDIN_FILENO) == 0)
    return Fault{"no_terminal", "There is nobody to ask: the input is not a terminal."};
  std::cerr << question << std::flush;
  const QuietTerminal quiet(hidden);
  std::string line;
  for (char c = 0; c != '\n';) {
    const ssize_t got = ::read(STDIN_FILENO, &c, 1);
    if (interrupted != 0 || (got < 0 && errno == EINTR))
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

void flatten(const boost::json::object& object, const std::string& prefix,
             std::vector<std::pair<std::string, std::string>>& out) {
  for (const auto& member : object) {
    const std::string name = prefix + std::string(member.key());
    const boost::json::value& value = member.value();
    if (value.is_object())
      flatten(value.get_object(), name + ".", out);
    else if (value.is_string())
      out.emplace_back(name, value.get_string());
    else
      out.emplace_back(name, boost::json::serialize(value));
  }
}

// Characters, not bytes: Cyrillic names align too.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
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
          &ask_process};
}

void show_fault(Io& io, const Fault& fault) {
  io.err << (io.colour ? "\x1b[31merror:\x1b[0m " : "error: ") << fault.text
         << "\n  code: " << fault.code << "\n";
}

void show_hint(Io& io, const std::string& text) {
  io.err << "next: " << text << "\n";
}

std::string aligned(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> widths;
  for (const auto& line : lines) {
    if (widths.size() < line.size()) widths.resize(line.size());
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], width_of(line[i]));
  }
  std::string text;
  for (const auto& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      text += line[i];
      if (i + 1 < line.size()) text += std::string(widths[i] - width_of(line[i]) + 2, ' ');
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
