using System.Text.Json;
using OnnxInit.Contracts.Runs;
using OnnxInit.Tests.Cli;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.FullSet;

/// <summary>The presets, trained for an epoch on the real CIFAR-10, made smaller and compared on its 10,000 test images.</summary>
public sealed class QuantizationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mlp")]
    [InlineData("cnn")]
    public async Task Int8_stays_within_half_a_point_in_30_percent_of_the_file_and_fp16_within_20_predictions(string preset)
    {
        string data = RealCifar10.Folder;
        string run = _folder["run"];
        (await Tool.EndAsync(Tool.Start("run", "--data", data, "--epochs", "1", "--model", preset, "--out", run))).ExitCode.Should().Be(0);

        QuantizationReport int8 = await QuantizeAsync(run, "int8");
        QuantizationReport fp16 = await QuantizeAsync(run, "fp16");

        int8.Verification!.Images.Should().Be(10_000);
        int8.Verification.Accuracy.Should().BeApproximately(int8.Verification.FloatAccuracy, 0.005);
        int8.Share.Should().BeLessThanOrEqualTo(0.30);
        fp16.Verification!.Agreements.Should().BeGreaterThanOrEqualTo(9_980);
        fp16.Share.Should().BeLessThanOrEqualTo(0.52);
    }

    private static async Task<QuantizationReport> QuantizeAsync(string run, string target)
    {
        ToolResult result = await Tool.RunAsync("quantize", run, "--to", target, "--speed-rounds", "0", "--json");

        result.ExitCode.Should().Be(0, result.Error);
        return JsonSerializer.Deserialize(result.Output, QuantizationReportJson.Default.QuantizationReport)!;
    }
}
