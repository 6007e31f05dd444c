# SPDX-License-Identifier: Apache-2.0
# Debian 12's packages; tools/install-packages is the list that installs them.
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(GTest REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
# Debian's python3-protobuf belongs to Debian's own interpreter, whatever else is on the PATH.
find_program(ASTYQ_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)

function(astyq_system_library name header)
  add_library(${name} INTERFACE IMPORTED GLOBAL)
  find_path(${name}_INCLUDE ${header} REQUIRED)
  target_include_directories(${name} SYSTEM INTERFACE ${${name}_INCLUDE})
  foreach(library ${ARGN})
    find_library(${name}_${library} ${library} REQUIRED)
    target_link_libraries(${name} INTERFACE ${${name}_${library}})
  endforeach()
endfunction()
astyq_system_library(sodium sodium.h sodium)
astyq_system_library(rocksdb rocksdb/db.h rocksdb)
astyq_system_library(tomlplusplus toml++/toml.h)
astyq_system_library(CLI11 CLI/CLI.hpp)
astyq_system_library(rapidcheck rapidcheck.h rapidcheck)
astyq_system_library(qpdf qpdf/QPDF.hh qpdf)
astyq_system_library(qrcodegencpp qrcodegen/qrcodegen.hpp qrcodegencpp)
target_compile_definitions(qpdf INTERFACE POINTERHOLDER_TRANSITION=4) # std::shared_ptr alone
# Pango's headers lie in many folders. Its own flags would make the precompiled headers of others useless.
find_package(PkgConfig REQUIRED)
pkg_check_modules(PANGO REQUIRED pangocairo)
add_library(pangocairo INTERFACE IMPORTED GLOBAL)
target_include_directories(pangocairo SYSTEM INTERFACE ${PANGO_INCLUDE_DIRS})
target_link_libraries(pangocairo INTERFACE ${PANGO_LINK_LIBRARIES})
