using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;
using OnnxInit.Export;
using OnnxInit.Inference.Quantization;
using OnnxInit.Inference.Quantization.Verification;
using OnnxInit.Tests.Data;
using OnnxInit.Tests.Export;
using OnnxInit.Tests.Export.Lowerings;
using OnnxInit.Tests.Export.Networks;
using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Inference.Quantization;

/// <summary>Networks of the kinds that people write, made smaller: they load, and they compute the same, but for the rounding that 11 or 8 bits are.</summary>
public sealed class QuantizedNetworkTests : IDisposable
{
    private const double Fp16Decibels = 60;
    private const double Int8Decibels = 33;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Networks => [.. Made.Keys];

    private static Dictionary<string, (Func<nn.Module> Make, TestInput Input)> Made { get; } = new()
    {
        ["ResNet"] = (() => new ResNet(new()), Float(2, 3, 32, 32)),
        ["ResNet with bottlenecks"] = (() => new ResNet(new() { Bottleneck = true, Blocks = [1, 2, 1] }), Float(2, 3, 32, 32)),
        ["DenseNet"] = (() => new DenseNet(new()), Float(2, 3, 16, 16)),
        ["Inception"] = (() => new Inception(), Float(2, 3, 35, 35).Within(0, 1)),
        ["MobileNet"] = (() => new MobileNet(), Float(2, 3, 32, 32)),
        ["UNet"] = (() => new UNet(learned: true), Float(2, 3, 20, 24)),
        ["UNet with interpolation"] = (() => new UNet(learned: false), Float(2, 3, 20, 26)),
        ["Autoencoder"] = (() => new Autoencoder(), Float(2, 1, 28, 28).Within(0, 1)),
        ["MLP-Mixer"] = (() => new MlpMixer(new()), Float(2, 3, 24, 24)),
        ["vision transformer"] = (() => new VisionTransformer(16, 4, 24, 4, 2, 10), Float(2, 3, 16, 16)),
        ["GRU"] = (() => new GruForecaster(3, 10, horizon: 4), Float(2, 6, 3)),
        ["LSTM"] = (() => new LstmTextClassifier(50, 12, 10, 4), Index(50, 2, 6)),
        ["transformer"] = (() => new TransformerTagger(50, 16, 4, 2, 5, longest: 40), Index(50, 2, 6)),
        ["GPT"] = (() => new Gpt(new(50, 32, Layers: 2, Heads: 4, Width: 16)), Index(50, 2, 6)),
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Int8(string name)
    {
        (ModelProto model, IReadOnlyList<OnnxTensor>[] batches) = Export(name);

        QuantizedModel quantized = ModelQuantizer.ToInt8(model, "model.onnx", batches, new() { Method = CalibrationMethod.MinMax });

        AssertClose(model, quantized, batches, Int8Decibels);
        LayersInFloat().Should().BeEmpty("ONNX Runtime has an integer kernel for every layer that was quantized");
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Fp16(string name)
    {
        (ModelProto model, IReadOnlyList<OnnxTensor>[] batches) = Export(name);

        QuantizedModel quantized = ModelQuantizer.ToFloat16(model, "model.onnx", batches);

        AssertClose(model, quantized, batches, Fp16Decibels);
    }

    private static (ModelProto Model, IReadOnlyList<OnnxTensor>[] Batches) Export(string name)
    {
        (Func<nn.Module> make, TestInput input) = Made[name];
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        random.manual_seed(11);
        using nn.Module module = make();
        module.train();
        for (int i = 0; i < 3; i++)
        {
            _ = OrtRun.Forward(module, [input.At(new Dictionary<string, long>(), seed: 900 + i)]); // moves BatchNorm's statistics from 0 and 1
        }

        module.eval();
        ModelProto model = OnnxExporter.Export(module, [input.Example("input")]).Model;
        return (model, [.. Enumerable.Range(0, 4).Select(i => (IReadOnlyList<OnnxTensor>)[Tensor(input.At(new Dictionary<string, long> { ["N"] = 8 }, seed: 50 + i))])]);
    }

    private static OnnxTensor Tensor(Tensor value) =>
        new("input", value.dtype == ScalarType.Int64 ? TensorProto.Types.DataType.Int64 : TensorProto.Types.DataType.Float, value.shape, value.contiguous().bytes.ToArray());

    private void AssertClose(ModelProto model, QuantizedModel quantized, IReadOnlyList<OnnxTensor>[] batches, double decibels)
    {
        File.WriteAllBytes(_folder["model.onnx"], quantized.Model.ToByteArray());
        IReadOnlyList<LayerNoise> layers = LayerComparison.Compare(model, "model.onnx", quantized, _folder["model.onnx"], batches);
        HashSet<string> outputs = [.. model.Graph.Output.Select(output => output.Name)];
        layers.Where(layer => outputs.Contains(layer.Value)).Should().HaveCount(outputs.Count)
            .And.OnlyContain(layer => layer.SignalToNoiseDecibels > decibels, string.Join(", ", layers));
        using InferenceSession session = new(_folder["model.onnx"]);
        session.OutputNames.Should().Equal(model.Graph.Output.Select(output => output.Name));
    }

    // Layers that ONNX Runtime, after its rewriting, computes in float from weights that it turns back into numbers each time.
    private IEnumerable<string> LayersInFloat()
    {
        using (SessionOptions options = new() { OptimizedModelFilePath = _folder["optimized.onnx"], GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED })
        using (InferenceSession session = new(_folder["model.onnx"], options))
        {
        }

        GraphProto graph = OnnxFile.Load(_folder["optimized.onnx"]).Graph;
        HashSet<string> dequantized = [.. graph.Node.Where(node => node.OpType == "DequantizeLinear").SelectMany(node => node.Output)];
        return [.. graph.Node.Where(node => node.OpType is "Conv" or "FusedConv" or "Gemm" or "FusedGemm" or "MatMul" or "FusedMatMul" && dequantized.Contains(node.Input[1])).Select(node => $"{node.OpType} {node.Output[0]}")];
    }
}
