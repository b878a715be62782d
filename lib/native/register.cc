#include "operations.h"

namespace csdnet {

bool registerAll(int threads) {
  setThreads(threads);
  return registerActivations() && registerAttention() && registerBatchNorm() && registerDepthwise() && registerLayerNorm() && registerOptimizers() &&
         registerFolding() && registerMargin() && registerReshape() && registerRows();
}

}  // namespace csdnet
