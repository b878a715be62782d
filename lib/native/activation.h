// Activations, and where they are flat.
#pragma once
#include <cstdint>
#include <type_traits>

namespace csdnet {

// As in lib/src/core/kernels/activation.ts.
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

// Calls work(A) with the activation as a constant of its type, for loops that are compiled for each.
template <typename Work>
inline void withActivation(int64_t activation, const Work& work) {
  if (activation == kNone) work(std::integral_constant<Activation, kNone>{});
  if (activation == kRelu) work(std::integral_constant<Activation, kRelu>{});
  if (activation == kRelu6) work(std::integral_constant<Activation, kRelu6>{});
}

}  // namespace csdnet
