using OnnxInit.Contracts;
using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// Zero but for the middle of the kernel, which holds a matrix with orthonormal columns, one per group: the convolution keeps the length of
/// the signal exactly, whatever the size of the image (but for the gain). A linear layer has no kernel, and gets <see cref="Orthogonal"/>.
/// </summary>
/// <param name="Gain">The factor; sqrt 2 for ReLU.</param>
/// <remarks>Source: Xiao, Bahri, Sohl-Dickstein, Schoenholz, Pennington 2018 (arXiv 1806.05393), which trains 10,000 convolutions of tanh with it.</remarks>
public sealed record DeltaOrthogonal(double Gain = 1) : WeightInitializer
{
    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">A convolution has fewer outputs than inputs, per group: its columns cannot be orthonormal.</exception>
    public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random)
    {
        (int outputs, int inputs, int center) = (shape.Outputs, shape.Inputs, shape.KernelCenter);
        if (shape.HasKernel && outputs < inputs)
        {
            throw new InvalidInputException(
                $"delta-orthogonal needs at least as many outputs as inputs, per group, and {shape} has {outputs} outputs for {inputs} inputs. Use orthogonal for it.");
        }

        weights.Clear();
        for (int group = 0; group < shape.Groups; group++)
        {
            double[] map = Orthogonal.Matrix(outputs, inputs, Gain, random);
            for (int i = 0; i < map.Length; i++)
            {
                weights[shape.Index(group, i / inputs, i % inputs, center)] = map[i];
            }
        }
    }
}
