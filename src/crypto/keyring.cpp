// SPDX-License-Identifier: Apache-2.0
#include "crypto/keyring.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

namespace astyq::crypto {
namespace {

constexpr std::size_t kMaxFileBytes = 1 << 20;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool ok() const { return number_ >= 0; }

 private:
  int number_;
};

Fault io_fault(const std::string& action, const std::string& path, int error) {
  return {"keyring_io", "Could not " + action + " " + path + ": " + std::strerror(error) +
                            ". Check the path, its permissions and the free space."};
}

Fault exists(const std::string& path) {
  return {"keyring_exists", "There is a file at " + path +
                                " already; it was left as it is. Open it, or choose another path."};
}

Result<Bytes> read_all(const Descriptor& file, const std::string& path) {
  Bytes bytes;
  std::array<char, 4096> part;
  while (bytes.size() <= kMaxFileBytes) {
    const ssize_t got = ::read(file.number(), part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_fault("read", path, errno);
    if (got == 0) return bytes;
    bytes.append(part.data(), static_cast<std::size_t>(got));
  }
  return Fault{"keyring_corrupt",
               path + " is too large for a keyring. Check the path, or restore it from a copy."};
}

Result<Bytes> read_private_file(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.ok() && errno == ENOENT)
    return Fault{"keyring_missing",
                 "There is no keyring at " + path + ". Create one, or check the path."};
  struct stat status = {};
  if (!file.ok() || ::fstat(file.number(), &status) != 0) return io_fault("open", path, errno);
  if (!S_ISREG(status.st_mode)) return io_fault("open", path, EINVAL);
  if ((status.st_mode & 0177) != 0)
    return Fault{
        "keyring_too_open",
        "The keyring " + path +
            " is open to others, and only its owner may read and write it. Run: chmod 600 " + path};
  return read_all(file, path);
}

Status write_all(const Descriptor& file, BytesView bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file.number(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return io_fault("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::fsync(file.number()) != 0) return io_fault("write", path, errno);
  return Done{};
}

// A new name lasts only once the folder that holds it is on the disk.
Status sync_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.ok() || ::fsync(opened.number()) != 0) return io_fault("write", folder, errno);
  return Done{};
}

// The next version of a file, beside it. While it exists nobody else writes the keyring; it goes
// with this object unless it has taken the file's place.
class NextFile {
 public:
  explicit NextFile(const std::string& path)
      : path_(path),
        next_(path + ".new"),
        file_(::open(next_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)),
        error_(file_.ok() ? 0 : errno) {}
  ~NextFile() {
    if (file_.ok() && !placed_) ::unlink(next_.c_str());
  }
  NextFile(const NextFile&) = delete;
  NextFile& operator=(const NextFile&) = delete;

  Status made() const {
    if (error_ == 0) return Done{};
    if (error_ != EEXIST) return io_fault("write", next_, error_);
    return Fault{"keyring_busy", "Another program is writing " + path_ +
                                     ", or one was killed while it did. Try again; if none runs, "
                                     "remove " +
                                     next_ + "."};
  }
  // `replace`: may there be a file in that place?
  Status place(BytesView bytes, bool replace) {
    if (::fchmod(file_.number(), 0600) != 0) return io_fault("write", next_, errno);
    if (Status written = write_all(file_, bytes, next_); !written) return written;
    const unsigned flags = replace ? 0 : RENAME_NOREPLACE;
    if (::renameat2(AT_FDCWD, next_.c_str(), AT_FDCWD, path_.c_str(), flags) != 0)
      return errno == EEXIST ? exists(path_) : io_fault("write", path_, errno);
    placed_ = true;
    return sync_folder_of(path_);
  }

 private:
  std::string path_;
  std::string next_;
  Descriptor file_;
  int error_;
  bool placed_ = false;
};

bool is_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, allowed);
}

}  // namespace

