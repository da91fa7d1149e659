using OnnxInit.Contracts.Onnx;
using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Inference.Quantization.Int8;

/// <summary>Which operators ONNX Runtime computes in integers, as its own quantize_static knows them, and on which conditions.</summary>
internal static class Int8Operators
{
    /// <summary>Operators that move elements and compute nothing: output and input share scale and zero point.</summary>
    private static readonly string[] Movers = ["Flatten", "Gather", "MaxPool", "Reshape", "Slice", "Squeeze", "Transpose", "Unsqueeze"];

    /// <summary>Operators without weights that have an integer kernel with a scale of its own for the output.</summary>
    private static readonly string[] Kernels = ["Add", "AveragePool", "Concat", "GlobalAveragePool", "Mul"];

    /// <summary>What ONNX Runtime's float Gemm can compute on its way out.</summary>
    private static readonly string[] Activations = ["Elu", "HardSigmoid", "LeakyRelu", "Relu", "Selu", "Sigmoid", "Softplus", "Softsign", "Tanh", "ThresholdedRelu"];

    /// <summary>Whether a node is a layer with constant weights that has an integer kernel.</summary>
    public static bool IsLayer(ModelGraph graph, NodeProto node) =>
        (node.Is("Conv") && IsFloat(graph, node.Input[1]) && (!node.HasInput(2) || IsFloat(graph, node.Input[2])))
        || (node.Is("MatMul") && IsMatrix(graph, node.Input[1]))
        || (node.Is("Gemm") && IsMatrix(graph, node.Input[1]) && node.Integer("transA") == 0 && node.Number("alpha", 1) == 1
            && (!node.HasInput(2) || (node.Number("beta", 1) == 1 && IsFloat(graph, node.Input[2]) && IsBias(graph.Constants[node.Input[2]], graph.Constants[node.Input[1]].Dims[WeightAxis(node)]))));

    /// <summary>The axis of the output channels in the weight: W [out, ...] of Conv and of Gemm(transB = 1), [in, out] of Gemm and MatMul.</summary>
    public static int WeightAxis(NodeProto node) => node.Is("Conv") || node.Integer("transB") != 0 ? 0 : 1;

    /// <summary>Whether a node only moves elements.</summary>
    public static bool IsMover(NodeProto node) => node.Is(Movers) && node.Output.Count == 1;

    /// <summary>Whether a node without weights has an integer kernel.</summary>
    public static bool HasKernel(NodeProto node) => node.Is(Kernels);

    /// <summary>
    /// Whether a layer's integer kernel can give float32: its int32 sums are then multiplied out instead of rounded to 8 bits. ONNX Runtime
    /// would merge a Gemm with an activation behind it into one float operator before it looks for integers; 8 bits between the two prevent that.
    /// </summary>
    /// <param name="node">The layer.</param>
    /// <param name="onlyReader">The node that alone reads its output; null where several do, or none.</param>
    public static bool CanGiveFloat(NodeProto node, NodeProto? onlyReader) => node.Is("MatMul") || (node.Is("Gemm") && !(onlyReader?.Is(Activations) ?? false));

    /// <summary>The inputs of a node that are activations or constants of the same kind: shapes, indices and axes are others.</summary>
    public static IEnumerable<string> Operands(NodeProto node) => HasKernel(node) ? node.Input : node.Input.Take(1);

    /// <summary>
    /// Whether a node only limits its input, to a range that holds 0: the integers before it then saturate at the same limits, and the
    /// node can go.
    /// </summary>
    public static bool IsLimiter(ModelGraph graph, NodeProto node) =>
        node.Is("Relu") || (node.Is("Clip") && Limit(graph, node, 1) is null or <= 0 && Limit(graph, node, 2) is null or >= 0);

    // null: no limit; NaN: one that is no constant, which no comparison accepts.
    private static double? Limit(ModelGraph graph, NodeProto node, int input) =>
        !node.HasInput(input) ? null : IsFloat(graph, node.Input[input]) ? TensorData.Floats(graph.Constants[node.Input[input]])[0] : double.NaN;

    private static bool IsFloat(ModelGraph graph, string name) => graph.Constants.TryGetValue(name, out TensorProto? constant) && constant.DataType == (int)DataType.Float;

    private static bool IsMatrix(ModelGraph graph, string name) => IsFloat(graph, name) && graph.Constants[name].Dims.Count == 2;

    private static bool IsBias(TensorProto bias, long channels) => bias.Dims.Count is 1 or 2 && bias.Dims[^1] == channels && TensorData.Count(bias) == channels;
}
