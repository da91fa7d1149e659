using OnnxInit.Contracts;
using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// A convolution that passes its channels on: 1 in the middle of the kernel from the i-th input of a group to its i-th output, and 0 elsewhere.
/// Outputs beyond the inputs stay 0. A transposed convolution of stride 1 does the same.
/// </summary>
/// <remarks>Source: Zagoruyko and Komodakis 2017, "DiracNets" (arXiv 1706.00388); <c>torch.nn.init.dirac_</c>, whose groups are the layer's here.</remarks>
public sealed record Dirac : WeightInitializer
{
    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">The weight has no kernel.</exception>
    public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random)
    {
        if (!shape.HasKernel)
        {
            throw new InvalidInputException($"a Dirac is the middle of a kernel, and {shape} has none; expected [out, in / groups, kernel...]. Use identity for it.");
        }

        new Identity().Fill(weights, shape, random);
    }
}
