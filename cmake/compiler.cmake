# SPDX-License-Identifier: Apache-2.0
# Warnings are errors, checks stay on in every build, the compiler cache is used where it is installed.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
# Other optimisation, which must come to the same roots: tools/equal_roots.
set(CMAKE_CXX_FLAGS_O3 "-O3")
add_compile_options(-Wall -Wextra -Wshadow -Wpedantic -Werror -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # g++'s own library sorts with what it calls deprecated, and in a precompiled header clang tells.
  add_compile_options(-Wno-deprecated-declarations)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "O3")
  add_compile_options(-Wno-error) # the plain builds hold to every warning
endif()

set(ASTYQ_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=, e.g. address,undefined or thread")
if(ASTYQ_SANITIZE)
  set(CMAKE_CXX_FLAGS_RELEASE "-O1 -g1")
  add_compile_options(-fsanitize=${ASTYQ_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  # g++ 12 warns falsely of instrumented code; the plain builds hold to every warning.
  add_compile_options(-Wno-error)
  add_link_options(-fsanitize=${ASTYQ_SANITIZE})
endif()
option(ASTYQ_FUZZ "Build the programs that libFuzzer feeds, see cmake/fuzz.cmake; clang only" OFF)
if(ASTYQ_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
option(ASTYQ_COVERAGE "Instrument for gcov" OFF)
if(ASTYQ_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

find_program(ASTYQ_CCACHE ccache)
if(ASTYQ_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${ASTYQ_CCACHE})
  add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
endif()
find_program(ASTYQ_MOLD mold)
if(ASTYQ_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
