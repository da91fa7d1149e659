namespace OnnxInit.Training.Initialization;

/// <summary>
/// What PyTorch gives a layer that nobody initialises: weights kaiming_uniform(a = sqrt 5), which is U(+-1/sqrt fan_in) and has the variance
/// 1 / (3 fan_in), and biases of the same bound. The fans are PyTorch's own: those of a transposed convolution are not exchanged.
/// </summary>
/// <remarks>Source: <c>torch.nn.Linear.reset_parameters</c>, <c>torch.nn.modules.conv._ConvNd.reset_parameters</c>.</remarks>
public sealed record PyTorchDefault : InitializationScheme
{
    /// <inheritdoc/>
    protected internal override void Draw(NetworkParameters network)
    {
        foreach (IGrouping<object, NetworkParameter> layer in network.All.GroupBy(parameter => (object)parameter.Owner, ReferenceEqualityComparer.Instance))
        {
            if (layer.FirstOrDefault(parameter => parameter.IsWeight) is not NetworkParameter first)
            {
                continue;
            }

            Uniform initializer = Uniform.Symmetric(1 / Math.Sqrt(Fans.Of(first.Shape.Sizes).In));
            foreach (NetworkParameter parameter in layer.Where(parameter => parameter.IsWeight || parameter.IsBias))
            {
                network.Draw(parameter, initializer);
            }
        }
    }
}
