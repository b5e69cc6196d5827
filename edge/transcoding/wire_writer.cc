#include "edge/transcoding/wire_writer.h"

#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"

namespace caucus::edge::transcoding {

using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

namespace {

constexpr size_t kVarintBytesMax = 10;

// tag value; a packed field: tag length value*; a message or text: tag length content; a group:
// tag content end-tag.
uint32_t EndGroupTag(const FieldType& field) {
  return WireFormatLite::MakeTag(field.descriptor->number(), WireFormatLite::WIRETYPE_END_GROUP);
}

}  // namespace

void WireWriter::AppendVarint(uint64_t value) {
  uint8_t buffer[kVarintBytesMax];
  const uint8_t* const end = CodedOutputStream::WriteVarint64ToArray(value, buffer);
  bytes_.append(reinterpret_cast<const char*>(buffer), static_cast<size_t>(end - buffer));
}

void WireWriter::WriteBits(const FieldType& field, uint64_t bits) {
  if (bits == 0 && !field.has_zero) return;
  if (!field.is_packed) AppendVarint(field.tag);
  uint8_t buffer[sizeof(uint64_t)];
  switch (field.descriptor->type()) {
    case FieldDescriptor::TYPE_FIXED32:
    case FieldDescriptor::TYPE_SFIXED32:
    case FieldDescriptor::TYPE_FLOAT:
      CodedOutputStream::WriteLittleEndian32ToArray(static_cast<uint32_t>(bits), buffer);
      bytes_.append(reinterpret_cast<const char*>(buffer), sizeof(uint32_t));
      return;
    case FieldDescriptor::TYPE_FIXED64:
    case FieldDescriptor::TYPE_SFIXED64:
    case FieldDescriptor::TYPE_DOUBLE:
      CodedOutputStream::WriteLittleEndian64ToArray(bits, buffer);
      bytes_.append(reinterpret_cast<const char*>(buffer), sizeof(uint64_t));
      return;
    case FieldDescriptor::TYPE_SINT32:
      return AppendVarint(WireFormatLite::ZigZagEncode32(static_cast<int32_t>(bits)));
    case FieldDescriptor::TYPE_SINT64:
      return AppendVarint(WireFormatLite::ZigZagEncode64(static_cast<int64_t>(bits)));
    default:
      return AppendVarint(bits);
  }
}

void WireWriter::WriteText(const FieldType& field, std::string_view text) {
  if (text.empty() && !field.has_zero) return;
  AppendVarint(field.tag);
  AppendVarint(text.size());
  bytes_.append(text);
}

size_t WireWriter::Begin(const FieldType& field) {
  AppendVarint(field.tag);
  // Most lengths are below 128 and have one byte. End makes room for those that need more.
  if (field.descriptor->type() != FieldDescriptor::TYPE_GROUP) bytes_.push_back(0);
  return bytes_.size();
}

void WireWriter::End(const FieldType& field, size_t begin) {
  if (field.descriptor->type() == FieldDescriptor::TYPE_GROUP) {
    return AppendVarint(EndGroupTag(field));
  }
  uint8_t length[kVarintBytesMax];
  const uint8_t* const end = CodedOutputStream::WriteVarint64ToArray(bytes_.size() - begin, length);
  bytes_[begin - 1] = static_cast<char>(length[0]);
  bytes_.insert(begin, reinterpret_cast<const char*>(length + 1),
                static_cast<size_t>(end - length) - 1);
}

}  // namespace caucus::edge::transcoding
