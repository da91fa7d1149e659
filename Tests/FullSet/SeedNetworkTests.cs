using System.Globalization;
using System.Text.Json;
using OnnxInit.Tests.Cli;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.FullSet;

/// <summary>The main job on the real CIFAR-10, as a process of its own.</summary>
public sealed class SeedNetworkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Seeds_17_18_and_19_reach_the_accuracy_of_the_lecture_and_export_to_the_same_predictions()
    {
        string data = RealCifar10.Folder;
        List<double> accuracies = [];
        foreach (int seed in (int[])[17, 18, 19])
        {
            string run = _folder[$"seed{seed}"];

            ToolResult result = await Tool.EndAsync(Tool.Start(
                "run", "--data", data, "--epochs", "5", "--seed", seed.ToString(CultureInfo.InvariantCulture), "--out", run));

            result.ExitCode.Should().Be(0, result.Error);
            using JsonDocument parity = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "parity.json")));
            parity.RootElement.GetProperty("passed").GetBoolean().Should().BeTrue();
            parity.RootElement.GetProperty("images").GetInt32().Should().Be(10_000);
            parity.RootElement.GetProperty("agreements").GetInt32().Should().Be(10_000);
            parity.RootElement.GetProperty("maxAbsoluteDifference").GetDouble().Should().BeLessThanOrEqualTo(1e-4);
            using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "run.json")));
            accuracies.Add(manifest.RootElement.GetProperty("testAccuracy").GetDouble());
        }

        accuracies.Should().OnlyContain(accuracy => accuracy >= 0.465);
        accuracies.Average().Should().BeGreaterThanOrEqualTo(0.473);
    }

    [Fact]
    public async Task The_statistics_of_the_training_set_are_those_of_cifar10_and_normalise_it()
    {
        ToolResult result = await Tool.RunAsync("data", "stats", "--data", RealCifar10.Folder, "--json");

        result.ExitCode.Should().Be(0, result.Error);
        using JsonDocument stats = JsonDocument.Parse(result.Output);
        JsonElement[] channels = [.. stats.RootElement.GetProperty("channels").EnumerateArray()];
        double[] mean = [0.4914, 0.4822, 0.4465];
        double[] std = [0.2470, 0.2435, 0.2616];
        for (int channel = 0; channel < 3; channel++)
        {
            channels[channel].GetProperty("mean").GetDouble().Should().BeApproximately(mean[channel], 0.003, "the images may have been re-encoded");
            channels[channel].GetProperty("std").GetDouble().Should().BeApproximately(std[channel], 0.003);
            channels[channel].GetProperty("standardizedMean").GetDouble().Should().BeApproximately(0, 1e-6);
            channels[channel].GetProperty("standardizedStd").GetDouble().Should().BeApproximately(1, 1e-6);
        }
    }
}
