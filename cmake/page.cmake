# SPDX-License-Identifier: Apache-2.0
# The live page goes into the program as it stands in src/http/page.
set(page_dir ${CMAKE_SOURCE_DIR}/src/http/page)
set(page_cpp ${CMAKE_BINARY_DIR}/gen/http/page.gen.cpp)
add_custom_command(
  OUTPUT ${page_cpp}
  COMMAND ${CMAKE_COMMAND} -DFROM=${page_dir} -DTO=${page_cpp} -P ${CMAKE_SOURCE_DIR}/cmake/embed_page.cmake
  DEPENDS ${page_dir}/index.html ${page_dir}/page.js ${page_dir}/page.css ${CMAKE_SOURCE_DIR}/cmake/embed_page.cmake
  COMMENT "Embedding the live page" VERBATIM)
set_property(GLOBAL APPEND PROPERTY ASTYQ_GENERATED_CPP ${page_cpp})
