using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies;

/// <summary>What goes into and comes out of every element-wise nonlinearity of a network, in a forward pass.</summary>
/// <param name="Layers">The input and the output of every nonlinearity, from the first hidden layer to the last.</param>
/// <param name="Output">The network's output.</param>
internal sealed record ActivationTrace(IReadOnlyList<(Tensor Input, Tensor Output)> Layers, Tensor Output)
{
    /// <summary>Runs a network layer by layer.</summary>
    /// <param name="network">A chain of layers.</param>
    /// <param name="images">Its input, [N, ...].</param>
    public static ActivationTrace Of(Sequential network, Tensor images)
    {
        List<(Tensor, Tensor)> layers = [];
        Tensor value = images;
        foreach (nn.Module<Tensor, Tensor> layer in network.children().Cast<nn.Module<Tensor, Tensor>>())
        {
            Tensor output = layer.call(value);
            if (layer is ReLU or Tanh or Sigmoid or Softsign)
            {
                layers.Add((value, output));
            }

            value = output;
        }

        return new(layers, value);
    }
}
