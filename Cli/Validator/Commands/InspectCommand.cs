using System.CommandLine;
using OnnxInit.Cli.Data;
using OnnxInit.Cli.Terminal;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Onnx;
using OnnxInit.Contracts.Runs;
using OnnxInit.Contracts.Safetensors;
using OnnxInit.Inference;

namespace OnnxInit.Cli.Commands;

/// <summary><c>onnxinit inspect</c>.</summary>
internal static class InspectCommand
{
    public static Command Create(string program)
    {
        Argument<string> target = new("target") { Description = $"A run's folder, a .safetensors file, an .onnx file, a data set, or a preset ({string.Join(", ", ModelPresets.Names)}).", HelpName = "TARGET" };
        Command command = Verb.Create(
            "inspect", "Show what is in a run, a checkpoint, an ONNX file, a data set or a preset.",
            $"{program} inspect runs/cnn/model.onnx",
            (parsed, session) =>
            {
                Inspect(parsed.GetValue(target)!, session);
                return ExitCode.Done;
            });
        command.Arguments.Add(target);
        return command;
    }

    private static void Inspect(string target, Session session)
    {
        if (ModelPresets.Create(target) is ModelSpec preset)
        {
            session.Output.WriteLine(preset.ToJson());
        }
        else if (target.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase))
        {
            using SafetensorsFile file = SafetensorsFile.Open(target);
            TensorFileSummary summary = TensorFileSummary.Of(file);
            session.Result(summary, ValidatorJson.Default.TensorFileSummary, () => InspectionTables.Show(summary, session.Console));
        }
        else if (target.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
        {
            OnnxSummary summary = OnnxSummary.Of(target, Described(target, OnnxFile.Load(target)));
            session.Result(summary, ValidatorJson.Default.OnnxSummary, () => InspectionTables.Show(summary, session.Console));
        }
        else if (File.Exists(new RunFolder(target).Manifest))
        {
            RunManifest run = new RunFolder(target).Load();
            session.Result(run, RunJson.Default.RunManifest, () => InspectionTables.Show(run, session.Console));
        }
        else if (!Path.Exists(target) && !target.StartsWith(SyntheticImages.Name, StringComparison.Ordinal) && target != Cifar10.Name)
        {
            throw new InvalidInputException($"There is nothing called '{target}'. Expected a run's folder, a .safetensors or .onnx file, a data set, or a preset ({string.Join(", ", ModelPresets.Names)}).");
        }
        else
        {
            DatasetSummary summary = DatasetSummary.Compute(DatasetSource.Open(target));
            session.Result(summary, DatasetSummaryJson.Default.DatasetSummary, () => DatasetSummaryTable.Write(session.Console, summary));
        }
    }

    // Other exporters leave out what is between the nodes; a model that ONNX Runtime cannot load is shown as it is.
    private static ModelProto Described(string path, ModelProto model)
    {
        try
        {
            return ShapeInference.IsComplete(model.Graph) ? model : ShapeInference.Complete(model, path);
        }
        catch (InvalidInputException)
        {
            return model;
        }
    }
}
