using System.CommandLine;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using OnnxInit.Inference;

namespace OnnxInit.Cli.Commands;

/// <summary>How a model is compared with the reference: the options that <c>verify</c> and <c>run</c> share.</summary>
/// <param name="batchSize">What the option for the batch size is called.</param>
internal sealed class VerifyArguments(string batchSize)
{
    private readonly Option<double> _tolerance = NumberOption.Create("--tolerance", "The largest absolute difference of two logits that passes.", LogitComparison.DefaultTolerance);
    private readonly Option<int> _batchSize = new(batchSize) { Description = "Images of one call of ONNX Runtime.", DefaultValueFactory = _ => new VerifyOptions().BatchSize };

    /// <summary>The options.</summary>
    public IEnumerable<Option> Options => [_tolerance, _batchSize];

    /// <summary>Reads and checks them.</summary>
    /// <param name="parsed">The command line.</param>
    public VerifyOptions Read(ParseResult parsed)
    {
        VerifyOptions options = new() { BatchSize = parsed.GetValue(_batchSize), Tolerance = parsed.GetValue(_tolerance) };
        options.Validate();
        return options;
    }

    /// <summary>Compares a model with the reference.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="images">The images of the reference.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="session">Cancels.</param>
    public ParityReport Verify(string model, OnnxModelOptions options, ImageSet images, ReferenceLogits reference, ParseResult parsed, Session session)
    {
        using OnnxModel opened = OnnxModel.Open(model, options);
        return ParityVerifier.Verify(opened, images, reference, Read(parsed), progress: null, session.Cancellation);
    }

    /// <summary>Where the verdict on a model is kept: in a run's folder for the run's own model, else beside the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="run">The run; null where there is none.</param>
    /// <param name="provider">What distinguishes it from the verdicts of other providers; empty where there is one alone.</param>
    public static string ReportPath(string model, RunFolder? run, string provider = "") =>
        provider.Length > 0 ? Path.ChangeExtension(model, $".{provider.Replace(':', '-')}.parity.json")
        : run is not null && Path.GetFullPath(model) == run.Model ? run.Parity
        : Path.ChangeExtension(model, ".parity.json");
}
