# SPDX-License-Identifier: Apache-2.0
# The Rust crate in src/crypto/ed25519_zebra_c as a static library. Debian 12's packages cargo-web and
# rustc-web suffice; cargo fetches the crates that Cargo.lock names and checks their hashes.
find_program(ASTYQ_CARGO cargo PATHS /usr/bin NO_DEFAULT_PATH)
find_program(ASTYQ_CARGO cargo REQUIRED)
# The compiler that belongs to this cargo, whatever else is on the PATH.
get_filename_component(ASTYQ_RUST_BIN ${ASTYQ_CARGO} DIRECTORY)
find_program(ASTYQ_RUSTC rustc PATHS ${ASTYQ_RUST_BIN} NO_DEFAULT_PATH REQUIRED)

set(ED25519_CRATE ${CMAKE_SOURCE_DIR}/src/crypto/ed25519_zebra_c)
set(ED25519_BUILD ${CMAKE_BINARY_DIR}/ed25519_zebra_c)
set(ED25519_LIBRARY ${ED25519_BUILD}/release/libed25519_zebra_c.a)

# RUSTFLAGS is fixed: the same code for every processor of the architecture (the crate chooses AVX2 at
# run time), and no path of the building machine inside.
add_custom_command(
  OUTPUT ${ED25519_LIBRARY}
  COMMAND ${CMAKE_COMMAND} -E env RUSTC=${ASTYQ_RUSTC} CARGO_TARGET_DIR=${ED25519_BUILD}
          "RUSTFLAGS=--remap-path-prefix=${CMAKE_SOURCE_DIR}=. --remap-path-prefix=$ENV{HOME}=~"
          ${ASTYQ_CARGO} build --release --locked --quiet
  DEPENDS ${ED25519_CRATE}/Cargo.toml ${ED25519_CRATE}/Cargo.lock ${ED25519_CRATE}/src/lib.rs
  WORKING_DIRECTORY ${ED25519_CRATE}
  COMMENT "Building ed25519-zebra with cargo"
  VERBATIM)
add_custom_target(ed25519_zebra_c_build DEPENDS ${ED25519_LIBRARY})

add_library(ed25519_zebra_c STATIC IMPORTED GLOBAL)
set_target_properties(ed25519_zebra_c PROPERTIES IMPORTED_LOCATION ${ED25519_LIBRARY}
                      INTERFACE_LINK_LIBRARIES "Threads::Threads;${CMAKE_DL_LIBS}")
add_dependencies(ed25519_zebra_c ed25519_zebra_c_build)
