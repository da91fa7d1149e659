using OnnxInit.Export.Graph;
using TorchSharp.Modules;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Lowerings;

/// <summary>Affine maps.</summary>
internal static class LinearLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("linear", LinearFunction).Add<Linear>(LinearModule)
        .Add("bilinear", BilinearFunction).Add<Bilinear>(BilinearModule);

    /// <summary>
    /// y = x W^T + b; x [N, in], W [out, in] -> y [N, out]: Gemm(transB = 1), https://onnx.ai/onnx/operators/onnx__Gemm.html;
    /// x [in] or [..., in] -> y [out] or [..., out]: MatMul of the transposed weight, Add, https://onnx.ai/onnx/operators/onnx__MatMul.html.
    /// </summary>
    /// <param name="graph">Where the nodes go.</param>
    /// <param name="x">What is mapped.</param>
    /// <param name="weight">W.</param>
    /// <param name="bias">b; null for none.</param>
    public static GraphValue Affine(GraphBuilder graph, GraphValue x, GraphValue weight, GraphValue? bias)
    {
        DataType type = MatrixLowerings.Computable(x.Type);
        if (x.Rank == 2 && weight.Rank == 2 && x.Type.IsFloating() && bias is null or { Rank: 1 })
        {
            return graph.Cast(
                graph.Add("Gemm", [graph.Cast(x, type), graph.Cast(weight, type), bias is null ? null : graph.Cast(bias, type)], type, [x.Shape[0], weight.Shape[0]], [("transB", 1L)]), x.Type);
        }

        GraphValue matrix = weight.Rank < 2 ? weight : graph.Transpose(weight, 1, 0);
        GraphValue product = MatrixLowerings.Product(graph, graph.Cast(x, type), graph.Cast(matrix, type));
        return graph.Cast(bias is null ? product : Reduction.Map(graph, "Add", product, graph.Cast(bias, type)), x.Type);
    }

    /// <summary>y = x W^T + b; see <see cref="Affine"/>, https://onnx.ai/onnx/operators/onnx__Gemm.html.</summary>
    private static GraphValue LinearFunction(Operation operation, GraphBuilder graph) =>
        Affine(graph, operation.Input, operation.Tensor("weights", "weight"), operation.OptionalTensor("bias"));

    /// <summary>y = x W^T + b; see <see cref="Affine"/>, https://onnx.ai/onnx/operators/onnx__Gemm.html.</summary>
    private static GraphValue LinearModule(Operation operation, GraphBuilder graph)
    {
        Linear module = operation.As<Linear>();
        GraphValue x = operation.Input;
        GraphValue? bias = module.bias is null ? null : graph.Constant("bias", module.bias);
        return Affine(graph, x, graph.Constant("weight", module.weight), bias);
    }

    /// <summary>y_k = sum of a_i W_kij b_j + bias_k; a [..., i], b [..., j], W [k, i, j] -> y [..., k]; Einsum, Add, https://onnx.ai/onnx/operators/onnx__Einsum.html.</summary>
    private static GraphValue BilinearOf(GraphBuilder graph, GraphValue a, GraphValue b, GraphValue weight, GraphValue? bias)
    {
        DataType type = MatrixLowerings.Computable(a.Type);
        string stack = "abcdefgh"[..(a.Rank - 1)];
        GraphValue product = graph.Add(
            "Einsum", [graph.Cast(a, type), graph.Cast(weight, type), graph.Cast(b, type)], type, [.. a.Shape.SkipLast(1), weight.Shape[0]], [("equation", $"{stack}i,kij,{stack}j->{stack}k")]);
        return graph.Cast(bias is null ? product : Reduction.Map(graph, "Add", product, graph.Cast(bias, type)), a.Type);
    }

    /// <summary>y_k = sum of a_i W_kij b_j + bias_k; see <see cref="BilinearOf"/>, https://onnx.ai/onnx/operators/onnx__Einsum.html.</summary>
    private static GraphValue BilinearFunction(Operation operation, GraphBuilder graph) =>
        BilinearOf(graph, operation.Tensor(0), operation.Tensor(1), operation.Tensor("weight"), operation.OptionalTensor("bias"));

    /// <summary>y_k = sum of a_i W_kij b_j + bias_k; see <see cref="BilinearOf"/>, https://onnx.ai/onnx/operators/onnx__Einsum.html.</summary>
    private static GraphValue BilinearModule(Operation operation, GraphBuilder graph)
    {
        Bilinear module = operation.As<Bilinear>();
        return BilinearOf(graph, operation.Tensor(0), operation.Tensor(1), graph.Constant("weight", module.weight), module.bias is null ? null : graph.Constant("bias", module.bias));
    }
}
