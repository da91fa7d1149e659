using OnnxInit.Contracts.Data;

namespace OnnxInit.Cli.Report.Sections;

/// <summary>Test images with what the network says of them: where it is surest and right, surest and wrong, and least sure.</summary>
internal static class ExamplesSection
{
    public static Html Of(IReadOnlyList<RunEvidence> runs) => PerRun.Of(runs, (run, level) => run.Answers is null
        ? PerRun.Missing($"{run.Name}: there are no answers to the test images, reference.safetensors.", run.Command("train --resume"))
        : run.Images.Set is ImageSet images
            ? Html.Of($"{Examples.Of(run.Answers).Select(group => Group(run, images, group, level))}")
            : Html.Of($"<p class=\"missing\">{run.Name}: the pictures cannot be shown. {run.Images.Reason}</p>\n"));

    private static Html Group(RunEvidence run, ImageSet images, ExampleGroup group, int level) => Html.Of($"""
        {PerRun.Heading(level, group.Name)}
        {(group.Examples.Count == 0 ? Html.Of($"<p>There are none.</p>") : Html.Of($"<ul class=\"examples\">\n{group.Examples.Select(example => Item(run, images, example))}</ul>"))}

        """);

    private static Html Item(RunEvidence run, ImageSet images, Example example)
    {
        string truth = Name(example.Label);
        string answer = Name(example.Answer);
        bool right = example.Label == example.Answer;
        string alternative = $"Test image {example.Image}, of class {truth}, taken for {answer} with {Quantity.Percent(example.Probability, 1)}";
        return Html.Of($"""
            <li><img src="{ImagePng.DataUri(images, example.Image)}" width="{images.Shape.Width}" height="{images.Shape.Height}" alt="{alternative}" /><div><span class="{(right ? "good" : "bad")}">{answer}</span> <span>{Quantity.Percent(example.Probability, 1)}</span> <span class="pale">{(right ? "right" : $"is {truth}")}</span></div></li>

            """);

        string Name(int label) => label < run.ClassNames.Count ? run.ClassNames[label] : $"class {label}";
    }
}
