using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// The identity matrix, cut or padded with zeros to the weight's shape, one per group; a convolution has it in the middle of its kernel. A deep
/// ReLU network of square layers then passes what is positive on unchanged, forward and backward.
/// </summary>
/// <param name="Gain">The diagonal.</param>
/// <remarks>Source: Le, Jaitly, Hinton 2015 (arXiv 1504.00941), for recurrent ReLU layers.</remarks>
public sealed record Identity(double Gain = 1) : WeightInitializer
{
    /// <inheritdoc/>
    public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random)
    {
        weights.Clear();
        for (int group = 0; group < shape.Groups; group++)
        {
            for (int i = 0; i < Math.Min(shape.Outputs, shape.Inputs); i++)
            {
                weights[shape.Index(group, i, i, shape.KernelCenter)] = Gain;
            }
        }
    }
}
