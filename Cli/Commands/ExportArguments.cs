using System.CommandLine;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;
using OnnxInit.Export;
using OnnxInit.Export.Passes;
using OnnxInit.Inference;
using OnnxInit.Training.Checkpoints;
using TorchSharp;

namespace OnnxInit.Cli.Commands;

/// <summary>The options of an export, which <c>export</c> and <c>run</c> share.</summary>
internal sealed class ExportArguments
{
    private readonly Option<int> _opset = new("--opset") { Description = $"Operator set, {OnnxVersions.OldestOpset} to {OnnxVersions.NewestOpset}.", DefaultValueFactory = _ => OnnxVersions.DefaultOpset };
    private readonly Option<bool> _fold = new("--fold-batchnorm") { Description = "Fold every BatchNorm into the layer before it." };
    private readonly Option<bool> _external = new("--external-data") { Description = "Write the weights into a file beside the model, MODEL.data (default: when they are above 1.5 GB)." };
    private readonly Option<string[]?> _skipped = ListOption.OfNames("--skip-pass", $"Passes over the graph that are left out, of: {string.Join(", ", GraphPasses.All.Select(pass => pass.Name))}.");
    private readonly Option<bool> _keep = new("--keep-intermediates") { Description = "Keep TorchSharp's values inside the model on 8 test images, in MODEL.intermediates.safetensors, for 'verify --localize'." };
    private readonly Option<bool> _embed = new("--embed-normalization") { Description = "The model takes uint8 pixels and normalises them itself." };

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="command">The verb.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(_opset);
        command.Options.Add(_fold);
        command.Options.Add(_embed);
        command.Options.Add(_external);
        command.Options.Add(_skipped);
        command.Options.Add(_keep);
    }

    /// <summary>Checks what can be checked before a long training.</summary>
    /// <param name="parsed">The command line.</param>
    public void Check(ParseResult parsed)
    {
        _ = OnnxVersions.IrVersion(parsed.GetValue(_opset));
        _ = GraphPasses.Of(new ExportOptions { SkippedPasses = parsed.List(_skipped) ?? [] });
    }

    /// <summary>Exports a checkpoint, and has ONNX Runtime prove the model before it is written.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="output">The model file.</param>
    /// <param name="show">Is given the graph as text; null where nobody wants it.</param>
    /// <param name="dataset">The run's data set, where it is open already.</param>
    public ExportSummary Export(ParseResult parsed, string checkpoint, string output, Action<string>? show = null, ImageDataset? dataset = null)
    {
        bool embed = parsed.GetValue(_embed);
        (torch.nn.Module<torch.Tensor, torch.Tensor> model, RunManifest run, TrainingState state) = Checkpoint.LoadModel(checkpoint);
        RunFolder folder = new(Path.GetDirectoryName(Path.GetFullPath(checkpoint))!);
        run = File.Exists(folder.Manifest) ? folder.Load() : run;
        using (model)
        {
            using SampleBatch? sample = parsed.GetValue(_keep) ? SampleBatch.Of(run, dataset, embed) : null;
            using torch.Tensor example = torch.zeros([1, .. run.Model.Input.Select(axis => (long)axis)]);
            ExportedModel exported = OnnxExporter.Export(model, example, options => options with
            {
                Opset = parsed.GetValue(_opset),
                OutputNames = ["logits"],
                FoldBatchNorm = parsed.GetValue(_fold),
                EmbedNormalization = embed ? run.Dataset.Normalization : null,
                GraphName = run.Model.Name,
                ExternalData = parsed.GetValue(_external) ? true : null,
                SkippedPasses = parsed.List(_skipped) ?? [],
                Evaluator = new OnnxRuntimeEvaluator(),
                KeepIntermediates = sample is null ? [] : [sample.Input],
                SampleDescription = sample?.Description ?? string.Empty,
                Metadata = ModelMetadata.Of(run, state.Step, state.Epochs.Count > 0 ? state.Epochs[^1] : null, embed),
            });
            IReadOnlyList<string> files = exported.Save(output);
            if (sample is null)
            {
                File.Delete(ReferenceIntermediates.PathFor(output)); // those of the model that was there
            }

            show?.Invoke(exported.ToString());
            if (Path.GetFullPath(output) == folder.Model)
            {
                File.Delete(folder.Parity); // the verdict on the model that was there
            }

            return new(Path.GetFullPath(output), files.Sum(file => new FileInfo(file).Length), exported.Graph.Opset, OnnxVersions.IrVersion(exported.Graph.Opset), exported.Graph.Nodes.Count)
            {
                Intermediates = exported.Intermediates is { } kept ? new(Path.GetFullPath(ReferenceIntermediates.PathFor(output)), kept.Values.Count, kept.Sample) : null,
            };
        }
    }
}

/// <summary>What was exported.</summary>
/// <param name="Model">The file.</param>
/// <param name="Bytes">Its size, with the weights beside it.</param>
/// <param name="Opset">Its operator set.</param>
/// <param name="Ir">Its format.</param>
/// <param name="Nodes">Its operations.</param>
internal sealed record ExportSummary(string Model, long Bytes, int Opset, int Ir, int Nodes)
{
    /// <summary>What was kept of the values inside the model; null where nothing was.</summary>
    public IntermediatesSummary? Intermediates { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"exported {Model}: {Nodes} nodes, opset {Opset}, IR {Ir}, {Bytes:N0} bytes"
        + (Intermediates is null ? string.Empty : $"\nkept {Intermediates.File}: TorchSharp's {Intermediates.Values} values inside the model, on {Intermediates.Sample}");
}

/// <summary>The values inside a model that were kept.</summary>
/// <param name="File">The file.</param>
/// <param name="Values">How many values.</param>
/// <param name="Sample">What the model was run on.</param>
internal sealed record IntermediatesSummary(string File, int Values, string Sample);
