using System.Globalization;
using System.Text.RegularExpressions;
using OnnxInit.Contracts.Data;
using OnnxInit.Inference;
using OnnxInit.Tests.Cli;
using OnnxInit.Tests.Data;

namespace OnnxInit.Tests.Runtimes;

/// <summary>A trained model in both forms, pictures, and what ONNX Runtime in .NET says of them: the measure for every other runtime.</summary>
public sealed partial class SampleModels : IAsyncLifetime
{
    private const string Source = "synthetic:1000";
    private const int PictureCount = 5;

    private readonly TemporaryFolder _folder = new();
    private readonly ImageSet _test = DatasetSource.Open(Source).Test;

    /// <summary>Takes normalised values, and says in its metadata how.</summary>
    public string NormalizedByCaller => _folder["run", "model.onnx"];

    /// <summary>Takes pixels.</summary>
    public string NormalizedByModel => _folder["pixels.onnx"];

    /// <summary>PNG files of the model's size.</summary>
    public IReadOnlyList<string> Pictures { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        ToolResult run = await Tool.RunAsync("run", "--data", Source, "--epochs", "3", "--lr", "1e-2", "--model", "cnn", "--out", _folder["run"]);
        run.ExitCode.Should().Be(0, run.Error);
        ToolResult export = await Tool.RunAsync("export", _folder["run"], "--embed-normalization", "--output", NormalizedByModel);
        export.ExitCode.Should().Be(0, export.Error);
        Pictures = [.. Enumerable.Range(0, PictureCount).Select(index => PngFile.Write(_folder[$"{index}.png"], _test.Image(index)))];
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Fails unless a program has printed, for every picture, the class and the probability that ONNX Runtime gives in .NET.</summary>
    /// <param name="output">Lines <c>PICTURE: CLASS PERCENT %</c>.</param>
    public void AssertAnswers(string output)
    {
        using OnnxModel model = OnnxModel.Open(NormalizedByCaller);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().HaveCount(PictureCount, output);
        for (int i = 0; i < PictureCount; i++)
        {
            float[] logits = new float[model.ClassCount];
            model.Run(_test.Image(i).ToArray(), logits);
            double probability = 1 / logits.Sum(logit => Math.Exp(logit - logits.Max()));

            Match answer = Line().Match(lines[i]);
            answer.Groups[1].Value.Should().Be(Pictures[i]);
            answer.Groups[2].Value.Should().Be(model.ClassNames[Array.IndexOf(logits, logits.Max())]);
            double.Parse(answer.Groups[3].Value, CultureInfo.InvariantCulture).Should().BeApproximately(100 * probability, 1e-3);
        }
    }

    [GeneratedRegex(@"^(.*): (.*) (\d+\.\d{4}) %\r?$")]
    private static partial Regex Line();
}
