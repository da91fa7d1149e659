using OnnxInit.Contracts.Figures;

namespace OnnxInit.Training.Studies.Activations;

/// <summary>The figures of networks at initialisation.</summary>
internal static class InitialFigures
{
    /// <summary>Draws them.</summary>
    /// <param name="states">Every activation under the standard initialisation and under Xavier's, in this order.</param>
    /// <param name="options">The study's settings.</param>
    public static IEnumerable<Figure> Create(IReadOnlyList<InitialState> states, ActivationsStudyOptions options)
    {
        yield return new(
            "activations-by-layer",
            "Activations at initialisation",
            "Under the standard initialisation tanh and softsign shrink towards 0 from layer to layer; under Xavier's they keep their width but for what their curvature takes. The sigmoid stays around 1/2. Of ReLU only the positive half is drawn; the other half is 0.",
            [.. states.Select(state => Activations(state.Network, state.Signals))],
            Columns: 2);
        yield return new(
            "gradients-by-layer",
            "Back-propagated gradients at initialisation",
            "The gradient with respect to the pre-activations: the first hidden layers, farthest from the loss, receive least of it. Xavier brings tanh's layers nearer together, softsign's less.",
            [.. states.Select(state => new LinePanel(
                state.Network.Name,
                Axis.OfDecades("|gradient|"),
                new Axis("frequency / peak", 0, 1.05),
                [.. state.Signals.Gradients.Select((values, layer) => Histogram.Of(LayerName(layer), layer, values.Where(value => value != 0).Select(value => Math.Log10(Math.Abs(value)))))]))],
            Columns: 2);
        yield return new(
            "mean-squares-by-layer",
            "Mean squares forward and backward against theory",
            $"Median and 5-95 % band of {options.Networks} networks, dashed the mean-field theory. Forward the activations, backward the gradient with respect to the pre-activations.",
            [.. states.GroupBy(state => state.Network.Function).SelectMany(MeanSquares)],
            Columns: 2);
    }

    /// <summary>One histogram per hidden layer.</summary>
    /// <param name="network">Whose.</param>
    /// <param name="signals">What flows through it.</param>
    public static LinePanel Activations(ObservedNetwork network, LayerSignals signals) => new(
        network.Name,
        new Axis("activation", network.Function.Lowest, network.Function.Highest),
        new Axis("frequency / peak", 0, 1.05),
        [.. signals.Activations.Select((values, layer) => Histogram.Of(LayerName(layer), layer, Shown(network, values).Select(value => (double)value)))]);

    /// <summary>What a hidden layer is called in legends.</summary>
    /// <param name="layer">From 0.</param>
    public static string LayerName(int layer) => $"layer {layer + 1}";

    private static IEnumerable<float> Shown(ObservedNetwork network, IEnumerable<float> values) => network.Function == ActivationFunction.Relu ? values.Where(value => value > 0) : values;

    private static IEnumerable<LinePanel> MeanSquares(IEnumerable<InitialState> states)
    {
        InitialState[] both = [.. states];
        yield return Panel("forward", "mean square of the activations", state => state.Signal, state => state.Theory.Signal);
        yield return Panel("backward", "mean square of the gradient", state => state.Gradient, state => state.Theory.Gradient);

        LinePanel Panel(string direction, string label, Func<InitialState, IReadOnlyList<Percentiles>> measured, Func<InitialState, IReadOnlyList<double>> theory) => new(
            $"{both[0].Network.Function.Name}, {direction}",
            new Axis("hidden layer"),
            Axis.OfDecades(label),
            [
                .. both.Select((state, color) => Measured(state.Network.SchemeName, color, measured(state))),
                .. both.Select((state, color) => new Series($"{state.Network.SchemeName}, theory", SeriesStyle.Theory, Layers(theory(state).Count), [.. theory(state).Select(Math.Log10)]) { Color = color }),
            ]);
    }

    private static Series Measured(string label, int color, IReadOnlyList<Percentiles> layers) =>
        new(label, SeriesStyle.Measured, Layers(layers.Count), [.. layers.Select(layer => Math.Log10(layer.Median))])
        {
            Color = color,
            Low = [.. layers.Select(layer => Math.Log10(layer.Low))],
            High = [.. layers.Select(layer => Math.Log10(layer.High))],
        };

    private static double[] Layers(int count) => [.. Enumerable.Range(1, count).Select(layer => (double)layer)];
}
