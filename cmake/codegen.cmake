# SPDX-License-Identifier: Apache-2.0
# proto/ is the list of verbs, tables and refusals. From it, into build/gen:
#   1. operation.proto, the oneof of all verbs   2. protobuf's C++   3. dispatch, state tables, canonical grammar,
# test builders. A new verb's file is found by itself.
set(gen ${CMAKE_BINARY_DIR}/gen)
set(protos_dir ${CMAKE_SOURCE_DIR}/proto)
file(GLOB_RECURSE protos CONFIGURE_DEPENDS RELATIVE ${protos_dir} ${protos_dir}/*.proto)
list(TRANSFORM protos PREPEND ${protos_dir}/ OUTPUT_VARIABLE proto_files)
set(generators ${CMAKE_SOURCE_DIR}/tools/generate.py ${CMAKE_SOURCE_DIR}/tools/generate_grammar.py
    ${CMAKE_SOURCE_DIR}/tools/descriptors.py)

file(STRINGS ${CMAKE_SOURCE_DIR}/src/modules/LAYERS modules REGEX "^[a-z]+$")
set(operation_proto ${gen}/proto/astyq/base/v1/operation.proto)
set(generated_cpp ${gen}/engine/dispatch.gen.cpp ${gen}/engine/verbs.gen.cpp ${gen}/engine/invariants.gen.cpp
    ${gen}/ledger/permissions.gen.cpp ${gen}/wire/grammar.gen.cpp)
set_property(GLOBAL PROPERTY ASTYQ_GENERATED_CPP ${generated_cpp})
set(generated_headers ${gen}/tests/verbs.gen.h ${gen}/ledger/state.gen.h)
foreach(module ${modules})
  list(APPEND generated_headers ${gen}/${module}/handlers.gen.h ${gen}/${module}/state.gen.h)
endforeach()
set(pb_sources)
foreach(proto ${protos} astyq/base/v1/operation.proto)
  string(REGEX REPLACE "\\.proto$" ".pb.cc" source ${gen}/cpp/${proto})
  list(APPEND pb_sources ${source})
endforeach()
list(TRANSFORM pb_sources REPLACE "\\.cc$" ".h" OUTPUT_VARIABLE pb_headers)

add_custom_command(
  OUTPUT ${operation_proto} ${gen}/astyq.descriptors ${generated_cpp} ${generated_headers} ${pb_sources} ${pb_headers}
  COMMAND ${ASTYQ_PYTHON} ${CMAKE_SOURCE_DIR}/tools/generate.py --proto ${protos_dir} --out ${gen}
          --protoc ${Protobuf_PROTOC_EXECUTABLE} --layers ${CMAKE_SOURCE_DIR}/src/modules/LAYERS
  DEPENDS ${proto_files} ${generators} ${CMAKE_SOURCE_DIR}/src/modules/LAYERS
  COMMENT "Generating from proto/" VERBATIM)
add_custom_target(astyq_generated DEPENDS ${pb_headers} ${generated_headers} ${generated_cpp})

add_library(astyq_proto_objects STATIC ${pb_sources})
target_include_directories(astyq_proto_objects SYSTEM PUBLIC ${gen}/cpp)
target_include_directories(astyq_proto_objects PUBLIC ${gen})
target_link_libraries(astyq_proto_objects PUBLIC protobuf::libprotobuf)
target_compile_options(astyq_proto_objects PRIVATE -w -O1 -g0)
target_precompile_headers(astyq_proto_objects PRIVATE
  <google/protobuf/message.h> <google/protobuf/generated_message_reflection.h>
  <google/protobuf/extension_set.h> <google/protobuf/unknown_field_set.h> <google/protobuf/wire_format.h>)
# Whole, so that the catalogue of verbs, tables and refusals is complete in every program.
add_library(astyq_proto INTERFACE)
target_link_libraries(astyq_proto INTERFACE $<LINK_LIBRARY:WHOLE_ARCHIVE,astyq_proto_objects> protobuf::libprotobuf)
target_include_directories(astyq_proto SYSTEM INTERFACE ${gen}/cpp)
target_include_directories(astyq_proto INTERFACE ${gen})
add_dependencies(astyq_proto astyq_generated)
