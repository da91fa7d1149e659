using OnnxInit.Cli.Commands;
using OnnxInit.Contracts.Models;
using OnnxInit.Contracts.Runs;
using Spectre.Console;

namespace OnnxInit.Cli.Terminal;

/// <summary>Shows what <c>inspect</c> found.</summary>
internal static class InspectionTables
{
    private const int LongestText = 100;

    public static void Show(TensorFileSummary file, IAnsiConsole console)
    {
        console.WriteLine($"{file.File}: {file.Tensors.Count} tensors, {file.Tensors.Sum(tensor => tensor.Bytes):N0} bytes");
        console.Write(Tensors("tensor", file.Tensors));
        Metadata(file.Metadata, console);
    }

    public static void Show(OnnxSummary model, IAnsiConsole console)
    {
        foreach (string line in OnnxModelListing.Lines(model))
        {
            console.WriteLine(line);
        }

        console.Write(Tensors("constant", model.Constants));
        Metadata(model.Metadata, console);
    }

    public static void Show(RunManifest run, IAnsiConsole console)
    {
        console.WriteLine($"{run.Model.Name}, {run.Parameters:N0} parameters, {run.Configuration.Initialization}, seed {run.Seed}, on {run.Device}, {run.Dataset.Name}, begun {run.Created:yyyy-MM-dd HH:mm} UTC");
        Table layers = new Table().Border(TableBorder.Rounded).AddColumns("layer", "kind", "in", "out");
        foreach (TracedLayer layer in run.Model.Trace())
        {
            layers.AddRow(Text(layer.Name), Text(layer.Layer.Kind), Text($"[{string.Join(", ", layer.Input)}]"), Text($"[{string.Join(", ", layer.Output)}]"));
        }

        console.Write(layers);
        if (run.Initialization is { } initialization)
        {
            Initialization(initialization, console);
        }

        Table epochs = new Table().Border(TableBorder.Rounded).AddColumns("epoch", "train loss", "validation loss", "accuracy", "lr", "seconds");
        foreach (EpochRecord epoch in run.Epochs)
        {
            epochs.AddRow(
                $"{epoch.Epoch}{(epoch.Epoch == run.BestEpoch ? " best" : string.Empty)}", $"{epoch.TrainLoss:F4}", $"{epoch.ValidationLoss:F4}",
                $"{100 * epoch.ValidationAccuracy:F2} %", $"{epoch.LearningRate:G3}", $"{epoch.Seconds:F2}");
        }

        console.Write(epochs);
        console.WriteLine(run.TestAccuracy is double accuracy
            ? $"test accuracy {100 * accuracy:F2} %, loss {run.TestLoss:F4}, on {run.Dataset.TestImages:N0} images"
            : $"{run.Epochs.Count} of {run.Configuration.Epochs} epochs are done; go on with: onnxinit train --resume");
    }

    /// <summary>What the parameters were given, those alike in one row.</summary>
    /// <param name="initialization">As run.json has it.</param>
    /// <param name="console">Where to.</param>
    public static void Initialization(IReadOnlyList<InitializationSummary> initialization, IAnsiConsole console)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("initialisation", "parameters", "values", "first", "last");
        table.Columns[1].RightAligned();
        table.Columns[2].RightAligned();
        foreach (InitializationSummary alike in initialization)
        {
            table.AddRow(Text(alike.Initializer), $"{alike.Parameters:N0}", $"{alike.Values:N0}", Text(alike.First), Text(alike.Last));
        }

        console.Write(table);
    }

    private static Table Tensors(string what, IReadOnlyList<TensorSummary> tensors)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumns(what, "type", "shape", "bytes");
        table.Columns[3].RightAligned();
        foreach (TensorSummary tensor in tensors)
        {
            table.AddRow(Text(tensor.Name), Text(tensor.Type), Text($"[{string.Join(", ", tensor.Shape)}]"), $"{tensor.Bytes:N0}");
        }

        return table;
    }

    private static void Metadata(IReadOnlyDictionary<string, string> metadata, IAnsiConsole console)
    {
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            string line = $"{key} = {value}";
            console.WriteLine(line.Length <= LongestText ? line : $"{line[..(LongestText - 3)]}...");
        }
    }

    private static string Text(string text) => Markup.Escape(text);
}
