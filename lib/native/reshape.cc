// The same numbers under another shape. TensorFlow's own operation wants the shape as a tensor, which costs more to make than this whole call.
#include "operations.h"

namespace csdnet {
namespace {

class Reshape {
 public:
  explicit Reshape(Attributes& attributes) : shape_(attributes.shape("shape")) {}
  void compute(Call& call) {
    Shape given;
    call.input(0, &given);
    if (call.require(sizeOf(given) == sizeOf(shape_), "reshape: a shape of as many numbers is wanted")) call.share(0, 0, shape_);
  }

 private:
  Shape shape_;
};

}  // namespace

bool registerReshape() { return registerOperation<Reshape>("CsdnetReshape", {{"x: float"}, {"y: float"}, {"shape: list(int)"}}); }

}  // namespace csdnet
