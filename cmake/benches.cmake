# SPDX-License-Identifier: Apache-2.0
# Measuring programs, built only when named: cmake --build build --target signature_bench
add_executable(signature_bench EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/bench/signature_bench.cpp)
target_link_libraries(signature_bench PRIVATE astyq_crypto)
add_executable(tree_bench EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/bench/tree_bench.cpp)
target_link_libraries(tree_bench PRIVATE astyq_store)
add_executable(stages_bench EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/bench/stages_bench.cpp)
target_link_libraries(stages_bench PRIVATE astyq_cli astyq_http)
add_executable(start_bench EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/bench/start_bench.cpp)
target_link_libraries(start_bench PRIVATE astyq_node)
