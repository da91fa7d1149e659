using OnnxInit.Contracts.Figures;

namespace OnnxInit.Training.Studies.Activations;

/// <summary>The figures of networks in the course of training.</summary>
internal static class CourseFigures
{
    // Losses of single batches hide the curve; this many points of a curve are means of as many batches as it takes.
    private const int LossPoints = 40;

    /// <summary>Draws them.</summary>
    /// <param name="courses">Every activation under the standard initialisation and under Xavier's, in this order.</param>
    /// <param name="options">The study's settings.</param>
    public static IEnumerable<Figure> Create(IReadOnlyList<TrainingCourse> courses, ActivationsStudyOptions options)
    {
        yield return new(
            "activations-after-training",
            "Activations after training",
            $"The same networks after {options.Steps} steps. Of ReLU only the positive part is drawn.",
            [.. courses.Select(course => InitialFigures.Activations(course.Network, course.Final))],
            Columns: 2);
        yield return new(
            "activations-in-training",
            "Spread of the activations in training",
            "Standard deviation over units and images, by hidden layer. A layer whose spread stays near 0 passes nothing on.",
            [.. courses.Select(course => Lines(course, new Axis("standard deviation", 0), layer => layer.Deviation))],
            Columns: 2);
        yield return new(
            "gradients-in-training",
            "Back-propagated gradients in training",
            "Root mean square of the gradient with respect to the pre-activations, by hidden layer. Look for what training makes of the distances that the initialisation put between the layers.",
            [.. courses.Select(course => Lines(course, Axis.OfDecades("gradient"), layer => Math.Log10(layer.Gradient)))],
            Columns: 2);
        yield return new(
            "sigmoid-saturation",
            "The last sigmoid layer saturates",
            "Mean activation by hidden layer, for the first and the last with the 5-95 % band over units and images. In figure 2 of Glorot and Bengio the last hidden layer is pushed towards 0, where its slope vanishes.",
            [.. courses.Where(course => course.Network.Function == ActivationFunction.Sigmoid).Select(Saturation)],
            Columns: 2);
        yield return new(
            "loss-by-activation",
            "Training loss",
            "Mean over successive batches. ln 10 = 2.30 is guessing among ten classes.",
            [.. courses.GroupBy(course => course.Network.Function).Select(group => new LinePanel(
                group.Key.Name, new Axis("step"), new Axis("cross-entropy"), [.. group.Select((course, color) => Loss(course, color))]))],
            Columns: 2);
    }

    private static LinePanel Lines(TrainingCourse course, Axis axis, Func<LayerStatistics, double> value) => new(
        course.Network.Name,
        new Axis("step"),
        axis,
        [.. course.Layers[0].Select((_, layer) => new Series(InitialFigures.LayerName(layer), SeriesStyle.Measured, course.Steps, [.. course.Layers.Select(observation => value(observation[layer]))]) { Color = layer })]);

    private static LinePanel Saturation(TrainingCourse course)
    {
        LinePanel lines = Lines(course, new Axis("activation", 0, 1), layer => layer.Mean);
        return lines with { Series = [.. lines.Series.Select((series, layer) => layer == 0 || layer == lines.Series.Count - 1 ? WithBand(series, layer) : series)] };

        Series WithBand(Series series, int layer) => series with
        {
            Low = [.. course.Layers.Select(observation => observation[layer].Percentiles.Low)],
            High = [.. course.Layers.Select(observation => observation[layer].Percentiles.High)],
        };
    }

    private static Series Loss(TrainingCourse course, int color)
    {
        double[][] groups = [.. course.Losses.Chunk(Math.Max(1, course.Losses.Count / LossPoints))];
        int size = groups[0].Length;
        return new(course.Network.SchemeName, SeriesStyle.Measured, [.. groups.Select((group, index) => (index * size) + (group.Length / 2.0))], [.. groups.Select(group => group.Average())]) { Color = color };
    }
}
