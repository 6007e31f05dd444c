# SPDX-License-Identifier: Apache-2.0
# Proofs for two verifiers, see tools/verify_twice.
add_executable(make_proofs ${CMAKE_SOURCE_DIR}/tests/proofs/make_proofs.cpp)
target_link_libraries(make_proofs PRIVATE astyq_proof astyq_test_support)
