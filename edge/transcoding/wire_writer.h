// Protobuf's wire format, written field by field: what a request costs when no message is made of
// it first. Measured with BM_EncodeRequest: a dynamic message, its reflection and its serialization
// were two thirds of the work.
//
// The fields of a message are written in the order of the calls. Confined to the call that makes
// it.

#ifndef EDGE_TRANSCODING_WIRE_WRITER_H_
#define EDGE_TRANSCODING_WIRE_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "edge/transcoding/message_type.h"

namespace caucus::edge::transcoding {

class WireWriter {
 public:
  // Writes a number, a bool or an enum. `bits`: an integer's value, those with a sign extended to
  // 64 bits; the bits of a double or float. A field without presence is left out if it is zero.
  // REQUIRES: items of a packed field stand between its Begin and End.
  void WriteBits(const FieldType& field, uint64_t bits);

  // Likewise a string or bytes.
  void WriteText(const FieldType& field, std::string_view text);

  // What is written between the two is the content of a message field or of a packed field. End
  // takes what Begin has returned.
  size_t Begin(const FieldType& field);
  void End(const FieldType& field, size_t begin);

  size_t size() const { return bytes_.size(); }
  // Forgets what was written beyond the first `size` bytes. REQUIRES: nothing began there that has
  // not ended.
  void Truncate(size_t size) { bytes_.resize(size); }

  std::string Finish() && { return std::move(bytes_); }

 private:
  void AppendVarint(uint64_t value);

  std::string bytes_;
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_WIRE_WRITER_H_
