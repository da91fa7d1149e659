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
        Disagreements = [new ParityDisagreement(1, 7, 3, 7, 5e-7)],
        DatasetDigest = "d1",
        Split = "test",
        Model = "model.onnx",
        ModelDigest = "d2",
        Provider = "cpu",
        OnnxRuntimeVersion = "1.31.1",
        BatchSize = 256,
        ImagesPerSecond = 50000,
    };

    private string FilePath => Path.Combine(_folder, "parity.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_report_is_readable_JSON()
    {
        Example.Save(FilePath);

        File.ReadAllText(FilePath).ReplaceLineEndings("\n").Should().Be(
            """
            {
              "passed": true,
              "images": 2,
              "agreements": 1,
              "torchSharpAccuracy": 0.5,
              "onnxRuntimeAccuracy": 1,
              "maxAbsoluteDifference": 1E-06,
              "meanAbsoluteDifference": 1E-07,
              "percentile99AbsoluteDifference": 5E-07,
              "maxRelativeDifference": 0.001,
              "maxUlp": 12,
              "cosineSimilarity": 1,
              "signalToNoiseDecibels": 120.5,
              "nonFinite": 0,
              "tolerance": 0.0001,
              "disagreements": [
                {
                  "image": 1,
                  "label": 7,
                  "torchSharp": 3,
                  "onnxRuntime": 7,
                  "margin": 5E-07
                }
              ],
              "datasetDigest": "d1",
              "split": "test",
              "model": "model.onnx",
              "modelDigest": "d2",
              "provider": "cpu",
              "onnxRuntimeVersion": "1.31.1",
              "batchSize": 256,
              "imagesPerSecond": 50000
            }

            """.ReplaceLineEndings("\n"));
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
