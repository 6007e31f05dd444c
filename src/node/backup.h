// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "astyq/node/v1/backup.pb.h"
#include "base/result.h"
#include "store/file_system.h"

// A backup is a directory:
//   BACKUP             what is in it, see proto/astyq/node/v1/backup.proto; written last
//   genesis.json  annex.key  validator.keyring (encrypted)  node.toml where there is one
//   image/             the newest kept image of the node that is whole, where it has one
//   log/               every block that the log held
//   origin/            of a fork, as in the node's directory
// The password of the keyring is not in it.
namespace astyq::node {

// Copies a node's directory, whether it runs or not: kept images never change, and a log only grows
// at its end. What is copied is durable in the original first. Faults: `genesis_missing`,
// `backup_exists`, `log_corrupt`, `disk_full`, `file_failed`. A backup that failed has no BACKUP.
Result<v1::Backup> back_up(const std::string& data, const std::string& target);

// Reads BACKUP and every file that it names. Faults: `backup_corrupt` naming the file,
// `backup_newer`.
Result<v1::Backup> check_backup(store::FileSystem& files, const std::string& backup);

// When, how high and where the last backup of a node was taken, as a line for people; empty when
// there was none.
std::string last_backup(const std::string& data);

}  // namespace astyq::node
