// SPDX-License-Identifier: Apache-2.0
#include "paper/page.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <memory>
#include <qrcodegen/qrcodegen.hpp>

#include "paper/words.h"

namespace astyq::paper {
namespace {

// Points; A4.
constexpr double kWidth = 595.276;
constexpr double kHeight = 841.89;
constexpr double kFrame = 34;
constexpr double kMargin = 62;
constexpr double kInner = kWidth - 2 * kMargin;
constexpr double kLabel = 170;
constexpr double kQr = 150;

constexpr const char* kSerif = "DejaVu Serif";
constexpr const char* kSans = "DejaVu Sans";
constexpr const char* kMono = "DejaVu Sans Mono";

struct Font {
  const char* family;
  double points;
  bool bold = false;
};

struct Place {
  double x;
  double y;
  double width;
  PangoAlignment align = PANGO_ALIGN_LEFT;
};

cairo_status_t append(void* out, const unsigned char* data, unsigned size) {
  static_cast<Bytes*>(out)->append(reinterpret_cast<const char*>(data), size);
  return CAIRO_STATUS_SUCCESS;
}

class Pen {
 public:
  Pen(Bytes& out, const Page& page)
      : surface_(cairo_pdf_surface_create_for_stream(&append, &out, kWidth, kHeight),
                 &cairo_surface_destroy),
        cairo_(cairo_create(surface_.get()), &cairo_destroy),
        language_(page.language) {
    const std::string made = date(page.time_ns, true, Language::kEnglish);
    const std::string title = page.title + " " + page.number;
    set(CAIRO_PDF_METADATA_TITLE, title);
    set(CAIRO_PDF_METADATA_CREATOR, "Astyq");
    set(CAIRO_PDF_METADATA_CREATE_DATE, made.substr(0, 10) + "T" + made.substr(11) + "Z");
    cairo_set_source_rgb(cairo_.get(), 0, 0, 0);
  }

  // Draws a text from its upper left corner; returns its height.
  double text(const std::string& words, const Font& font, const Place& at) {
    const std::unique_ptr<PangoLayout, decltype(&g_object_unref)> layout(
        pango_cairo_create_layout(cairo_.get()), &g_object_unref);
    const std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)> described(
        pango_font_description_new(), &pango_font_description_free);
    pango_font_description_set_family(described.get(), font.family);
    pango_font_description_set_absolute_size(described.get(), font.points * PANGO_SCALE);
    if (font.bold) pango_font_description_set_weight(described.get(), PANGO_WEIGHT_BOLD);
    PangoContext* context = pango_layout_get_context(layout.get());
    pango_context_set_language(context, pango_language_from_string(language_.c_str()));
    pango_layout_set_font_description(layout.get(), described.get());
    pango_layout_set_width(layout.get(), static_cast<int>(at.width * PANGO_SCALE));
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout.get(), at.align);
    pango_layout_set_line_spacing(layout.get(), 1.15F);
    pango_layout_set_text(layout.get(), words.data(), static_cast<int>(words.size()));
    unknown_ += pango_layout_get_unknown_glyphs_count(layout.get());
    cairo_move_to(cairo_.get(), at.x, at.y);
    pango_cairo_show_layout(cairo_.get(), layout.get());
    int height = 0;
    pango_layout_get_size(layout.get(), nullptr, &height);
    return static_cast<double>(height) / PANGO_SCALE;
  }

  void line(double x, double y, double length, double thickness) {
    cairo_rectangle(cairo_.get(), x, y, length, thickness);
    cairo_fill(cairo_.get());
  }

  void frame(double x, double y, double width, double height, double thickness) {
    cairo_set_line_width(cairo_.get(), thickness);
    cairo_rectangle(cairo_.get(), x, y, width, height);
    cairo_stroke(cairo_.get());
  }

  void qr(const qrcodegen::QrCode& code, double x, double y, double side) {
    const double module = side / code.getSize();
    for (int row = 0; row < code.getSize(); ++row)
      for (int column = 0; column < code.getSize(); ++column)
        if (code.getModule(column, row))
          cairo_rectangle(cairo_.get(), x + column * module, y + row * module, module, module);
    cairo_fill(cairo_.get());
  }

