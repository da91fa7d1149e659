using System.CommandLine;
using Microsoft.ML.OnnxRuntime;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Runs;
using OnnxInit.Inference;
using OnnxInit.Inference.Localization;

namespace OnnxInit.Cli.Commands;

/// <summary>The options with which <c>verify</c> finds the first node that departs from TorchSharp.</summary>
internal sealed class LocalizeArguments
{
    private readonly Option<bool> _localize = new("--localize") { Description = "Find the first node whose value departs from TorchSharp's (without it: where a model fails and its values were kept by 'export --keep-intermediates')." };
    private readonly Option<string?> _intermediates = new("--intermediates") { Description = "The values that were kept (default: MODEL.intermediates.safetensors).", HelpName = "FILE" };

    /// <summary>The options.</summary>
    public IEnumerable<Option> Options => [_localize, _intermediates];

    /// <summary>Checks what can be checked before a model is run on every image.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="models">The models.</param>
    /// <exception cref="InvalidInputException">It is wanted, and no values were kept.</exception>
    public void Check(ParseResult parsed, IEnumerable<string> models)
    {
        foreach (string model in models.Where(model => IsWanted(parsed) && !File.Exists(FileOf(parsed, model))))
        {
            throw new InvalidInputException($"No values inside '{model}' were kept: '{FileOf(parsed, model)}' does not exist. Write it with `onnxinit export RUN --keep-intermediates --output {Path.GetFileName(model)}`, or name it with --intermediates.");
        }
    }

    /// <summary>Compares a model's nodes, where it is wanted, and keeps what was found beside the model in <c>MODEL.localization.json</c>.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">How it was run; here it is without ONNX Runtime's optimisation, which would put other nodes in the place of the model's.</param>
    /// <param name="failed">Whether the model failed, which is a reason where its values were kept.</param>
    /// <returns>null where it is not wanted.</returns>
    /// <exception cref="InvalidInputException">The values are of another model.</exception>
    public LocalizationReport? Localize(ParseResult parsed, string model, OnnxModelOptions options, bool failed)
    {
        string file = FileOf(parsed, model);
        if (!IsWanted(parsed) && !(failed && File.Exists(file)))
        {
            return null;
        }

        LocalizationReport report = DivergenceLocalizer.Localize(model, ReferenceIntermediates.Load(file), options with { OptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL });
        report.Save(Path.ChangeExtension(model, ".localization.json"));
        return report;
    }

    private bool IsWanted(ParseResult parsed) => parsed.GetValue(_localize) || parsed.GetValue(_intermediates) is not null;

    private string FileOf(ParseResult parsed, string model) => parsed.GetValue(_intermediates) ?? ReferenceIntermediates.PathFor(model);
}
