using OnnxInit.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// Layer-sequential unit variance: orthonormal weights, which are then divided by the standard deviation of their layer's output on a batch, one
/// layer after the other in the order of the forward pass, until every output has variance 1. Right for any activation and any topology, at the
/// price of some forward passes.
/// </summary>
/// <param name="Batch">Gives the inputs, [N, ...]; asked for once. Null only as long as the data is not known: it cannot draw then.</param>
/// <param name="Tolerance">How far from 1 the variance may be; the paper takes 0.1.</param>
/// <param name="MaxIterations">How often a layer is scaled at most. A layer that is not within the tolerance by then has its variance in the record.</param>
/// <remarks>
/// Source: Mishkin and Matas 2016 (arXiv 1511.06422). The variance is taken over all entries of the output. The layers are those that own
/// weights and take one tensor; others keep orthonormal weights. Normalisations normalise by the batch, everything else is in evaluation mode:
/// nothing is dropped out. A Sequential is walked once, layer by layer; any other module with several layers is run again for each of them.
/// The modes, the running statistics, the gradients and torch's random numbers are afterwards as they were.
/// </remarks>
public sealed record Lsuv(Func<Tensor>? Batch = null, double Tolerance = 0.02, int MaxIterations = 10) : InitializationScheme
{
    /// <summary>LSUV on a given batch.</summary>
    /// <param name="batch">The inputs, [N, ...]; they stay the caller's.</param>
    /// <param name="tolerance">How far from 1 the variance may be.</param>
    /// <param name="maxIterations">How often a layer is scaled at most.</param>
    public Lsuv(Tensor batch, double tolerance = 0.02, int maxIterations = 10)
        : this(() => batch, tolerance, maxIterations)
    {
    }

    /// <summary>The numbers, without the batch.</summary>
    public override string ToString() => $"{nameof(Lsuv)} {{ {nameof(Tolerance)} = {Tolerance}, {nameof(MaxIterations)} = {MaxIterations} }}";

    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">
    /// There is no batch, the network does not take one tensor, or the variance of a layer's output is 0 or not finite.
    /// </exception>
    protected internal override void Draw(NetworkParameters network)
    {
        if (Batch is null)
        {
            throw new InvalidInputException("LSUV looks at data, and has no batch. Give it one: new Lsuv(batch).");
        }

        if (network.Module is not nn.Module<Tensor, Tensor> module)
        {
            throw new InvalidInputException($"LSUV runs the network on a batch, and {network.Module.GetType().Name} does not take one tensor and give one.");
        }

        new Orthogonal().Draw(network);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        using ForwardState state = new(network);
        new LsuvPass(network, this).Run(module, Input(Batch(), network));
    }

    /// <summary>A copy, since a layer may work in place, with the type and on the device of the weights.</summary>
    private static Tensor Input(Tensor batch, NetworkParameters network)
    {
        Tensor copy = batch.detach().clone();
        return network.Weights.FirstOrDefault()?.Value is not Tensor weight ? copy
            : copy.is_floating_point() ? copy.to(weight.dtype, weight.device)
            : copy.to(weight.device);
    }
}
