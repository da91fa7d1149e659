using System.CommandLine;
using OnnxInit.Cli.Figures;
using OnnxInit.Cli.Terminal;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Figures;
using OnnxInit.Contracts.Files;
using OnnxInit.Inference;
using OnnxInit.Inference.Benchmarking;

namespace OnnxInit.Cli.Commands;

/// <summary><c>bench</c>.</summary>
internal static class BenchCommand
{
    public static Command Create(string program)
    {
        Argument<string[]> models = new("models") { Description = "Models, or runs' folders.", HelpName = "MODEL", Arity = ArgumentArity.OneOrMore };
        Option<int[]?> batchSizes = ListOption.OfNumbers<int>("--batch-sizes", "Images of one call (default: 1,8,64,256, or what the model fixes).");
        Option<int[]?> threads = ListOption.OfNumbers<int>("--threads", "Threads inside one operator; 0: one per physical core (default: 1, and one per core).");
        Option<double> seconds = NumberOption.Create("--seconds", "Seconds of timed calls for each combination.", new BenchmarkOptions().Seconds);
        Option<double> warmUp = NumberOption.Create("--warm-up", "Seconds of calls before, which are not timed.", new BenchmarkOptions().WarmUpSeconds);
        Option<string?> figure = new("--figure") { Description = "Also draw the results: a .svg, .png or .csv file.", HelpName = "FILE" };
        OnnxModelArguments arguments = new();
        Command command = Verb.Create(
            "bench", "Time models over batch sizes, threads and providers: latency, and images per second with a confidence interval.",
            $"{program} bench runs/cnn --batch-sizes 1,64 --figure speed.svg",
            (parsed, session) =>
            {
                string? output = parsed.GetValue(figure);
                Action<Figure, string>? write = output is null ? null : Writer(output);
                BenchmarkOptions options = new() { Seconds = parsed.GetValue(seconds), WarmUpSeconds = parsed.GetValue(warmUp) };
                options.Validate();
                int[] threadCounts = parsed.List(threads) ?? [.. ((int[])[1, Environment.ProcessorCount]).Distinct()];
                List<BenchmarkResult> results = [];
                foreach (string path in parsed.GetValue(models)!.Select(ModelFile.Of))
                {
                    foreach (OnnxModelOptions how in threadCounts.SelectMany(count => arguments.Read(parsed, count)))
                    {
                        using OnnxModel model = Open(path, how);
                        foreach (int batchSize in parsed.List(batchSizes) ?? (model.Input.FixedBatch is int batch ? [batch] : [1, 8, 64, 256]))
                        {
                            results.Add(ModelBenchmark.Run(model, options with { BatchSize = batchSize }, session.Cancellation));
                        }
                    }
                }

                write?.Invoke(BenchmarkFigure.Of(results), output!);
                session.Result([.. results], ValidatorJson.Default.BenchmarkResultArray, () =>
                {
                    BenchmarkTable.Show(results, session.Console);
                    if (output is not null)
                    {
                        session.Say($"wrote {Path.GetFullPath(output)}");
                    }
                });
                return ExitCode.Done;
            });
        command.Arguments.Add(models);
        foreach (Option option in (Option[])[batchSizes, threads, seconds, warmUp, figure, .. arguments.Options])
        {
            command.Options.Add(option);
        }

        return command;
    }

    // How a model is normalised does not change how long it takes.
    private static OnnxModel Open(string path, OnnxModelOptions options)
    {
        OnnxModel model = OnnxModel.Open(path, options);
        if (model.Normalization is not null || model.Input.ElementType == OnnxElementType.UInt8)
        {
            return model;
        }

        double[] ones = [.. Enumerable.Repeat(1.0, model.Input.Image.Channels)];
        model.Dispose();
        return OnnxModel.Open(path, options with { Normalization = new Normalization(ones, ones) });
    }

    private static Action<Figure, string> Writer(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".SVG" => (figure, file) => AtomicFile.WriteText(file, FigureRenderer.Svg(figure)),
        ".PNG" => (figure, file) => AtomicFile.Write(file, stream => stream.Write(FigureRenderer.Png(figure))),
        ".CSV" => (figure, file) => AtomicFile.WriteText(file, FigureCsv.Of(figure)),
        _ => throw new InvalidInputException($"--figure is '{path}'; expected a file that ends in .svg, .png or .csv."),
    };
}
