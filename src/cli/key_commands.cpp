// SPDX-License-Identifier: Apache-2.0
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>

#include "cli/commands.h"
#include "crypto/entropy.h"
#include "crypto/sealed_box.h"

namespace astyq::cli {
namespace {

void show_key(Context& context, const std::string& name, const crypto::Ed25519Key::PublicKey& key) {
  if (context.settings.json)
    context.io.out << boost::json::serialize(
                          boost::json::object{{"name", name}, {"public_key", to_hex(view(key))}})
                   << "\n";
  else
    context.io.out << name << "  " << to_hex(view(key)) << "\n";
}

Result<crypto::Keyring> open_or_create(Context& context) {
  const std::string& path = context.settings.keyring;
  std::error_code error;
  if (std::filesystem::exists(path, error)) return context.keyring();
  const auto password = context.password(true);
  if (!password) return password.fault();
  const auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  return crypto::Keyring::create(path, *password, crypto::system_entropy, context.keyring_cost);
}

int new_key(Context& context, const std::string& name) {
  auto ring = open_or_create(context);
  if (!ring) return fail(context, ring.fault());
  const auto key = ring->add_new(name);
  if (!key) return fail(context, key.fault());
  show_key(context, name, *key);
  show_hint(context.io, "give the public key to the registrar, who registers your party");
  return kExitOk;
}

// Nobody has keys before the first one: that is no failure.
int list_no_keys(Context& context) {
  if (context.settings.json)
    context.io.out << "[]\n";
  else
    context.io.err << "no keys: there is no keyring at " << context.settings.keyring << " yet\n";
  show_hint(context.io, "astyq key new NAME makes it with a first key");
  return kExitOk;
}

int list_keys(Context& context) {
  const auto ring = context.keyring();
  if (!ring && ring.fault().code == "keyring_missing") return list_no_keys(context);
  if (!ring) return fail(context, ring.fault());
  boost::json::array all;
  for (const std::string& name : ring->names()) {
    const auto key = ring->get(name);
    if (!key) return fail(context, key.fault());
    if (!context.settings.json) show_key(context, name, key->public_key());
    all.push_back(
        boost::json::object{{"name", name}, {"public_key", to_hex(view(key->public_key()))}});
  }
  if (context.settings.json) context.io.out << boost::json::serialize(all) << "\n";
  if (all.empty()) show_hint(context.io, "astyq key new NAME");
  return kExitOk;
}

// What somebody needs who seals a restricted part for you.
int show_reader(Context& context, const std::string& name) {
  const auto key = context.key(name);
  if (!key) return fail(context, key.fault());
  const std::string reader = to_hex(view(crypto::ReaderKey(*key).public_key()));
  if (context.settings.json)
    context.io.out << boost::json::serialize(
                          boost::json::object{{"name", name}, {"reader_key", reader}})
                   << "\n";
  else
    context.io.out << name << "  " << reader << "\n";
  show_hint(context.io, "give it to the owner of a row: astyq proof receipt ID --open KEY");
  return kExitOk;
}

}  // namespace

void add_key_commands(Commands& commands) {
  CLI::App& key = commands.noun("key");
  key.description("Signing keys: your own keyring, and the verbs about a party's keys.");
  std::string& name = commands.keep<std::string>();
  CLI::App& make = commands.add(key, "new", "A fresh key in your keyring.",
                                [&name](Context& context) { return new_key(context, name); });
  make.add_option("name", name, "1 to 64 of a-z A-Z 0-9 . _ -")->required()->type_name("NAME");
  commands.add(key, "list", "The keys of your keyring.", &list_keys);
  std::string& of = commands.keep<std::string>();
  CLI::App& reader = commands.add(key, "reader", "The reading half of a key, to be given away.",
                                  [&of](Context& context) { return show_reader(context, of); });
  reader.add_option("name", of, "a key of your keyring, or demo:bank-1")
      ->required()
      ->type_name("NAME");
}

}  // namespace astyq::cli
