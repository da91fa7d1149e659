using System.Runtime.InteropServices;
using OnnxInit.Contracts;
using OnnxInit.Contracts.Models;
using static TorchSharp.torch;

namespace OnnxInit.Training.Models;

/// <summary>Makes a TorchSharp module of a specification.</summary>
public static class ModelBuilder
{
    /// <summary>
    /// Builds the layers in order, each under its name, so that parameters are called <c>linear1.weight</c>. The weights are TorchSharp's own
    /// until <see cref="Initialization.Initializer"/> draws them.
    /// </summary>
    /// <param name="spec">The network.</param>
    /// <param name="device">Where its parameters live; null for the CPU.</param>
    /// <returns>A Sequential; [N, ...input] -> [N, ...output].</returns>
    /// <exception cref="InvalidInputException">The specification is impossible, or the network does not fit into memory.</exception>
    public static TorchSharp.Modules.Sequential Build(ModelSpec spec, Device? device = null) =>
        nn.Sequential(spec.Trace().Select(layer => (layer.Name, Allocate(layer, device))));

    private static nn.Module<Tensor, Tensor> Allocate(TracedLayer traced, Device? device)
    {
        try
        {
            return Layer(traced, device);
        }
        catch (ExternalException exception)
        {
            throw new InvalidInputException(
                $"Layer '{traced.Name}' ([{string.Join(", ", traced.Input)}] to [{string.Join(", ", traced.Output)}]) cannot be made: {exception.Message.Split('\n')[0].Trim()} Make it smaller.", exception);
        }
    }

    private static nn.Module<Tensor, Tensor> Layer(TracedLayer traced, Device? device) => traced.Layer switch
    {
        FlattenSpec => nn.Flatten(),
        LinearSpec linear => nn.Linear(traced.Input[0], linear.OutFeatures, linear.Bias, device),
        BatchNormSpec norm when traced.Input.Count == 1 => nn.BatchNorm1d(traced.Input[0], norm.Eps, norm.Momentum, device: device),
        BatchNormSpec norm => nn.BatchNorm2d(traced.Input[0], norm.Eps, norm.Momentum, device: device),
        ActivationSpec { Function: Activation.Relu } => nn.ReLU(),
        ActivationSpec { Function: Activation.Tanh } => nn.Tanh(),
        ActivationSpec { Function: Activation.Sigmoid } => nn.Sigmoid(),
        Conv2dSpec conv => nn.Conv2d(traced.Input[0], conv.OutChannels, conv.KernelSize, conv.Stride, conv.Padding, bias: conv.Bias, device: device),
        MaxPool2dSpec pool => nn.MaxPool2d(pool.KernelSize, pool.EffectiveStride),
        _ => throw new NotSupportedException($"Layer '{traced.Name}' ({traced.Layer.GetType().Name}) has no TorchSharp module."),
    };
}
