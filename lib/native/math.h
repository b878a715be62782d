// Scalar functions that a compiler turns into vector instructions: no branch, no call, float32 throughout.
#pragma once
#include <cstdint>
#include <cstring>

namespace csdnet {

// exp(x) for x in [-87, 0], smaller x taken as -87; relative error 2e-7. NaN stays NaN.
inline float expOfNegative(float x) {
  x = x < -87.0f ? -87.0f : x;
  // x = n log 2 + r with |r| <= log(2) / 2; log 2 in two parts, so that r is exact.
  const float n = __builtin_floorf(x * 1.44269504f + 0.5f);
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  // Taylor's series to r^7 / 7!, the rest is below 1e-8.
  float p = 1.0f / 5040;
  p = p * r + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  // 2^n by its exponent bits. The conversion of a NaN is any number, and times p (NaN) it is NaN.
  const int32_t bits = (static_cast<int32_t>(n) + 127) << 23;
  float power;
  std::memcpy(&power, &bits, sizeof power);
  return p * power;
}

}  // namespace csdnet
