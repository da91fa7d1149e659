using System.CommandLine;
using OnnxInit.Cli.Terminal;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using OnnxInit.Training;

namespace OnnxInit.Cli.Commands;

/// <summary><c>onnxinit train</c>.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        TrainingArguments arguments = new();
        Command command = Verb.Create(
            "train", "Train a network, and keep what it takes to go on, to export and to verify.",
            "onnxinit train --data ~/cifar10 --model cnn --epochs 10 --out runs/cnn",
            (parsed, session) =>
            {
                (RunManifest manifest, _, _) = Train(arguments, parsed, session);
                session.Result(manifest, RunJson.Default.RunManifest, () => { });
                return ExitCode.Done;
            },
            saves: true);
        arguments.AddTo(command, resumable: true);
        return command;
    }

    /// <summary>Trains as the options say.</summary>
    public static (RunManifest Manifest, RunFolder Folder, ImageDataset Dataset) Train(TrainingArguments arguments, ParseResult parsed, Session session)
    {
        (TrainingRun run, RunFolder folder, ImageDataset dataset) = arguments.Open(parsed, session);
        using (run)
        {
            try
            {
                RunManifest manifest = new TrainingDisplay(session, run.Manifest.Configuration.Epochs).Execute(run);
                session.Say($"test accuracy {100 * manifest.TestAccuracy:F2} %, loss {manifest.TestLoss:F4}, on {manifest.Dataset.TestImages:N0} images with the weights of epoch {manifest.BestEpoch}");
                return (manifest, folder, dataset);
            }
            catch (OperationCanceledException exception)
            {
                throw new OperationCanceledException($"Interrupted; the checkpoint is saved. Go on with: onnxinit train --resume {folder.Path}", exception);
            }
        }
    }
}
