using OnnxInit.Contracts.Runs;
using Spectre.Console;

namespace OnnxInit.Cli.Terminal;

/// <summary>Shows how well each class is known, and what it is taken for.</summary>
internal static class ClassificationTable
{
    private const int MostClasses = 12;
    private const int LongestName = 6;

    /// <summary>Prints the accuracy of every class and the confusion matrix; of many classes, those that are confused most.</summary>
    /// <param name="report">The verdict.</param>
    /// <param name="classNames">The names of the classes.</param>
    /// <param name="console">Where.</param>
    public static void Show(ParityReport report, IReadOnlyList<string> classNames, IAnsiConsole console)
    {
        ClassificationReport found = report.OnnxRuntimeClassification;
        if (classNames.Count <= MostClasses)
        {
            console.Write(Confusion(found, classNames));
            return;
        }

        Table table = new Table().Border(TableBorder.Rounded).AddColumns("true class", "accuracy", "taken most often for", "images");
        foreach (int label in Enumerable.Range(0, classNames.Count).Where(label => found.ClassAccuracy[label] is not null).OrderBy(label => found.ClassAccuracy[label]).Take(MostClasses))
        {
            int other = Enumerable.Range(0, classNames.Count).Where(column => column != label).MaxBy(column => found.Confusion[label][column]);
            table.AddRow(Markup.Escape(classNames[label]), Percent(found.ClassAccuracy[label]), Markup.Escape(classNames[other]), $"{found.Confusion[label][other]:N0}");
        }

        console.Write(table);
    }

    private static Table Confusion(ClassificationReport found, IReadOnlyList<string> classNames)
    {
        Table table = new Table().Border(TableBorder.Rounded).Title("images by true class (row) and prediction (column)").AddColumns("true class", "accuracy");
        table.Columns[1].RightAligned();
        foreach (string name in classNames)
        {
            table.AddColumn(new TableColumn(Markup.Escape(name.Length <= LongestName ? name : name[..(LongestName - 1)] + ".")).RightAligned());
        }

        for (int label = 0; label < classNames.Count; label++)
        {
            table.AddRow([Markup.Escape(classNames[label]), Percent(found.ClassAccuracy[label]), .. found.Confusion[label].Select((count, column) => column == label ? $"[bold]{count:N0}[/]" : $"{count:N0}")]);
        }

        return table;
    }

    private static string Percent(double? share) => share is double value ? $"{100 * value:F1} %" : "-";
}
