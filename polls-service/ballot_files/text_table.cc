#include "polls-service/ballot_files/text_table.h"

#include <utf8proc.h>

#include <algorithm>

namespace caucus::tally {
namespace {

constexpr std::string_view kGap = "  ";

std::string Spaces(size_t width, std::string_view text) {
  const size_t used = DisplayWidth(text);
  return std::string(width > used ? width - used : 0, ' ');
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    utf8proc_int32_t code_point = 0;
    const utf8proc_ssize_t bytes =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                         static_cast<utf8proc_ssize_t>(text.size()), &code_point);
    if (bytes > 0) width += static_cast<size_t>(utf8proc_charwidth(code_point));
    text.remove_prefix(bytes > 0 ? static_cast<size_t>(bytes) : 1);
  }
  return width;
}

std::vector<size_t> TextTable::ColumnWidths() const {
  std::vector<size_t> widths;
  for (const std::vector<std::string>& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  return widths;
}

std::string TextTable::Format(size_t width_max) const {
  const std::vector<size_t> widths = ColumnWidths();
  std::string text;
  size_t begin = 1;
  do {
    size_t end = begin;
    size_t width = widths.front();
    while (end < widths.size() &&
           (end == begin || width + kGap.size() + widths[end] <= width_max)) {
      width += kGap.size() + widths[end++];
    }
    if (begin > 1) text.append("\n");
    for (size_t row = 0; row < rows_.size(); ++row) {
      const std::vector<std::string>& cells = rows_[row];
      std::string line = cells.front() + Spaces(widths.front(), cells.front());
      for (size_t i = begin; i < std::min(end, cells.size()); ++i) {
        line.append(kGap).append(Spaces(widths[i], cells[i])).append(cells[i]);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text.append(line).append("\n");
      if (row == 0) text.append(width, '-').append("\n");
    }
    begin = end;
  } while (begin < widths.size());
  return text;
}

}  // namespace caucus::tally
