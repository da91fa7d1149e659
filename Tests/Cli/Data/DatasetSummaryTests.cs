using System.Text.Json;
using OnnxInit.Cli.Data;
using OnnxInit.Contracts.Data;
using Spectre.Console;

namespace OnnxInit.Tests.Cli.Data;

public class DatasetSummaryTests
{
    private static readonly ImageDataset Dataset = new(
        "tiny", ["dark", "light"], new ImageSet(new ImageShape(1, 1, 1), [0, 255], [0, 1]), new ImageSet(new ImageShape(1, 1, 1), [0], [0]), new Normalization([0.5], [0.25]));

    [Fact]
    public void The_json_holds_what_was_measured()
    {
        JsonElement root = JsonSerializer.SerializeToElement(DatasetSummary.Compute(Dataset), DatasetSummaryJson.Default.DatasetSummary);

        root.GetProperty("name").GetString().Should().Be("tiny");
        root.GetProperty("digest").GetString().Should().Be(Dataset.Digest);
        root.GetProperty("trainCount").GetInt32().Should().Be(2);
        root.GetProperty("testCount").GetInt32().Should().Be(1);
        JsonElement channel = root.GetProperty("channels")[0];
        channel.GetProperty("mean").GetDouble().Should().Be(0.5);
        channel.GetProperty("std").GetDouble().Should().Be(0.5);
        channel.GetProperty("standardizedMean").GetDouble().Should().BeApproximately(0, 1e-6);
        channel.GetProperty("standardizedStd").GetDouble().Should().BeApproximately(1, 1e-6);
        channel.GetProperty("subtractedMean").GetDouble().Should().Be(0.5);
        channel.GetProperty("dividingStd").GetDouble().Should().Be(0.25);
        channel.GetProperty("normalizedMean").GetDouble().Should().BeApproximately(0, 1e-6);
        channel.GetProperty("normalizedStd").GetDouble().Should().BeApproximately(2, 1e-6);
    }

    [Fact]
    public void The_table_shows_every_channel_before_and_after()
    {
        using RecordingConsole terminal = new(width: 100, ColorSystemSupport.NoColors);

        DatasetSummaryTable.Write(terminal.Console, DatasetSummary.Compute(SyntheticImages.CreateDataset(100, 20)));

        terminal.Lines[0].Should().Be("synthetic  100 training and 20 test images of 3x32x32, 10 classes");
        terminal.Lines.Where(line => line.Contains("red", StringComparison.Ordinal)).Should().ContainSingle().Which.Should().EndWith("│ 0.0000, 1.0000 │");
        terminal.Lines.Should().Contain(line => line.Contains("green", StringComparison.Ordinal)).And.Contain(line => line.Contains("blue", StringComparison.Ordinal));
    }
}
