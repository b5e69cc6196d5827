#include "edge/http/http_date.h"

#include <array>
#include <string_view>

namespace caucus::edge::http {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void AppendTwoDigits(std::string& out, unsigned number) {
  out.push_back(static_cast<char>('0' + number / 10));
  out.push_back(static_cast<char>('0' + number % 10));
}

}  // namespace

std::string FormatHttpDate(std::chrono::sys_seconds time) {
  const std::chrono::sys_days day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date = day;
  const std::chrono::hh_mm_ss clock(time - day);
  std::string out;
  out.append(kDays[std::chrono::weekday(day).c_encoding()]).append(", ");
  AppendTwoDigits(out, static_cast<unsigned>(date.day()));
  out.append(" ").append(kMonths[static_cast<unsigned>(date.month()) - 1]).append(" ");
  out.append(std::to_string(static_cast<int>(date.year()))).append(" ");
  AppendTwoDigits(out, static_cast<unsigned>(clock.hours().count()));
  out.push_back(':');
  AppendTwoDigits(out, static_cast<unsigned>(clock.minutes().count()));
  out.push_back(':');
  AppendTwoDigits(out, static_cast<unsigned>(clock.seconds().count()));
  return out.append(" GMT");
}

}  // namespace caucus::edge::http
