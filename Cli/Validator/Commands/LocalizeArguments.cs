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

    /// <summary>Compares a model's nodes, where it is wanted, and keeps what was found beside the model in <c>MODEL.localization.json</c>.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">How it was run; here it is without ONNX Runtime's optimisation, which would put other nodes in the place of the model's.</param>
    /// <param name="failed">Whether the model failed, which is a reason where its values were kept.</param>
    /// <returns>null where it is not wanted.</returns>
    /// <exception cref="InvalidInputException">It is wanted, and no values were kept; or they are of another model.</exception>
    public LocalizationReport? Localize(ParseResult parsed, string model, OnnxModelOptions options, bool failed)
    {
        string file = parsed.GetValue(_intermediates) ?? ReferenceIntermediates.PathFor(model);
        bool wanted = parsed.GetValue(_localize) || parsed.GetValue(_intermediates) is not null;
        if (!File.Exists(file))
        {
            return wanted
                ? throw new InvalidInputException($"No values inside '{model}' were kept: '{file}' does not exist. Write it with `onnxinit export RUN --keep-intermediates --output {Path.GetFileName(model)}`, or name it with --intermediates.")
                : null;
        }

        if (!wanted && !failed)
        {
            return null;
        }

        LocalizationReport report = DivergenceLocalizer.Localize(model, ReferenceIntermediates.Load(file), options with { OptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL });
        report.Save(Path.ChangeExtension(model, ".localization.json"));
        return report;
    }
}
