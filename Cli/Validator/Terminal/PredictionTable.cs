using OnnxInit.Cli.Commands;
using Spectre.Console;

namespace OnnxInit.Cli.Terminal;

/// <summary>Shows what a model sees on pictures.</summary>
internal static class PredictionTable
{
    private const int BarWidth = 20;

    /// <summary>Prints the classes of every picture.</summary>
    /// <param name="predictions">The pictures.</param>
    /// <param name="console">Where.</param>
    public static void Show(IReadOnlyList<ImagePrediction> predictions, IAnsiConsole console)
    {
        char block = console.Profile.Capabilities.Unicode ? '\u2588' : '#';
        foreach (ImagePrediction prediction in predictions)
        {
            console.WriteLine(prediction.File);
            Grid grid = new Grid().AddColumn(new GridColumn().PadLeft(2).PadRight(2)).AddColumn(new GridColumn().RightAligned()).AddColumn();
            foreach (ClassProbability candidate in prediction.Classes)
            {
                grid.AddRow(Markup.Escape(candidate.Name), $"{100 * candidate.Probability:F1} %", $"[blue]{new string(block, (int)Math.Round(BarWidth * candidate.Probability))}[/]");
            }

            console.Write(grid);
        }
    }
}
