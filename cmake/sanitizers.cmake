# SPDX-License-Identifier: Apache-2.0
# How strict the sanitizers are in every test, and what they are known to find in libraries that are not ours.
# Without ASTYQ_SANITIZE nothing reads these.

# Four slow nodes beside four CometBFTs would miss their rounds for want of processors. The same code runs under the
# sanitizers in the tests of its folders, and with one real CometBFT in comet_test.
if(ASTYQ_SANITIZE)
  set_property(TEST functional APPEND PROPERTY ENVIRONMENT "GTEST_FILTER=-NetTest.story")
endif()

get_property(all_tests DIRECTORY PROPERTY TESTS)
set_property(TEST ${all_tests} APPEND PROPERTY ENVIRONMENT
  "ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1"
  "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1"
  "LSAN_OPTIONS=print_suppressions=0:suppressions=${CMAKE_SOURCE_DIR}/tests/lsan.suppressions"
  "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.suppressions")
