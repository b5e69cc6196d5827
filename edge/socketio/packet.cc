#include "edge/socketio/packet.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>
#include <boost/json/value.hpp>

#include "common/status/status_macros.h"

namespace caucus::edge::socketio {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes the decimal digits off the front of `text`.
std::string_view TakeDigits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), IsDigit);
  const std::string_view digits(text.data(), static_cast<size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  return digits;
}

// Takes `<count>-` off the front of `text`.
absl::StatusOr<size_t> TakeAttachmentCount(std::string_view& text, size_t count_max) {
  const std::string_view digits = TakeDigits(text);
  if (digits.empty() || text.empty() || text.front() != '-') {
    return absl::InvalidArgumentError("the attachment count is missing or malformed");
  }
  text.remove_prefix(1);
  size_t count = 0;
  for (const char digit : digits) {
    count = count * 10 + static_cast<size_t>(digit - '0');
    if (count > count_max) return absl::ResourceExhaustedError("too many attachments");
  }
  if (count == 0) return absl::InvalidArgumentError("a binary packet without attachments");
  return count;
}

void AppendHead(PacketType type, std::string_view nsp, std::string& out, size_t attachments = 0) {
  out.push_back(static_cast<char>('0' + static_cast<int>(type)));
  if (attachments > 0) out.append(std::to_string(attachments)).push_back('-');
  if (nsp != "/") out.append(nsp).push_back(',');
}

}  // namespace

absl::StatusOr<Packet> DecodePacket(std::string_view text, const PacketLimits& limits) {
  if (text.empty() || text.front() < '0' || text.front() > '6') {
    return absl::InvalidArgumentError("unknown packet type");
  }
  Packet packet;
  packet.type = static_cast<PacketType>(text.front() - '0');
  text.remove_prefix(1);
  if (packet.type == PacketType::kBinaryEvent || packet.type == PacketType::kBinaryAck) {
    ASSIGN_OR_RETURN(packet.attachments, TakeAttachmentCount(text, limits.attachments_max));
  }
  if (!text.empty() && text.front() == '/') {
    const size_t comma = text.find(',');
    packet.nsp = text.substr(0, comma);
    if (packet.nsp.size() > limits.namespace_bytes_max) {
      return absl::InvalidArgumentError("the namespace is too long");
    }
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  std::string_view digits = TakeDigits(text);
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  if (digits.size() > limits.ack_id_digits_max) {
    return absl::InvalidArgumentError("the ack id is too long");
  }
  packet.ack_id = digits;
  packet.json = text;
  return packet;
}

std::string EncodeConnect(std::string_view nsp, std::string_view sid) {
  std::string text;
  AppendHead(PacketType::kConnect, nsp, text);
  text.append(R"({"sid":")").append(sid).append(R"("})");
  return text;
}

std::string EncodeConnectError(std::string_view nsp, std::string_view error_json) {
  std::string text;
  AppendHead(PacketType::kConnectError, nsp, text);
  text.append(error_json);
  return text;
}

std::string EncodeDisconnect(std::string_view nsp) {
  std::string text;
  AppendHead(PacketType::kDisconnect, nsp, text);
  return text;
}

std::string EncodeEvent(std::string_view nsp, std::string_view event,
                        std::string_view arguments_json, size_t attachments) {
  std::string text;
  text.reserve(nsp.size() + event.size() + arguments_json.size() + 12);
  AppendHead(attachments > 0 ? PacketType::kBinaryEvent : PacketType::kEvent, nsp, text,
             attachments);
  text.append("[").append(JsonQuote(event));
  // The arguments' own opening bracket gives way to the name.
  const std::string_view inner = arguments_json.empty() ? "]" : arguments_json.substr(1);
  if (inner.find_first_not_of(" \t\n\r") != inner.size() - 1) text.append(",");
  text.append(inner);
  return text;
}

std::string EncodeAck(std::string_view nsp, std::string_view ack_id,
                      std::string_view arguments_json, size_t attachments) {
  std::string text;
  text.reserve(nsp.size() + ack_id.size() + arguments_json.size() + 8);
  AppendHead(attachments > 0 ? PacketType::kBinaryAck : PacketType::kAck, nsp, text, attachments);
  text.append(ack_id).append(arguments_json.empty() ? "[]" : arguments_json);
  return text;
}

std::string JsonQuote(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

}  // namespace caucus::edge::socketio
