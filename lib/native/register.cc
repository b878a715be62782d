#include "operations.h"

namespace csdnet {

bool registerAll(int threads) {
  setThreads(threads);
  return registerActivations() && registerAttention() && registerDepthwise() && registerLayerNorm() && registerOptimizers() &&
         registerFolding() && registerMargin() && registerRows();
}

}  // namespace csdnet
