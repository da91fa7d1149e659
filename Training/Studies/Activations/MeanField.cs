using OnnxInit.Training.Initialization;

namespace OnnxInit.Training.Studies.Activations;

/// <summary>
/// Signal and gradient of a wide network at initialisation. A pre-activation is a sum over many independent weights, so normal with mean 0 and,
/// for one image, variance q_l: q_1 = n_0 Var(w_1) mean(x^2), q_{l+1} = n_l Var(w_{l+1}) E[phi(sqrt(q_l) z)^2] with z ~ N(0, 1). The mean square
/// of the gradient with respect to the pre-activations follows D_l = n_{l+1} Var(w_{l+1}) E[phi'(sqrt(q_l) z)^2] D_{l+1}.
/// </summary>
/// <remarks>Source: Poole et al. 2016 (arXiv 1606.05340) and Schoenholz et al. 2017 (arXiv 1611.01232).</remarks>
/// <param name="Signal">E[phi(z_l)^2], the mean square of the activations, by hidden layer from the first.</param>
/// <param name="Gradient">D_l, the mean square of the gradient with respect to the pre-activations, likewise.</param>
internal sealed record MeanField(IReadOnlyList<double> Signal, IReadOnlyList<double> Gradient)
{
    /// <summary>The prediction for one image.</summary>
    /// <param name="function">The activation of the hidden layers.</param>
    /// <param name="scheme">How the weights were drawn.</param>
    /// <param name="widths">Units of every layer: inputs, hidden layers, outputs.</param>
    /// <param name="inputSquare">The mean square of the image's inputs.</param>
    /// <param name="outputGradient">The mean square of the gradient with respect to the outputs.</param>
    public static MeanField Predict(ActivationFunction function, VarianceScaling scheme, IReadOnlyList<int> widths, double inputSquare, double outputGradient)
    {
        int hidden = widths.Count - 2;
        double[] signal = new double[hidden];
        double[] slope = new double[hidden];
        double[] gradient = new double[hidden];
        double square = inputSquare;
        for (int layer = 0; layer < hidden; layer++)
        {
            double deviation = Math.Sqrt(widths[layer] * WeightVariance(layer) * square);
            signal[layer] = square = GaussianQuadrature.Expectation(z => Squared(function.Value(deviation * z)));
            slope[layer] = GaussianQuadrature.Expectation(z => Squared(function.Slope(deviation * z)));
        }

        double above = outputGradient;
        for (int layer = hidden - 1; layer >= 0; layer--)
        {
            gradient[layer] = above = widths[layer + 2] * WeightVariance(layer + 1) * slope[layer] * above;
        }

        return new(signal, gradient);

        double WeightVariance(int weight) => scheme.Variance(new Fans(widths[weight], widths[weight + 1]));
    }

    /// <summary>The mean over images, of which each has a mean square of its own: dark and bright ones differ much.</summary>
    /// <param name="function">The activation of the hidden layers.</param>
    /// <param name="scheme">How the weights were drawn.</param>
    /// <param name="widths">Units of every layer: inputs, hidden layers, outputs.</param>
    /// <param name="inputSquares">The mean square of every image's inputs.</param>
    /// <param name="outputGradient">The mean square of the gradient with respect to the outputs, over all images.</param>
    public static MeanField Predict(ActivationFunction function, VarianceScaling scheme, IReadOnlyList<int> widths, IReadOnlyList<double> inputSquares, double outputGradient)
    {
        MeanField[] images = [.. inputSquares.Select(square => Predict(function, scheme, widths, square, outputGradient))];
        return new(
            [.. Enumerable.Range(0, widths.Count - 2).Select(layer => images.Average(image => image.Signal[layer]))],
            [.. Enumerable.Range(0, widths.Count - 2).Select(layer => images.Average(image => image.Gradient[layer]))]);
    }

    private static double Squared(double value) => value * value;
}
