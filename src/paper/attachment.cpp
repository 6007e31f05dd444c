// SPDX-License-Identifier: Apache-2.0
#include "paper/attachment.h"

#include <qpdf/Buffer.hh>
#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFEmbeddedFileDocumentHelper.hh>
#include <qpdf/QPDFFileSpecObjectHelper.hh>
#include <qpdf/QPDFWriter.hh>
#include <stdexcept>

#include "paper/receipt_paper.h"
#include "proof/proof_file.h"

namespace astyq::paper {
namespace {

constexpr std::size_t kMostPdfBytes = 32u << 20;

Fault no_proof() {
  return {
      "proof_malformed",
      "The PDF has no proof attached. Take the file itself, not a scan or a print of it, or check "
      "the text of its QR code."};
}

// Takes what a filter gives until it is more than a proof can be: a few bytes may be compressed
// from more than the memory holds.
class Bounded final : public Pipeline {
 public:
  Bounded() : Pipeline("attachment", nullptr) {}
  void write(const unsigned char* data, std::size_t size) override {
    if (size > proof::kMostBytes - taken.size()) throw std::length_error("no proof is so long");
    taken.append(reinterpret_cast<const char*>(data), size);
  }
  void finish() override {}

  std::string taken;
};

Bytes bytes_of(Buffer& buffer) {
  return {reinterpret_cast<const char*>(buffer.getBuffer()), buffer.getSize()};
}

}  // namespace

Result<Bytes> with_proof(const Bytes& page, const std::string& proof, const std::string& language) {
  try {
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.processMemoryFile("page", page.data(), page.size());
    auto stream = QPDFEFStreamObjectHelper::createEFStream(pdf, proof);
    stream.setSubtype("application/json");
    auto file = QPDFFileSpecObjectHelper::createFileSpec(pdf, kProofName, stream);
    file.setDescription("Proof of this receipt: astyq verify");
    QPDFEmbeddedFileDocumentHelper(pdf).replaceEmbeddedFile(kProofName, file);
    pdf.getRoot().replaceKey("/Lang", QPDFObjectHandle::newString(language));
    QPDFWriter writer(pdf);
    writer.setOutputMemory();
    writer.setDeterministicID(true);
    writer.write();
    const std::shared_ptr<Buffer> out = writer.getBufferSharedPointer();
    return bytes_of(*out);
  } catch (const std::exception& failed) {
    return Fault{"paper_failed", std::string("The paper could not be put together: ") +
                                     failed.what() + ". Is the memory full?"};
  }
}

bool is_pdf(BytesView file) {
  return file.starts_with("%PDF-");
}

Result<std::string> attached_proof(BytesView pdf) {
  if (pdf.size() > kMostPdfBytes) return no_proof();
  try {
    QPDF document;
    document.setSuppressWarnings(true);
    document.processMemoryFile("paper", pdf.data(), pdf.size());
    const auto file = QPDFEmbeddedFileDocumentHelper(document).getEmbeddedFile(kProofName);
    if (file == nullptr) return no_proof();
    Bounded text;
    if (!file->getEmbeddedFileStream().pipeStreamData(&text, 0, qpdf_dl_specialized))
      return no_proof();
    return std::move(text.taken);
  } catch (const std::exception&) {
    return no_proof();
  }
}

}  // namespace astyq::paper
