// An operation of TensorFlow from a C++ struct, through TensorFlow's C interface for kernels (tensorflow/c/ops.h and kernels.h), which is stable across
// versions and needs none of TensorFlow's C++ headers.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <string>
#include <vector>

#include "parallel.h"
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_tensor.h"

namespace csdnet {

using Shape = std::vector<int64_t>;

inline int64_t sizeOf(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, [](int64_t a, int64_t b) { return a * b; });
}

// The operation's attributes when its kernel is made.
class Attributes {
 public:
  Attributes(TF_OpKernelConstruction* construction, TF_Status* status) : construction_(construction), status_(status) {}
  int64_t integer(const char* name) {
    int64_t value = 0;
    TF_OpKernelConstruction_GetAttrInt64(construction_, name, &value, status_);
    return value;
  }
  Shape shape(const char* name) {
    int32_t count = 0, unused = 0;
    TF_OpKernelConstruction_GetAttrSize(construction_, name, &count, &unused, status_);
    Shape values(count > 0 ? count : 0);
    TF_OpKernelConstruction_GetAttrInt64List(construction_, name, values.data(), count, status_);
    return values;
  }
  float real(const char* name) {
    float value = 0;
    TF_OpKernelConstruction_GetAttrFloat(construction_, name, &value, status_);
    return value;
  }

 private:
  TF_OpKernelConstruction* construction_;
  TF_Status* status_;
};

// One call of an operation: its inputs, and its float32 outputs. A wrong argument is said with `require`; the outputs then are not read.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() {
    for (TF_Tensor* tensor : held_) TF_DeleteTensor(tensor);
    if (TF_GetCode(status_) != TF_OK) TF_OpKernelContext_Failure(context_, status_);
    TF_DeleteStatus(status_);
  }

  int inputs() const { return TF_NumInputs(context_); }

  // The values of an input. Only `mutableInput` may be written to.
  const float* input(int index, Shape* shape = nullptr) { return static_cast<const float*>(tensor(index, shape)); }

  // The values of an int32 input.
  const int32_t* integers(int index, Shape* shape = nullptr) { return static_cast<const int32_t*>(tensor(index, shape)); }

  // What the caller owns alone (an optimizer's moments, a queue's rows, a product that was just made), changed in place.
  float* mutableInput(int index, Shape* shape = nullptr) { return static_cast<float*>(tensor(index, shape)); }

  float* output(int index, const Shape& shape) {
    TF_Tensor* tensor = TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(), static_cast<int>(shape.size()),
                                          sizeOf(shape) * sizeof(float), status_);
    if (!tensor) return nullptr;
    held_.push_back(tensor);
    return static_cast<float*>(TF_TensorData(tensor));
  }

  // The memory of an input under another shape, as an output: nothing is copied. The sizes must be the same.
  void share(int input, int output, const Shape& shape) {
    const TF_Tensor* from = hold(input);
    if (!from) return;
    const int64_t none = 0;
    TF_Tensor* to = TF_AllocateTensor(TF_FLOAT, &none, 1, 0);
    held_.push_back(to);
    TF_TensorBitcastFrom(from, TF_FLOAT, to, shape.data(), static_cast<int>(shape.size()), status_);
    if (TF_GetCode(status_) == TF_OK) TF_SetOutput(context_, output, to, status_);
  }

  // @returns whether it holds; where it does not, the operation fails with the message
  bool require(bool holds, const std::string& message) {
    if (!holds) TF_SetStatus(status_, TF_INVALID_ARGUMENT, message.c_str());
    return holds;
  }

 private:
  // An input that is given back with the call.
  TF_Tensor* hold(int index) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, index, &tensor, status_);
    if (tensor) held_.push_back(tensor);
    return tensor;
  }

  void* tensor(int index, Shape* shape) {
    TF_Tensor* tensor = hold(index);
    if (!tensor) return nullptr;
    if (shape) {
      shape->resize(TF_NumDims(tensor));
      for (size_t i = 0; i < shape->size(); ++i) (*shape)[i] = TF_Dim(tensor, static_cast<int>(i));
    }
    return TF_TensorData(tensor);
  }

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> held_;
};

struct Signature {
  std::initializer_list<const char*> inputs, outputs, attributes;
};

// Registers `Op`, which has a constructor from Attributes and compute(Call&), under a name, for the CPU. @returns whether that worked
template <class Op>
bool registerOperation(const char* name, const Signature& signature) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(name);
  for (const char* text : signature.attributes) TF_OpDefinitionBuilderAddAttr(definition, text);
  for (const char* text : signature.inputs) TF_OpDefinitionBuilderAddInput(definition, text);
  for (const char* text : signature.outputs) TF_OpDefinitionBuilderAddOutput(definition, text);
  // Some change a tensor in place, and none may be merged with another.
  TF_OpDefinitionBuilderSetIsStateful(definition, true);
  TF_RegisterOpDefinition(definition, status);
  bool good = TF_GetCode(status) == TF_OK;
  if (good) {
    const auto create = [](TF_OpKernelConstruction* construction) -> void* {
      TF_Status* found = TF_NewStatus();
      Attributes attributes(construction, found);
      Op* op = new Op(attributes);
      if (TF_GetCode(found) != TF_OK) TF_OpKernelConstruction_Failure(construction, found);
      TF_DeleteStatus(found);
      return op;
    };
    const auto compute = [](void* op, TF_OpKernelContext* context) {
      Call call(context);
      static_cast<Op*>(op)->compute(call);
    };
    const auto destroy = [](void* op) { delete static_cast<Op*>(op); };
    TF_KernelBuilder* builder = TF_NewKernelBuilder(name, "CPU", create, compute, destroy);
    TF_RegisterKernelBuilder(name, builder, status);
    good = TF_GetCode(status) == TF_OK;
  }
  TF_DeleteStatus(status);
  return good;
}

}  // namespace csdnet
