using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Inference;
using OnnxInit.Inference.Quantization;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Inference.Quantization;

/// <summary>ONNX Runtime replaces what stands between DequantizeLinear and QuantizeLinear by its integer kernels: the model that it writes after its rewriting says so.</summary>
public sealed class FusionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_operator_between_two_layers_is_an_integer_kernel()
    {
        ModelProto quantized = ModelQuantizer.ToInt8(ModelText.Parse(SmallModels.Residual), "m.onnx", SmallModels.Floats(1, 2, 4, 4), new() { Method = CalibrationMethod.MinMax }).Model;

        string[] operators = Optimized(quantized);

        operators.Should().Contain(["QLinearConv", "com.microsoft.QLinearAdd", "com.microsoft.QLinearConcat", "com.microsoft.QLinearGlobalAveragePool", "com.microsoft.QGemm"])
            .And.NotContain(["Conv", "Add", "Concat", "GlobalAveragePool", "Gemm", "DequantizeLinear"]);
        operators.Count(name => name == "QuantizeLinear").Should().Be(1, "the input is rounded once");
    }

    [Fact]
    public void A_matrix_product_is_an_integer_kernel_that_gives_float32() =>
        Optimized(ModelQuantizer.ToInt8(ModelText.Parse(SmallModels.Pixels), "m.onnx", SmallModels.Bytes(0, 2, 4, 8)).Model).Should().Contain("com.microsoft.MatMulIntegerToFloat").And.NotContain("MatMul");

    [Theory]
    [InlineData("Relu")]
    [InlineData("Tanh")]
    [InlineData("Sigmoid")]
    [InlineData("LeakyRelu")]
    public void A_Gemm_before_an_activation_is_an_integer_kernel_although_ONNX_Runtime_could_merge_both_in_float(string activation) =>
        Optimized(Quantize(
            $"""
            graph g(x: float[N, 2]) -> y: float[N, 2]
              const w: float[2, 2] = [1, -2, 3, -4]
              const b: float[2]
              h: float[N, 2] = Gemm(x, w, b)
              y: float[N, 2] = {activation}(h)
            """)).Should().Contain("com.microsoft.QGemm").And.NotContain(["Gemm", "com.microsoft.FusedGemm"]);

    [Fact]
    public void A_matrix_product_and_an_addition_are_one_integer_kernel()
    {
        ModelProto quantized = Quantize(
            """
            graph g(x: float[N, 2]) -> y: float[N, 3]
              const w: float[2, 3]
              const b: float[3]
              h: float[N, 3] = MatMul(x, w)
              y: float[N, 3] = Add(b, h)
            """);

        ModelText.Nodes(quantized).Should().EndWith("y = Gemm(x_dequantized, w_dequantized, b_dequantized)");
        Optimized(quantized).Should().Equal("QuantizeLinear", "com.microsoft.QGemm");
    }

    [Fact]
    public void The_integer_kernels_give_what_the_nodes_say_but_for_a_rounding()
    {
        IReadOnlyList<OnnxTensor>[] batches = SmallModels.Floats(1, 2, 4, 4);
        ModelProto quantized = ModelQuantizer.ToInt8(ModelText.Parse(SmallModels.Residual), "m.onnx", batches, new() { Method = CalibrationMethod.MinMax }).Model;
        using IntermediateValues asWritten = IntermediateValues.Open(quantized, "m.onnx");
        float[] expected = MemoryMarshal.Cast<byte, float>(asWritten.Run(batches[0]).Single(value => value.Name == "logits").Data.Span).ToArray();
        File.WriteAllBytes(_folder["m.onnx"], quantized.ToByteArray());

        OnnxTensor logits = new OnnxRuntimeEvaluator().Evaluate(_folder["m.onnx"], batches)[0][0];

        MemoryMarshal.Cast<byte, float>(logits.Data.Span).ToArray().Zip(expected).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) <= 0.02 * Math.Abs(pair.Second));
    }

    private static ModelProto Quantize(string graph) => ModelQuantizer.ToInt8(ModelText.Parse(graph), "m.onnx", [[SmallModels.Tensor("x", [2, 2], 1, 2, -3, 4)]]).Model;

    // Not for this processor alone, as the highest level would.
    private string[] Optimized(ModelProto model)
    {
        using SessionOptions options = new() { OptimizedModelFilePath = _folder["optimized.onnx"], GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED };
        using InferenceSession session = new(model.ToByteArray(), options);
        return [.. OnnxFile.Load(_folder["optimized.onnx"]).Graph.Node.Select(node => node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}")];
    }
}
