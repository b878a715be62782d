// The operations, by file. Each `register` function tells whether TensorFlow took them.
#pragma once
#include "operation.h"

namespace csdnet {

bool registerActivations();
bool registerAttention();
bool registerBatchNorm();
bool registerDepthwise();
bool registerLayerNorm();
bool registerOptimizers();
bool registerFolding();
bool registerMargin();
bool registerReshape();
bool registerRows();

}  // namespace csdnet
