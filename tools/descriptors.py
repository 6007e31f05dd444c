# SPDX-License-Identifier: Apache-2.0
"""Reads a protobuf descriptor set into the few facts that the generators need: verbs, tables, messages."""

import pathlib
import re
import subprocess
import sys
from dataclasses import dataclass, field

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

TX, TABLE, FIELD, TEXT = 51001, 51002, 51001, 51001


def fail(where, what):
    sys.exit(f"generate: {where}: {what}")


def snake(camel):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", camel).lower()


def camel(name):
    return "".join(part.capitalize() for part in name.split("_"))


def compile_set(protoc, include_dirs, files, out):
    """Runs protoc; returns the FileDescriptorSet, parsed twice so that our own options are readable."""
    command = [protoc, *[f"-I{d}" for d in include_dirs], "--include_imports", f"--descriptor_set_out={out}", *files]
    if subprocess.run(command).returncode != 0:
        sys.exit("generate: protoc refused the files above")
    raw = pathlib.Path(out).read_bytes()
    plain = descriptor_pb2.FileDescriptorSet.FromString(raw)
    pool = descriptor_pool.DescriptorPool()
    for file in plain.file:
        pool.Add(file)
    # Messages of this pool know the extensions of astyq/options.proto, whatever the default pool knows.
    factory = message_factory.MessageFactory(pool)
    factory.GetMessages([file.name for file in plain.file])  # registers the extensions
    set_type = factory.GetPrototype(pool.FindMessageTypeByName("google.protobuf.FileDescriptorSet"))
    return set_type.FromString(raw)


def option(options, name):
    """The value of our option `astyq.<name>`, or None when it was not set."""
    for extension, value in options.ListFields():
        if extension.full_name == f"astyq.options.{name}":
            return value
    return None


@dataclass
class Message:
    full_name: str  # astyq.receipts.v1.SplitReceipt
    module: str     # receipts
    proto: object
    file: str

    @property
    def name(self):
        return self.proto.name

    @property
    def cpp(self):
        return "::" + self.full_name.replace(".", "::")


@dataclass
class Catalogue:
    messages: dict = field(default_factory=dict)  # full name -> Message, nested ones too
    enums: dict = field(default_factory=dict)     # full name -> EnumDescriptorProto
    verbs: list = field(default_factory=list)     # (Tx option, Message), by code
    tables: list = field(default_factory=list)    # (Table option, Message), by type


def collect(catalogue, prefix, module, file, messages):
    for proto in messages:
        name = f"{prefix}.{proto.name}"
        message = Message(name, module, proto, file)
        catalogue.messages[name] = message
        tx, table = option(proto.options, "tx"), option(proto.options, "table")
        if tx is not None:
            catalogue.verbs.append((tx, message))
        if table is not None:
            catalogue.tables.append((table, message))
        for enum in proto.enum_type:
            catalogue.enums[f"{name}.{enum.name}"] = enum
        collect(catalogue, name, module, file, proto.nested_type)


def read(descriptor_set):
    catalogue = Catalogue()
    for file in descriptor_set.file:
        if not file.name.startswith("astyq/"):
            continue
        parts = file.name.split("/")
        module = parts[1] if len(parts) > 2 else ""
        for enum in file.enum_type:
            catalogue.enums[f"{file.package}.{enum.name}"] = enum
        collect(catalogue, file.package, module, file.name, file.message_type)
    catalogue.verbs.sort(key=lambda verb: verb[0].code)
    catalogue.tables.sort(key=lambda table: table[0].type)
    check(catalogue)
    return catalogue


def check(catalogue):
    tables = {}
    for table, message in catalogue.tables:
        if table.type in tables or not 0 < table.type < 256:
            fail(message.full_name, f"table type {table.type} is taken or out of 1..255")
        tables[table.type] = table.name
        # The JSON of a row holds both, side by side.
        twice = {part.split(":")[0] for part in table.key} & {each.name for each in message.proto.field}
        if twice:
            fail(message.full_name, f"'{min(twice)}' is a part of the key and a field")
    names = set(tables.values())
    codes = {}
    for tx, message in catalogue.verbs:
        where = f"{message.file}: {message.name}"
        if tx.code in codes:
            fail(where, f"code {tx.code} is {codes[tx.code]}'s")
        codes[tx.code] = message.name
        if not tx.doc:
            fail(where, "the option `doc` is empty")
        for effect in tx.effects:
            if effect not in names:
                fail(where, f"no table is called '{effect}'")
        if tx.creates and tx.creates not in names:
            fail(where, f"no table is called '{tx.creates}'")
        if message.proto.oneof_decl:
            fail(where, "a verb has no oneof: two modes are two verbs")
        refusals = [enum for enum in message.proto.enum_type if enum.name == "Refusal"]
        if len(refusals) != 1 or refusals[0].value[0].name != "ACCEPTED":
            fail(where, "needs an `enum Refusal { ACCEPTED = 0; ... }`")
        for value in refusals[0].value[1:]:
            text = option(value.options, "text")
            if text is None or not (text.en and text.ru and text.kk):
                fail(where, f"refusal {value.name} needs its text in en, ru and kk")
            if not 0 < value.number < 100:
                fail(where, f"refusal {value.name} must be numbered 1..99")
