using OnnxInit.Contracts.Figures;

namespace OnnxInit.Cli.Report.Sections;

/// <summary>How good the answers are: class by class, what is taken for what, and whether probabilities can be believed.</summary>
internal static class AccuracySection
{
    private const int MostClassesOfAMatrix = 20;

    public static Html Of(IReadOnlyList<RunEvidence> runs)
    {
        RunEvidence[] tested = [.. runs.Where(run => run.Classification is not null)];
        return Html.Of($"""
            {runs.Except(tested).Select(run => PerRun.Missing($"{run.Name}: there are no answers to the test images, reference.safetensors.", run.Command("train --resume")))}
            {(tested.Length == 0 ? Html.Empty : Tested(tested))}
            """);
    }

    private static Html Tested(RunEvidence[] runs) => Html.Of($"""
        {RunTable.Of("Accuracy", runs,
        [
            RunRow.Number("Accuracy", run => Quantity.Percent(run.Classification!.Accuracy), "images whose likeliest class is the true one"),
            RunRow.Number("Top-5 accuracy", run => Quantity.Percent(run.Classification!.Top5Accuracy), "images whose true class is among the five likeliest"),
            RunRow.Number("Expected calibration error", run => Quantity.Percent(run.Classification!.ExpectedCalibrationError), "how far the probability of an answer is, on average, from how often such answers are right"),
        ])}
        <h3>By class</h3>
        {ByClass(runs)}
        {(runs.All(run => run.ClassNames.Count > MostClassesOfAMatrix) ? Html.Empty : Html.Of($"<h3>What is taken for what</h3>\n{Figures(runs, ConfusionFigure.Of)}"))}
        <h3>Whether probabilities can be believed</h3>
        {Figures(runs, CalibrationFigure.Of)}
        """);

    /// <summary>A figure for each run; beside one another they are narrow.</summary>
    private static Html Figures(RunEvidence[] runs, Func<RunEvidence, Figure> figure) => runs.Length == 1
        ? FigureElement.Of(figure(runs[0]), titled: false)
        : Html.Of($"<div class=\"runs\">\n{runs.Select(run => FigureElement.Of(figure(run), alwaysNarrow: true))}</div>\n");

    private static Html ByClass(RunEvidence[] runs)
    {
        IEnumerable<string> names = runs.SelectMany(run => run.ClassNames).Distinct();
        return Html.Of($"""
            <div class="table" tabindex="0" role="region" aria-label="Accuracy by class"><table class="classes">
            <thead><tr><th scope="col">Class</th>{runs.Select(run => Html.Of($"<th scope=\"col\" class=\"text\">{(runs.Length == 1 ? "Accuracy" : run.Name)}</th>"))}{(runs.Length == 1 ? Html.Of($"<th scope=\"col\" class=\"text\">Most often taken for</th>") : Html.Empty)}</tr></thead>
            <tbody>
            {names.Select(name => Html.Of($"""
                <tr><th scope="row">{name}</th>{runs.Select(run => Share(run, name))}{(runs.Length == 1 ? Html.Of($"<td class=\"text\">{Mistaken(runs[0], name)}</td>") : Html.Empty)}</tr>

                """))}</tbody>
            </table></div>

            """);
    }

    private static Html Share(RunEvidence run, string name) => Index(run, name) is int label && run.Classification!.ClassAccuracy[label] is double share
        ? Html.Of($"<td class=\"text\"><span class=\"bar\" style=\"--share:{Quantity.Css(share)}\"></span>{Quantity.Percent(share, 1)}</td>")
        : Html.Of($"<td class=\"text\">{Quantity.None}</td>");

    private static string Mistaken(RunEvidence run, string name)
    {
        if (Index(run, name) is not int label)
        {
            return Quantity.None;
        }

        IReadOnlyList<int> row = run.Classification!.Confusion[label];
        int other = Enumerable.Range(0, row.Count).Where(column => column != label).DefaultIfEmpty(label).MaxBy(column => row[column]);
        int images = run.Answers!.Labels.Count(own => own == label);
        return other == label || row[other] == 0 ? Quantity.None : $"{run.ClassNames[other]}, {Quantity.Percent((double)row[other] / images, 1)}";
    }

    private static int? Index(RunEvidence run, string name)
    {
        int index = run.ClassNames.ToList().IndexOf(name);
        return index < 0 || index >= run.Classification!.ClassAccuracy.Count ? null : index;
    }
}