Result<std::string> read_password(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status = {};
  const auto missing = [&path] {
    return Fault{"password_missing", "Cannot read the password of the keyring in " + path + ": " +
                                         std::strerror(errno) +
                                         ". Name the file that holds it with --password-file."};
  };
  if (!file.ok() || ::fstat(file.number(), &status) != 0) return missing();
  if (S_ISREG(status.st_mode) && (status.st_mode & 0077) != 0)
    return Fault{"password_too_open",
                 "The password in " + path + " is open to others. Run: chmod 600 " + path};
  auto text = read_all(file, path);
  if (!text.ok()) return missing();
  text->erase(std::find(text->begin(), text->end(), '\n'), text->end());
  if (text->ends_with('\r')) text->pop_back();
  return *text;
}

Result<Keyring> Keyring::create(std::string path, std::string_view password, Entropy entropy,
                                KeyringCost cost) {
  if (::access(path.c_str(), F_OK) == 0) return exists(path);
  const Result<KeyringLock> lock = KeyringLock::create(password, cost, entropy);
  if (!lock) return lock.fault();
  NextFile next(path);
  if (const Status made = next.made(); !made) return made.fault();
  if (const Status placed = next.place(lock->seal({}, entropy), false); !placed)
    return placed.fault();
  return Keyring(std::move(path), *lock, {}, entropy);
}

Status Keyring::check(const std::string& path) {
  const Result<Bytes> file = read_private_file(path);
  if (!file) return file.fault();
  return Done{};
}

Result<Keyring> Keyring::open(std::string path, std::string_view password, Entropy entropy) {
  const Result<Bytes> file = read_private_file(path);
  if (!file) return file.fault();
  const Result<KeyringLock> lock = KeyringLock::of(*file, password);
  if (!lock) return lock.fault();
  const Result<NamedSeeds> seeds = lock->open(*file);
  if (!seeds) return seeds.fault();
  return Keyring(std::move(path), *lock, *seeds, entropy);
}

Keyring::Keyring(std::string path, const KeyringLock& lock, NamedSeeds seeds, Entropy entropy)
    : path_(std::move(path)), lock_(lock), seeds_(std::move(seeds)), entropy_(entropy) {}

Status Keyring::add(const std::string& name, const Ed25519Key::Seed& seed) {
  if (!is_name(name))
    return Fault{"keyring_wrong_name",
                 "A key's name has 1 to 64 letters, digits, dots, dashes and underscores of ASCII. "
                 "Choose another name."};
  NextFile next(path_);
  if (Status made = next.made(); !made) return made;
  const Result<Bytes> file = read_private_file(path_);
  if (!file) return file.fault();
  Result<NamedSeeds> seeds = lock_.open(*file);
  if (!seeds) return seeds.fault();
  if (!seeds->emplace(name, seed).second)
    return Fault{"keyring_name_taken", "The keyring holds a key named " + name +
                                           " already; it was left as it is. Choose another name."};
  if (Status placed = next.place(lock_.seal(*seeds, entropy_), true); !placed) return placed;
  seeds_ = *seeds;
  return Done{};
}

Result<Ed25519Key::PublicKey> Keyring::add_new(const std::string& name) {
  Ed25519Key::Seed seed;
  entropy_(seed);
  const Status added = add(name, seed);
  const Ed25519Key::PublicKey public_key = Ed25519Key(seed).public_key();
  sodium_memzero(seed.data(), seed.size());
  if (!added) return added.fault();
  return public_key;
}

std::vector<std::string> Keyring::names() const {
  std::vector<std::string> names;
  for (const auto& [name, seed] : seeds_) names.push_back(name);
  return names;
}

Result<Ed25519Key> Keyring::get(const std::string& name) const {
  const auto found = seeds_.find(name);
  if (found == seeds_.end())
    return Fault{"keyring_no_such_key",
                 "The keyring holds no key named " + name + ". List its names, or add the key."};
  return Ed25519Key(found->second);
}

}  // namespace astyq::crypto
