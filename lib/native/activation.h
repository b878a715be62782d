// Activations, and where they are flat.
#pragma once
#include <cstdint>

namespace csdnet {

// As in lib/src/core/kernels/fused.ts.
enum Activation : int64_t { kNone, kRelu, kRelu6 };

template <Activation A>
inline float activate(float z) {
  if (A == kNone) return z;
  const float low = z < 0 ? 0 : z;
  return A == kRelu6 && low > 6 ? 6 : low;
}

template <Activation A>
inline float slope(float y) {
  if (A == kNone) return 1;
  return y > 0 && (A == kRelu || y < 6) ? 1.0f : 0.0f;
}

}  // namespace csdnet
