using System.CommandLine;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;
using OnnxInit.Export;
using OnnxInit.Training.Checkpoints;
using TorchSharp;

namespace OnnxInit.Cli.Commands;

/// <summary>The options of an export, which <c>export</c> and <c>run</c> share.</summary>
internal sealed class ExportArguments
{
    private readonly Option<int> _opset = new("--opset") { Description = $"Operator set, {OnnxVersions.OldestOpset} to {OnnxVersions.NewestOpset}.", DefaultValueFactory = _ => OnnxVersions.DefaultOpset };
    private readonly Option<bool> _fold = new("--fold-batchnorm") { Description = "Fold every BatchNorm into the layer before it." };
    private readonly Option<bool> _embed = new("--embed-normalization") { Description = "The model takes uint8 pixels and normalises them itself." };

    /// <summary>Adds the options to a verb.</summary>
    /// <param name="command">The verb.</param>
    public void AddTo(Command command)
    {
        command.Options.Add(_opset);
        command.Options.Add(_fold);
        command.Options.Add(_embed);
    }

    /// <summary>Checks what can be checked before a long training.</summary>
    /// <param name="parsed">The command line.</param>
    public void Check(ParseResult parsed) => OnnxVersions.IrVersion(parsed.GetValue(_opset));

    /// <summary>Exports a checkpoint.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="output">The model file.</param>
    public ExportSummary Export(ParseResult parsed, string checkpoint, string output)
    {
        bool embed = parsed.GetValue(_embed);
        (torch.nn.Module<torch.Tensor, torch.Tensor> model, RunManifest run, TrainingState state) = Checkpoint.LoadModel(checkpoint);
        RunFolder folder = new(Path.GetDirectoryName(Path.GetFullPath(checkpoint))!);
        run = File.Exists(folder.Manifest) ? folder.Load() : run;
        using (model)
        {
            using torch.Tensor example = torch.zeros([1, .. run.Model.Input.Select(axis => (long)axis)]);
            ExportedModel exported = OnnxExporter.Export(model, example, options => options with
            {
                Opset = parsed.GetValue(_opset),
                OutputNames = ["logits"],
                FoldBatchNorm = parsed.GetValue(_fold),
                EmbedNormalization = embed ? run.Dataset.Normalization : null,
                GraphName = run.Model.Name,
                Metadata = ModelMetadata.Of(run, state.Step, state.Epochs.Count > 0 ? state.Epochs[^1] : null, embed),
            });
            exported.Save(output);
            if (Path.GetFullPath(output) == folder.Model)
            {
                File.Delete(folder.Parity); // the verdict on the model that was there
            }

            return new(Path.GetFullPath(output), new FileInfo(output).Length, (int)exported.Model.OpsetImport[0].Version, (int)exported.Model.IrVersion, exported.Graph.Nodes.Count);
        }
    }
}

/// <summary>What was exported.</summary>
/// <param name="Model">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Opset">Its operator set.</param>
/// <param name="Ir">Its format.</param>
/// <param name="Nodes">Its operations.</param>
internal sealed record ExportSummary(string Model, long Bytes, int Opset, int Ir, int Nodes)
{
    /// <inheritdoc/>
    public override string ToString() => $"exported {Model}: {Nodes} nodes, opset {Opset}, IR {Ir}, {Bytes:N0} bytes";
}