  Status finish() {
    cairo_surface_finish(surface_.get());
    if (cairo_surface_status(surface_.get()) != CAIRO_STATUS_SUCCESS ||
        cairo_status(cairo_.get()) != CAIRO_STATUS_SUCCESS)
      return Fault{"paper_failed", "The page could not be drawn. Is the memory full?"};
    if (unknown_ > 0)
      return Fault{"font_missing",
                   "No font of this machine has all the letters of the page. Install one that has, "
                   "such as Debian's fonts-dejavu-core."};
    return Done{};
  }

 private:
  void set(cairo_pdf_metadata_t what, const std::string& text) {
    cairo_pdf_surface_set_metadata(surface_.get(), what, text.c_str());
  }

  std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface_;
  std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cairo_;
  std::string language_;
  int unknown_ = 0;
};

double draw_head(Pen& pen, const Page& page) {
  double y = kMargin + 8;
  pen.text("ASTYQ", {kSans, 9, true}, {kMargin, y, kInner, PANGO_ALIGN_CENTER});
  y += 22;
  y += pen.text(page.title, {kSerif, 27, true}, {kMargin, y, kInner, PANGO_ALIGN_CENTER});
  y += pen.text(page.number, {kSerif, 17}, {kMargin, y + 2, kInner, PANGO_ALIGN_CENTER}) + 12;
  y += pen.text(page.as_of, {kSerif, 10}, {kMargin, y, kInner, PANGO_ALIGN_CENTER}) + 18;
  return y;
}

double draw_figures(Pen& pen, const Page& page, double y) {
  pen.line(kMargin, y, kInner, 1.2);
  y += 9;
  for (const auto& [label, value] : page.figures) {
    const double left = pen.text(label, {kSans, 9.5}, {kMargin, y + 2, kLabel - 12});
    const double right =
        pen.text(value, {kSerif, 12, true}, {kMargin + kLabel, y, kInner - kLabel});
    y += std::max(left, right) + 7;
    pen.line(kMargin, y, kInner, 0.3);
    y += 7;
  }
  return y + 12;
}

double draw_notice(Pen& pen, const Page& page, double y) {
  constexpr double kPadding = 12;
  const double top = y;
  const double width = kInner - 2 * kPadding;
  y += kPadding;
  y += pen.text(page.notice_title, {kSans, 11.5, true}, {kMargin + kPadding, y, width}) + 4;
  y += pen.text(page.notice, {kSans, 9.5}, {kMargin + kPadding, y, width}) + 6;
  y += pen.text(page.ask, {kSans, 9.5, true}, {kMargin + kPadding, y, width}) + 3;
  y += pen.text(page.ask_at, {kMono, 9.5}, {kMargin + kPadding, y, width}) + kPadding;
  pen.frame(kMargin, top, kInner, y - top, 1.2);
  return y + 20;
}

void draw_foot(Pen& pen, const Page& page, const qrcodegen::QrCode& qr, double y) {
  constexpr double kGap = 22;
  pen.qr(qr, kMargin, y, kQr);
  const double x = kMargin + kQr + kGap;
  const double width = kInner - kQr - kGap;
  y += pen.text(page.code, {kMono, 14, true}, {x, y, width}) + 8;
  y += pen.text(page.check, {kSans, 9}, {x, y, width}) + 8;
  for (const std::string& words : page.small) y += pen.text(words, {kSans, 7.5}, {x, y, width}) + 5;
}

}  // namespace

Result<Bytes> draw(const Page& page) {
  const qrcodegen::QrCode qr =
      qrcodegen::QrCode::encodeText(page.qr.c_str(), qrcodegen::QrCode::Ecc::MEDIUM);
  Bytes out;
  Pen pen(out, page);
  pen.frame(kFrame, kFrame, kWidth - 2 * kFrame, kHeight - 2 * kFrame, 2.2);
  pen.frame(kFrame + 5, kFrame + 5, kWidth - 2 * kFrame - 10, kHeight - 2 * kFrame - 10, 0.6);
  double y = draw_head(pen, page);
  y = draw_figures(pen, page, y);
  y = draw_notice(pen, page, y);
  draw_foot(pen, page, qr, std::max(y, kHeight - kMargin - kQr - 14));
  if (const Status finished = pen.finish(); !finished.ok()) return finished.fault();
  return out;
}

}  // namespace astyq::paper
