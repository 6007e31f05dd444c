# SPDX-License-Identifier: Apache-2.0
# Equal roots whatever the way and whatever the build, see tools/equal_roots. make_ledger makes a node's log of the
# random run; equal_roots, which needs the node alone, comes to its roots in every way.
get_property(modules GLOBAL PROPERTY ASTYQ_MODULES)
add_executable(make_ledger ${CMAKE_SOURCE_DIR}/tests/roots/make_ledger.cpp)
target_link_libraries(make_ledger PRIVATE astyq_node astyq_test_support)
foreach(module ${modules})
  target_sources(make_ledger PRIVATE $<TARGET_OBJECTS:${module}_test>)
endforeach()

add_executable(equal_roots ${CMAKE_SOURCE_DIR}/tests/roots/equal_roots.cpp ${CMAKE_SOURCE_DIR}/tests/roots/recorded.cpp
  ${CMAKE_SOURCE_DIR}/tests/roots/sha_choice.cpp ${CMAKE_SOURCE_DIR}/tests/roots/ways.cpp)
target_include_directories(equal_roots PRIVATE ${CMAKE_SOURCE_DIR}/tests)
target_link_libraries(equal_roots PRIVATE astyq_node astyq_audit)
target_link_options(equal_roots PRIVATE -Wl,--wrap=_ZN5astyq6crypto13sha_ni_sha256Ev)
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
target_compile_definitions(equal_roots PRIVATE
  ASTYQ_BUILT_BY="${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_CXX_FLAGS_${build_type}}")
add_test(NAME equal_roots COMMAND tools/equal_roots --built ${CMAKE_BINARY_DIR}
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
