# SPDX-License-Identifier: Apache-2.0
# Each file of tests/fuzz/targets is one target. In every build the test program fuzz_test tries the seeds of all of
# them and deterministic mutations. With ASTYQ_FUZZ=ON (clang only) each is a program fuzz_<target> of its own, which
# libFuzzer feeds; `ninja fuzz_programs` builds these and no test.
set(fuzz_dir ${CMAKE_SOURCE_DIR}/tests/fuzz)
file(GLOB fuzz_targets CONFIGURE_DEPENDS RELATIVE ${fuzz_dir}/targets ${fuzz_dir}/targets/*.cpp)
list(TRANSFORM fuzz_targets REPLACE "\\.cpp$" "")
list(TRANSFORM fuzz_targets PREPEND ${fuzz_dir}/targets/ OUTPUT_VARIABLE fuzz_sources)
list(TRANSFORM fuzz_sources APPEND .cpp)

add_library(astyq_fuzz STATIC ${fuzz_sources} ${fuzz_dir}/whole_state.cpp)
target_link_libraries(astyq_fuzz PUBLIC astyq_http astyq_abci astyq_test_support rocksdb)
target_precompile_headers(astyq_fuzz PRIVATE ${ASTYQ_PRODUCT_HEADERS})
target_link_libraries(fuzz_test PRIVATE astyq_fuzz)

if(ASTYQ_FUZZ)
  # protobuf's generated code is not what is sought: its many branches would only cost time.
  target_compile_options(astyq_proto_objects PRIVATE -fno-sanitize=fuzzer-no-link)
  add_custom_target(fuzz_programs)
  foreach(target ${fuzz_targets})
    add_executable(fuzz_${target} ${fuzz_dir}/program/fuzzer_main.cpp)
    target_link_libraries(fuzz_${target} PRIVATE astyq_fuzz)
    target_link_options(fuzz_${target} PRIVATE -fsanitize=fuzzer)
    target_compile_definitions(fuzz_${target} PRIVATE ASTYQ_FUZZ_TARGET=${target})
    add_dependencies(fuzz_programs fuzz_${target})
  endforeach()
endif()
