using OnnxInit.Export.Graph;
using TorchSharp.Modules;

namespace OnnxInit.Export.Translators;

/// <summary>Dense layers.</summary>
internal static class LinearTranslator
{
    /// <summary>
    /// y = x W^T + b; x [N, in], W [out, in] -> y [N, out]; Gemm(transB = 1), https://onnx.ai/onnx/operators/onnx__Gemm.html.
    /// x with more axes: MatMul with W^T, then Add.
    /// </summary>
    public static GraphValue Translate(Linear linear, GraphValue input, GraphBuilder graph)
    {
        graph.Require(input.Rank >= 2 && input.Shape[^1] == linear.in_features, input, $"[N, ..., {linear.in_features}]");
        Dimension[] shape = [.. input.Shape.SkipLast(1), linear.out_features];
        if (input.Rank == 2)
        {
            string weight = graph.Constant("weight", linear.weight);
            string[] inputs = linear.bias is null ? [input.Name, weight] : [input.Name, weight, graph.Constant("bias", linear.bias)];
            return graph.Add("Gemm", inputs, input.Type, shape, ("transB", 1L));
        }

        using TorchSharp.torch.Tensor transposed = linear.weight.t();
        GraphValue product = graph.Add("MatMul", [input.Name, graph.Constant("weight", transposed)], input.Type, shape);
        return linear.bias is null ? product : graph.Add("Add", [product.Name, graph.Constant("bias", linear.bias)], input.Type, shape);
    }
}
