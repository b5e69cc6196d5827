#include "edge/socketio/packet.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>
#include <boost/json/value.hpp>

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
std::optional<size_t> TakeAttachmentCount(std::string_view& text, size_t count_max) {
  const std::string_view digits = TakeDigits(text);
  if (digits.empty() || digits.size() > 6 || text.empty() || text.front() != '-') {
    return std::nullopt;
  }
  text.remove_prefix(1);
  size_t count = 0;
  for (const char digit : digits) count = count * 10 + static_cast<size_t>(digit - '0');
  if (count < 1 || count > count_max) return std::nullopt;
  return count;
}

void AppendHead(PacketType type, std::string_view nsp, std::string& out) {
  out.push_back(static_cast<char>('0' + static_cast<int>(type)));
  if (nsp != "/") out.append(nsp).push_back(',');
}

}  // namespace

std::optional<Packet> DecodePacket(std::string_view text, const PacketLimits& limits) {
  if (text.empty() || text.front() < '0' || text.front() > '6') return std::nullopt;
  Packet packet;
  packet.type = static_cast<PacketType>(text.front() - '0');
  text.remove_prefix(1);
  if (packet.type == PacketType::kBinaryEvent || packet.type == PacketType::kBinaryAck) {
    const std::optional<size_t> count = TakeAttachmentCount(text, limits.attachments_max);
    if (!count) return std::nullopt;
    packet.attachments = *count;
  }
  if (!text.empty() && text.front() == '/') {
    const size_t comma = text.find(',');
    packet.nsp = text.substr(0, comma);
    if (packet.nsp.size() > limits.namespace_bytes_max) return std::nullopt;
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  std::string_view digits = TakeDigits(text);
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  if (digits.size() > limits.ack_id_digits_max) return std::nullopt;
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
                        std::optional<std::string_view> payload_json) {
  std::string text;
  text.reserve(nsp.size() + event.size() + (payload_json ? payload_json->size() : 0) + 8);
  AppendHead(PacketType::kEvent, nsp, text);
  text.append("[").append(JsonQuote(event));
  if (payload_json) text.append(",").append(*payload_json);
  text.append("]");
  return text;
}

std::string EncodeEventWithArguments(std::string_view nsp, std::string_view event,
                                     std::string_view arguments_json) {
  std::string text;
  AppendHead(PacketType::kEvent, nsp, text);
  text.append("[").append(JsonQuote(event));
  const std::string_view inner = arguments_json.substr(1);  // Without the opening bracket.
  if (inner != "]") text.append(",");
  text.append(inner);
  return text;
}

std::string EncodeAck(std::string_view nsp, std::string_view ack_id,
                      std::optional<std::string_view> payload_json) {
  std::string text;
  AppendHead(PacketType::kAck, nsp, text);
  text.append(ack_id).append("[");
  if (payload_json) text.append(*payload_json);
  text.append("]");
  return text;
}

std::string JsonQuote(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

}  // namespace caucus::edge::socketio
