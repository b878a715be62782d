// A buffer of rows that changes in place: a memory queue of 65,536 features is 300 MB, and copying it each step would cost more than the step.
#include <cstring>

#include "operations.h"

namespace csdnet {
namespace {

// places: from, count, at. First the rows from .. from + count move to the front, then the new rows are written from row `at` on.
class PushRows {
 public:
  explicit PushRows(Attributes&) {}
  void compute(Call& call) {
    Shape whole, part;
    float* buffer = call.mutableInput(0, &whole);
    const float* rows = call.input(1, &part);
    const float* places = call.input(2);
    if (!call.require(whole.size() == 2 && part.size() == 2 && whole[1] == part[1], "rows of the buffer's length are wanted")) return;
    const int64_t from = places[0], count = places[1], at = places[2], d = whole[1];
    if (!call.require(from >= 0 && count >= 0 && at >= 0 && from + count <= whole[0] && at + part[0] <= whole[0],
                      "rows: places inside the buffer are wanted"))
      return;
    if (count > 0) std::memmove(buffer, buffer + from * d, count * d * sizeof(float));
    std::memcpy(buffer + at * d, rows, part[0] * d * sizeof(float));
  }
};

}  // namespace

bool registerRows() { return registerOperation<PushRows>("CsdnetPushRows", {{"buffer: float", "rows: float", "places: float"}, {}, {}}); }

}  // namespace csdnet
