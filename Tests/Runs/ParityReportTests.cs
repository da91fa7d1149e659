using System.Text.Json;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Runs;

namespace OnnxInit.Tests.Runs;

public sealed class ParityReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onnxinit-runs-").FullName;

    private static ParityReport Example => new()
    {
        Passed = true,
        Images = 2,
        Agreements = 1,
        TorchSharpAccuracy = 0.5,
        OnnxRuntimeAccuracy = 1,
        MaxAbsoluteDifference = 1e-6,
        MeanAbsoluteDifference = 1e-7,
        Percentile99AbsoluteDifference = 5e-7,
        MaxRelativeDifference = 0.001,
        MaxUlp = 12,
        CosineSimilarity = 1,
        SignalToNoiseDecibels = 120.5,
        NonFinite = 0,
        Tolerance = 0.0001,
        Disagreements = [new ParityDisagreement(1, 1, 0, 1, 5e-7)],
        Differences = DifferenceHistogram.Of([0, 1.5e-7, 1e-6]),
        TorchSharpClassification = ClassificationReport.Of([1, 0, 1, 0], [0, 1]),
        OnnxRuntimeClassification = ClassificationReport.Of([1, 0, 0, 1], [0, 1]),
        DatasetDigest = "d1",
        Split = "test",
        Model = "model.onnx",
        ModelDigest = "d2",
        Provider = "cpu",
        OnnxRuntimeVersion = "1.31.1",
        Threads = 2,
        Optimization = "all",
        BatchSize = 256,
        BatchLatency = LatencySummary.Of([1.5, 2.5]),
        ImagesPerSecond = 50000,
    };

    private string FilePath => Path.Combine(_folder, "parity.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_report_is_readable_JSON()
    {
        Example.Save(FilePath);

        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(FilePath));
        JsonElement root = document.RootElement;
        root.EnumerateObject().Select(property => property.Name).Should().Equal(
            "passed", "images", "agreements", "torchSharpAccuracy", "onnxRuntimeAccuracy", "maxAbsoluteDifference", "meanAbsoluteDifference",
            "percentile99AbsoluteDifference", "maxRelativeDifference", "maxUlp", "cosineSimilarity", "signalToNoiseDecibels", "nonFinite", "tolerance",
            "disagreements", "differences", "torchSharpClassification", "onnxRuntimeClassification", "datasetDigest", "split", "model", "modelDigest",
            "provider", "onnxRuntimeVersion", "threads", "optimization", "batchSize", "batchLatency", "imagesPerSecond");
        root.GetProperty("maxAbsoluteDifference").GetRawText().Should().Be("1E-06");
        Compact(root.GetProperty("disagreements")).Should().Be("""[{"image":1,"label":1,"torchSharp":0,"onnxRuntime":1,"margin":5E-07}]""");
        Compact(root.GetProperty("differences")).Should().Be("""{"equal":1,"log10Lower":-7,"counts":[1,0,0,0,1]}""");
        Compact(root.GetProperty("batchLatency")).Should().Be("""{"calls":2,"p50":1.5,"p90":2.5,"p99":2.5}""");
        root.GetProperty("onnxRuntimeClassification").GetProperty("accuracy").GetDouble().Should().Be(1);
    }

    [Theory]
    [InlineData(120.5)]
    [InlineData(null)]
    public void A_report_comes_back(double? signalToNoise)
    {
        ParityReport report = Example with { SignalToNoiseDecibels = signalToNoise };

        report.Save(FilePath);

        ParityReport.Load(FilePath).Should().BeEquivalentTo(report);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"passed": true}""")]
    public void Something_else_is_no_report(string text)
    {
        File.WriteAllText(FilePath, text);

        FluentActions.Invoking(() => ParityReport.Load(FilePath)).Should().Throw<InvalidInputException>()
            .WithMessage($"'{FilePath}' is no parity report: * Run `onnxinit verify` again, or choose another file.");
    }

    private static string Compact(JsonElement element) => JsonSerializer.Serialize(element);

    [Fact]
    public void A_list_that_is_null_is_no_list()
    {
        (Example with { Disagreements = [] }).Save(FilePath);
        File.WriteAllText(FilePath, File.ReadAllText(FilePath).Replace("[]", "null", StringComparison.Ordinal));

        FluentActions.Invoking(() => ParityReport.Load(FilePath)).Should().Throw<InvalidInputException>().WithMessage("*is no parity report*");
    }

    [Fact]
    public void A_missing_report_is_named() =>
        FluentActions.Invoking(() => ParityReport.Load(FilePath)).Should().Throw<InvalidInputException>()
            .WithMessage($"Cannot read the parity report '{FilePath}': Could not find file '{FilePath}'. Run `onnxinit verify` first, or choose another file.");
}
