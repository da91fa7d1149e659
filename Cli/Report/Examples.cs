using OnnxInit.Contracts.Runs;

namespace OnnxInit.Cli.Report;

/// <summary>A test image, and the answer to it.</summary>
/// <param name="Image">Its index.</param>
/// <param name="Label">Its true class.</param>
/// <param name="Answer">The likeliest class.</param>
/// <param name="Probability">Its softmax probability, 0 to 1.</param>
internal sealed record Example(int Image, int Label, int Answer, double Probability);

/// <summary>Images that illustrate one thing.</summary>
/// <param name="Name">What.</param>
/// <param name="Examples">The images, the clearest first.</param>
internal sealed record ExampleGroup(string Name, IReadOnlyList<Example> Examples);

/// <summary>Chooses images to look at.</summary>
internal static class Examples
{
    private const int PerGroup = 10;

    /// <summary>The surest right answer of each class, and the surest wrong and the least sure ones of all; of images alike the first.</summary>
    /// <param name="answers">The logits of the test images.</param>
    public static IReadOnlyList<ExampleGroup> Of(ReferenceLogits answers)
    {
        Example[] all = [.. Enumerable.Range(0, answers.Count).Select(image => Read(answers, image)).OfType<Example>()];
        IEnumerable<Example> surestFirst = all.OrderByDescending(example => example.Probability);
        return
        [
            new("Right, and surest of its class", [.. surestFirst.Where(example => example.Answer == example.Label).DistinctBy(example => example.Label).Take(PerGroup).OrderBy(example => example.Label)]),
            new("Wrong, and surest of all", [.. surestFirst.Where(example => example.Answer != example.Label).Take(PerGroup)]),
            new("Least sure", [.. all.OrderBy(example => example.Probability).Take(PerGroup)]),
        ];
    }

    private static Example? Read(ReferenceLogits answers, int image)
    {
        ReadOnlySpan<float> logits = answers.Logits.AsSpan(image * answers.ClassCount, answers.ClassCount);
        int answer = Prediction.Of(logits).Class;
        if (answer < 0)
        {
            return null; // all logits are NaN
        }

        Span<double> probabilities = new double[answers.ClassCount];
        Prediction.Softmax(logits, probabilities);
        return new(image, answers.Labels[image], answer, probabilities[answer]);
    }
}
