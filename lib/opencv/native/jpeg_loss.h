// How much of a picture its data do not give, by what libjpeg had to make up.
#pragma once

#include <algorithm>
#include <cstdio>

#include <jpeglib.h>

#include <jerror.h>

namespace bridge {

// A picture of which less is missing is a picture: a tenth of its rows.
constexpr double kMostMissing = 0.1;

// Counts per scan; the worst one decides. Bytes too many, in front of a marker or behind the end,
// cost nothing. Where data end too early, what follows is made up: up to the next restart marker
// where there are such, else to the end of the scan.
class JpegLoss {
 public:
  // The first warning that cost something; empty without one.
  char words[JMSG_LENGTH_MAX] = "";

  double worst() const { return worst_; }

  // To be called with each warning.
  void warned(j_decompress_ptr info) {
    const int code = info->err->msg_code;
    // A wrong code is told where libjpeg decodes slowly, and many times over.
    const bool costs = code == JWRN_HIT_MARKER || code == JWRN_ARITH_BAD_CODE ||
                       (code == JWRN_HUFF_BAD_CODE && info->restart_interval == 0);
    if (!costs) return;
    if (words[0] == '\0') info->err->format_message(reinterpret_cast<j_common_ptr>(info), words);
    madeUp_ = true;
    count(info);
  }

  // To be called where a restart marker was not the one that should come.
  void resynchronized(j_decompress_ptr info) {
    // A marker that is ahead of its time is kept, and what lies before it is made up without a
    // further warning.
    if (info->unread_marker != 0 && madeUp_) count(info);
    if (info->unread_marker == 0) madeUp_ = false;
  }

 private:
  void count(j_decompress_ptr info) {
    if (scan_ != info->input_scan_number) inScan_ = 0;
    scan_ = info->input_scan_number;
    // A row of blocks that is not whole counts as missing.
    const double rest = 1 - double(info->input_iMCU_row) / std::max(1u, info->total_iMCU_rows);
    if (info->restart_interval == 0) {
      inScan_ = std::max(inScan_, rest);
    } else {
      const double blocks = double(info->MCUs_per_row) * info->MCU_rows_in_scan;
      inScan_ += std::min(rest, info->restart_interval / std::max(1.0, blocks));
    }
    worst_ = std::max(worst_, std::min(1.0, inScan_));
  }

  double worst_ = 0;
  double inScan_ = 0;
  int scan_ = 0;
  bool madeUp_ = false;
};

}  // namespace bridge
