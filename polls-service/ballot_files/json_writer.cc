#include "polls-service/ballot_files/json_writer.h"

#include <boost/json/serialize.hpp>
#include <boost/json/string_view.hpp>

namespace caucus::tally {

void JsonWriter::Begin(char opening, char closing, Layout layout) {
  Separate();
  text_.push_back(opening);
  const bool is_inline = !levels_.empty() && levels_.back().layout == Layout::kOneLine;
  levels_.push_back({closing, is_inline ? Layout::kOneLine : layout, /*is_empty=*/true});
}

void JsonWriter::End() {
  const Level level = levels_.back();
  levels_.pop_back();
  if (level.layout == Layout::kLines && !level.is_empty) BreakLine();
  text_.push_back(level.closing);
}

void JsonWriter::Key(std::string_view name) {
  Separate();
  AppendQuoted(name);
  text_.append(": ");
  after_key_ = true;
}

void JsonWriter::String(std::string_view text) {
  Separate();
  AppendQuoted(text);
}

void JsonWriter::Literal(std::string_view literal) {
  Separate();
  text_.append(literal);
}

// Writes what stands between the value before and the next.
void JsonWriter::Separate() {
  if (after_key_ || levels_.empty()) {
    after_key_ = false;
    return;
  }
  Level& level = levels_.back();
  if (!level.is_empty) text_.push_back(',');
  if (level.layout == Layout::kLines) {
    BreakLine();
  } else if (!level.is_empty) {
    text_.push_back(' ');
  }
  level.is_empty = false;
}

void JsonWriter::BreakLine() { text_.append("\n").append(levels_.size() * 2, ' '); }

void JsonWriter::AppendQuoted(std::string_view text) {
  text_.append(boost::json::serialize(boost::json::string_view(text.data(), text.size())));
}

}  // namespace caucus::tally
