using System.CommandLine;
using OnnxInit.Cli.Terminal;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Runs;
using OnnxInit.Inference;
using OnnxInit.Inference.Quantization;

namespace OnnxInit.Cli.Commands;

/// <summary><c>onnxinit quantize</c>.</summary>
internal static class QuantizeCommand
{
    public static Command Create()
    {
        Argument<string> source = new("source") { Description = "A float32 model, or a run's folder (its model.onnx, and the images that it was trained on).", HelpName = "MODEL" };
        Option<string> to = new("--to") { Description = "What it becomes: fp16, or int8 (QDQ).", Required = true };
        to.AcceptOnlyFromAmong("fp16", "int8");
        Option<string?> data = new("--data") { Description = "The images: training images calibrate, test images compare (default: where the run found them).", HelpName = "SOURCE" };
        Option<string?> output = new("--output") { Description = "The smaller model's file (default: model.fp16.onnx or model.int8.onnx beside the model).", HelpName = "FILE" };
        QuantizeArguments arguments = new();
        OnnxModelArguments modelArguments = new();
        Command command = Verb.Create(
            "quantize", "Make a model smaller - float16, or 8-bit integers - and compare it with the one in float32.",
            "onnxinit quantize runs/cnn --to int8",
            (parsed, session) =>
            {
                string path = parsed.GetValue(source)!;
                string? images = parsed.GetValue(data) ?? (Directory.Exists(path) ? new RunFolder(path).Load().Dataset.Source : null); // a model alone says nothing of images
                QuantizationJob job = arguments.Job(parsed) with
                {
                    Target = Enum.Parse<QuantizationTarget>(parsed.GetValue(to)!, ignoreCase: true),
                    ModelPath = ModelFile.Of(path),
                    OutputPath = parsed.GetValue(output),
                    ModelOptions = modelArguments.Read(parsed, threads: 0) is [OnnxModelOptions only] ? only : throw new InvalidInputException("--provider names several; 'quantize' takes one."),
                    Data = images is null ? null : DatasetSource.Open(images),
                };
                QuantizationReport report = job.Run(new Saying(session), session.Cancellation);
                session.Result(report, QuantizationReportJson.Default.QuantizationReport, () => QuantizationTables.Show(report, session.Console));
                return ExitCode.Done;
            },
            saves: true);
        command.Arguments.Add(source);
        foreach (Option option in (Option[])[to, data, output, .. arguments.Options, .. modelArguments.Options])
        {
            command.Options.Add(option);
        }

        return command;
    }

    private sealed class Saying(Session session) : IProgress<string>
    {
        public void Report(string value) => session.Say(value);
    }
}
