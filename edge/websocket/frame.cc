#include "edge/websocket/frame.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

#include "absl/strings/escaping.h"

namespace caucus::edge::websocket {
namespace {

constexpr uint8_t kFin = 0x80;
constexpr uint8_t kRsv1 = 0x40;
constexpr std::string_view kAcceptGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

void AppendBigEndian(uint64_t value, int bytes, std::string& out) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}

}  // namespace

void AppendFrameHeader(Opcode opcode, size_t payload_bytes, std::string& out) {
  out.push_back(static_cast<char>(kFin | static_cast<uint8_t>(opcode)));
  if (payload_bytes < 126) {
    out.push_back(static_cast<char>(payload_bytes));
  } else if (payload_bytes <= 0xFFFF) {
    out.push_back(126);
    AppendBigEndian(payload_bytes, 2, out);
  } else {
    out.push_back(127);
    AppendBigEndian(payload_bytes, 8, out);
  }
}

void AppendCompressedFrameHeader(Opcode opcode, size_t payload_bytes, std::string& out) {
  const size_t at = out.size();
  AppendFrameHeader(opcode, payload_bytes, out);
  out[at] = static_cast<char>(static_cast<uint8_t>(out[at]) | kRsv1);
}

std::string ControlFrame(Opcode opcode, std::string_view payload) {
  std::string frame;
  AppendFrameHeader(opcode, payload.size(), frame);
  frame.append(payload);
  return frame;
}

std::string CloseFrame(CloseCode code, std::string_view reason) {
  std::string payload;
  if (code != CloseCode::kNoStatus) {
    AppendBigEndian(static_cast<uint16_t>(code), 2, payload);
    payload.append(reason);
  }
  return ControlFrame(Opcode::kClose, payload);
}

std::string AcceptKey(std::string_view client_key) {
  std::string text(client_key);
  text.append(kAcceptGuid);
  // SHA1() would look the algorithm up each time, which costs four times what it computes.
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, sha1, nullptr) != 1) return {};
  return absl::Base64Escape({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace caucus::edge::websocket
