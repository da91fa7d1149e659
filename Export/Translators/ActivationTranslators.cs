using OnnxInit.Export.Graph;
using TorchSharp.Modules;

namespace OnnxInit.Export.Translators;

/// <summary>Element-wise nonlinearities; the shape stays.</summary>
internal static class ActivationTranslators
{
    /// <summary>max(x, 0); Relu, https://onnx.ai/onnx/operators/onnx__Relu.html.</summary>
    public static GraphValue Relu(ReLU module, GraphValue input, GraphBuilder graph) => graph.Add("Relu", [input.Name], input.Type, input.Shape);

    /// <summary>tanh x; Tanh, https://onnx.ai/onnx/operators/onnx__Tanh.html.</summary>
    public static GraphValue Tanh(Tanh module, GraphValue input, GraphBuilder graph) => graph.Add("Tanh", [input.Name], input.Type, input.Shape);

    /// <summary>1 / (1 + exp(-x)); Sigmoid, https://onnx.ai/onnx/operators/onnx__Sigmoid.html.</summary>
    public static GraphValue Sigmoid(Sigmoid module, GraphValue input, GraphBuilder graph) => graph.Add("Sigmoid", [input.Name], input.Type, input.Shape);
}
