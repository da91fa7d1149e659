using System.CommandLine;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using OnnxInit.Inference;

namespace OnnxInit.Cli.Commands;

/// <summary>The options of a verification, which <c>verify</c> and <c>run</c> share.</summary>
internal sealed class VerifyArguments
{
    private readonly Option<string> _provider = new("--provider") { Description = "Where ONNX Runtime computes: cpu, cuda[:INDEX], directml[:INDEX] or coreml.", DefaultValueFactory = _ => "cpu" };
    private readonly Option<double> _tolerance = NumberOption.Create("--tolerance", "The largest absolute difference of two logits that passes.", LogitComparison.DefaultTolerance);
    private readonly Option<int> _batchSize = new("--verify-batch-size") { Description = "Images of one call of ONNX Runtime.", DefaultValueFactory = _ => new VerifyOptions().BatchSize };

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="command">The verb.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(_provider);
        command.Options.Add(_tolerance);
        command.Options.Add(_batchSize);
    }

    /// <summary>Checks what can be checked before a long training.</summary>
    /// <param name="parsed">The command line.</param>
    public void Check(ParseResult parsed)
    {
        _ = ExecutionProvider.Parse(parsed.GetValue(_provider)!);
        Options(parsed).Validate();
    }

    /// <summary>Compares a model with a run's reference, and keeps the verdict: in the run's folder for the run's own model, else beside the model.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="folder">The run.</param>
    /// <param name="modelPath">The model.</param>
    /// <param name="dataset">The run's images.</param>
    /// <param name="session">Cancels.</param>
    public ParityReport Verify(ParseResult parsed, RunFolder folder, string modelPath, ImageDataset dataset, Session session)
    {
        using OnnxModel model = OnnxModel.Open(modelPath, new OnnxModelOptions { Provider = ExecutionProvider.Parse(parsed.GetValue(_provider)!) });
        ParityReport report = ParityVerifier.Verify(model, dataset.Test, ReferenceLogits.Load(folder.Reference), Options(parsed), progress: null, session.Cancellation);
        report.Save(Path.GetFullPath(modelPath) == folder.Model ? folder.Parity : Path.ChangeExtension(modelPath, ".parity.json"));
        return report;
    }

    private VerifyOptions Options(ParseResult parsed) => new() { BatchSize = parsed.GetValue(_batchSize), Tolerance = parsed.GetValue(_tolerance) };
}
