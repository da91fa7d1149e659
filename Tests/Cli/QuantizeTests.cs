using System.Text.Json;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;
using OnnxInit.Tests.Data;
using ModelMetadata = OnnxInit.Contracts.Onnx.ModelMetadata;

namespace OnnxInit.Tests.Cli;

/// <summary><c>onnxinit quantize</c>: from a trained run to a smaller model, and the proof that it is still right.</summary>
public sealed class QuantizeTests(TrainedRuns runs) : IClassFixture<TrainedRuns>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mlp", "minmax")]
    [InlineData("mlp", "percentile")]
    [InlineData("mlp", "entropy")]
    [InlineData("cnn", "minmax")]
    [InlineData("cnn", "percentile")]
    [InlineData("cnn", "entropy")]
    public async Task Int8_keeps_the_accuracy_in_less_than_a_third_of_the_file(string preset, string method)
    {
        QuantizationReport report = await QuantizeAsync(preset, "--to", "int8", "--method", method);

        report.Share.Should().BeLessThanOrEqualTo(0.30);
        QuantizationVerification verification = report.Verification!;
        verification.FloatAccuracy.Should().BeGreaterThan(0.3, "the network has learned something");
        verification.Accuracy.Should().BeApproximately(verification.FloatAccuracy, 0.0101, "4 of the 400 test images are a point");
        verification.Agreements.Should().BeGreaterThanOrEqualTo(388);
        verification.SignalToNoiseDecibels.Should().BeGreaterThan(25);
        verification.Layers.Should().OnlyContain(layer => layer.SignalToNoiseDecibels > 20);
        report.Calibration.Should().Be(new QuantizationCalibration(method, method == "percentile" ? 99.999 : null, method == "minmax" ? null : 2048, 512, 17));
        report.FoldedBatchNorms.Should().Be(preset == "mlp" ? 1 : 3);
        report.LayersInFloat.Should().BeEmpty();
    }

    [Theory]
    [InlineData("mlp")]
    [InlineData("cnn")]
    public async Task Fp16_keeps_the_predictions_in_half_of_the_file(string preset)
    {
        QuantizationReport report = await QuantizeAsync(preset, "--to", "fp16");

        report.Share.Should().BeLessThanOrEqualTo(0.52);
        report.Verification!.Agreements.Should().BeGreaterThanOrEqualTo(399);
        report.Verification.SignalToNoiseDecibels.Should().BeGreaterThan(55);
        report.Calibration.Should().BeNull();
        report.UnderflowingWeights.Should().Be(0);
    }

    [Fact]
    public async Task Every_layer_of_the_presets_is_an_integer_kernel()
    {
        foreach ((string preset, string[] kernels) in ((string, string[])[])[("mlp", ["QGemm", "QGemm"]), ("cnn", ["QLinearConv", "QLinearConv", "QGemm", "QGemm"])])
        {
            await QuantizeAsync(preset, "--to", "int8");
            using SessionOptions options = new() { OptimizedModelFilePath = _folder["optimized.onnx"], GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_EXTENDED };
            using InferenceSession session = new(_folder["small.onnx"], options);

            string[] operators = [.. OnnxFile.Load(_folder["optimized.onnx"]).Graph.Node.Select(node => node.OpType)];

            operators.Where(name => name.StartsWith('Q') && name != "QuantizeLinear").Should().Equal(kernels);
            operators.Should().NotContain(["DequantizeLinear", "Gemm", "Conv"]);
        }
    }

    [Fact]
    public async Task The_model_keeps_what_it_says_about_itself_and_adds_how_it_was_made_smaller()
    {
        QuantizationReport report = await QuantizeAsync("mlp", "--to", "int8", "--calibration-images", "100", "--seed", "3");

        Dictionary<string, string> before = Metadata(Path.Combine(runs["mlp"], "model.onnx"));
        Dictionary<string, string> after = Metadata(_folder["small.onnx"]);
        after.Remove(ModelMetadata.Quantization, out string? quantization).Should().BeTrue();
        after.Should().Equal(before);
        quantization.Should().Be("""{"target":"int8","calibration":{"method":"percentile","percentile":99.999,"bins":2048,"images":100,"seed":3}}""");
        report.ModelDigest.Should().HaveLength(64);
        using JsonDocument beside = JsonDocument.Parse(File.ReadAllText(_folder["small.quantization.json"]));
        beside.RootElement.GetProperty("modelDigest").GetString().Should().Be(report.ModelDigest);
    }

    [Fact]
    public async Task The_same_command_gives_the_same_bytes_and_another_seed_others()
    {
        string first = (await QuantizeAsync("cnn", "--to", "int8", "--calibration-images", "64")).ModelDigest;
        string again = (await QuantizeAsync("cnn", "--to", "int8", "--calibration-images", "64")).ModelDigest;
        string other = (await QuantizeAsync("cnn", "--to", "int8", "--calibration-images", "64", "--seed", "18")).ModelDigest;

        again.Should().Be(first);
        other.Should().NotBe(first);
    }

    [Fact]
    public async Task A_model_that_takes_pixels_still_does()
    {
        (await Tool.RunAsync("export", runs["cnn"], "--embed-normalization", "--output", _folder["pixels.onnx"])).ExitCode.Should().Be(0);
        foreach (string target in (string[])["int8", "fp16"])
        {
            ToolResult result = await Tool.RunAsync("quantize", _folder["pixels.onnx"], "--to", target, "--data", TrainedRuns.Data, "--speed-rounds", "0", "--json");

            result.ExitCode.Should().Be(0, result.Error);
            QuantizationReport report = JsonSerializer.Deserialize(result.Output, QuantizationReportJson.Default.QuantizationReport)!;
            report.Model.Should().Be($"pixels.{target}.onnx", "beside the model, when nobody says where");
            report.Verification!.Agreements.Should().BeGreaterThanOrEqualTo(388);
        }
    }

    [Fact]
    public async Task A_model_that_says_nothing_of_itself_is_quantized_with_what_the_options_say()
    {
        ModelProto model = OnnxFile.Load(Path.Combine(runs["mlp"], "model.onnx"));
        string[] Numbers(string key) => ["--" + key, model.MetadataProps.Single(property => property.Key == $"normalization.{key}").Value];
        string[] normalization = [.. Numbers("mean"), .. Numbers("std")];
        model.MetadataProps.Clear();
        File.WriteAllBytes(_folder["foreign.onnx"], model.ToByteArray());
        string[] command = ["quantize", _folder["foreign.onnx"], "--to", "int8", "--data", TrainedRuns.Data, "--speed-rounds", "0", "--json"];

        ToolResult silent = await Tool.RunAsync(command);
        ToolResult told = await Tool.RunAsync([.. command, .. normalization]);

        silent.ExitCode.Should().Be(2);
        silent.Error.Should().StartWith($"error: The model '{_folder["foreign.onnx"]}' takes normalised float32 images and has no 'normalization.mean' and 'normalization.std' in its metadata");
        told.ExitCode.Should().Be(0, told.Error);
        JsonSerializer.Deserialize(told.Output, QuantizationReportJson.Default.QuantizationReport)!.Verification!.FloatAccuracy.Should().Be((await QuantizeAsync("mlp", "--to", "int8")).Verification!.FloatAccuracy);
    }

    [Fact]
    public async Task Layers_that_stay_in_float_are_named()
    {
        QuantizationReport report = await QuantizeAsync("cnn", "--to", "int8", "--keep-first-float", "--keep-last-float");

        report.LayersInFloat.Should().Equal("'conv1' (Conv of conv1 (Conv2d))", "'linear2' (Gemm of linear2 (Linear))");
    }

    [Fact]
    public async Task People_see_both_models_side_by_side_and_the_worst_layer_first()
    {
        ToolResult result = await Tool.RunAsync("quantize", runs["mlp"], "--to", "int8", "--output", _folder["small.onnx"], "--speed-rounds", "1");

        result.ExitCode.Should().Be(0, result.Error);
        result.Output.Should().Contain("accuracy on 400 test images").And.Contain("times as fast").And.Contain("signal to noise of the logits").And.Contain("relu1 (ReLU)");
    }

    private async Task<QuantizationReport> QuantizeAsync(string preset, params string[] options)
    {
        ToolResult result = await Tool.RunAsync(["quantize", runs[preset], "--output", _folder["small.onnx"], "--speed-rounds", "0", "--json", .. options]);

        result.ExitCode.Should().Be(0, result.Error);
        return JsonSerializer.Deserialize(result.Output, QuantizationReportJson.Default.QuantizationReport)!;
    }

    private static Dictionary<string, string> Metadata(string path) => OnnxFile.Load(path).MetadataProps.ToDictionary(property => property.Key, property => property.Value);
}
