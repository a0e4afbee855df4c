// JSON for answers that are too many-shaped for a C structure. Strings that come in as values are
// JSON already; only `quoted` takes text.
#pragma once

#include <cinttypes>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace json {

inline std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char letter : text) {
    const unsigned char byte = static_cast<unsigned char>(letter);
    if (byte < 0x20 || letter == '"' || letter == '\\') {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", byte);
      result += escape;
    } else {
      result += letter;
    }
  }
  return result + '"';
}

inline std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  return text;
}

inline std::string integer(int64_t value) { return std::to_string(value); }

inline std::string boolean(bool value) { return value ? "true" : "false"; }

inline std::string list(const std::vector<std::string>& values) {
  std::string result = "[";
  for (size_t i = 0; i < values.size(); ++i) result += (i > 0 ? "," : "") + values[i];
  return result + ']';
}

inline std::string object(std::initializer_list<std::pair<const char*, std::string>> fields) {
  std::string result = "{";
  for (const auto& [name, value] : fields) {
    if (result.size() > 1) result += ',';
    result += quoted(name) + ':' + value;
  }
  return result + '}';
}

}  // namespace json
