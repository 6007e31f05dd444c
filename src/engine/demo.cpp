// SPDX-License-Identifier: Apache-2.0
#include "engine/demo.h"

#include "crypto/sha256.h"
#include "engine/genesis.h"

namespace astyq::engine {
namespace {

void add_authority(ledger::v1::Genesis& genesis, std::string_view key_name, const char* name,
                   const char* bin, std::initializer_list<const char*> permissions) {
  auto& authority = *genesis.add_authorities();
  authority.set_name(name);
  authority.set_bin(bin);
  authority.add_public_keys(Bytes(view(demo_key(key_name).public_key())));
  authority.set_threshold(1);
  for (const char* permission : permissions) authority.add_permissions(permission);
}

}  // namespace

crypto::Ed25519Key demo_key(std::string_view name) {
  return crypto::Ed25519Key(crypto::sha256("astyq demo key " + std::string(name)));
}

// Whoever keeps the register neither licenses nor compels, and the other way round: the registrar
// blocks a receipt, or gives a party new keys, on an act of the akimat.
ledger::v1::Genesis demo_genesis() {
  ledger::v1::Genesis genesis;
  genesis.set_network_id(std::string(kDemoNetwork));
  *genesis.mutable_rules() = default_rules();
  add_authority(genesis, kDemoRegistrar, "Registrar (demonstration)", "100000000001",
                {"identity.register", "authority.grant", "authority.recover", "authority.rules",
                 "receipts.issue", "receipts.block", "receipts.certify", "pools.define"});
  add_authority(genesis, kDemoAkimat, "Akimat of Kostanay region (demonstration)", "200000000002",
                {"authority.act", "authority.freeze", "licences.grant", "licences.suspend",
                 "elevators.register", "elevators.basis", "elevators.regime"});
  return genesis;
}

}  // namespace astyq::engine
