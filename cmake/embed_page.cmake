# SPDX-License-Identifier: Apache-2.0
# Writes FROM/{index.html,page.js,page.css} into the C++ source TO, as raw strings.
file(READ ${FROM}/index.html html)
file(READ ${FROM}/page.js script)
file(READ ${FROM}/page.css style)
file(WRITE ${TO} "// Made from src/http/page; do not edit.
#include \"http/page.h\"
namespace astyq::http {
std::string_view page_html() { return R\"page(${html})page\"; }
std::string_view page_script() { return R\"page(${script})page\"; }
std::string_view page_style() { return R\"page(${style})page\"; }
}  // namespace astyq::http
")
