using OnnxInit.Contracts;
using OnnxInit.Contracts.Randomness;

namespace OnnxInit.Training.Initialization;

/// <summary>
/// Units in mirrored pairs, so that a plain ReLU network of any depth starts as a linear map that keeps lengths: with w orthogonal, the first
/// weight is [w; -w], the hidden ones [[w, -w], [-w, w]], the last [w, -w]; then ReLU(z) - ReLU(-z) = z undoes every ReLU exactly.
/// </summary>
/// <remarks>
/// Source: Balduzzi, Frean, Leary, Lewis, Ma, McWilliams 2017 (arXiv 1702.08591). The layers count in the order of registration, so the network
/// has to be a chain. A convolution gets w at the centre of its kernel.
/// </remarks>
public sealed record LooksLinear : InitializationScheme
{
    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">A hidden layer has an odd number of units.</exception>
    protected internal override void Draw(NetworkParameters network)
    {
        NetworkParameter[] weights = [.. network.Weights];
        for (int i = 0; i < weights.Length; i++)
        {
            network.Draw(weights[i], new MirroredPairs(weights[i].Name, Inputs: i > 0, Outputs: i < weights.Length - 1));
        }

        foreach (NetworkParameter bias in network.Biases)
        {
            network.Draw(bias, Constant.Zeros);
        }
    }

    private sealed record MirroredPairs(string Name, bool Inputs, bool Outputs) : WeightInitializer
    {
        public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random)
        {
            int outputs = Half(shape.Sizes[0], Outputs, "outputs");
            int inputs = Half(shape.Sizes[1], Inputs, "inputs");
            int kernel = (int)shape.KernelSize;
            double[] map = Orthogonal.Matrix(outputs, inputs, gain: 1, random);
            int center = Center(shape);
            weights.Clear();
            for (int row = 0; row < shape.Sizes[0]; row++)
            {
                for (int column = 0; column < shape.Sizes[1]; column++)
                {
                    double sign = row / outputs == column / inputs ? 1 : -1;
                    weights[(((row * (int)shape.Sizes[1]) + column) * kernel) + center] = sign * map[(row % outputs * inputs) + (column % inputs)];
                }
            }
        }

        public override string ToString() => $"LooksLinear {{ mirrored {(Inputs, Outputs) switch { (true, true) => "inputs and outputs", (true, _) => "inputs", (_, true) => "outputs", _ => "nothing" }} }}";

        private int Half(long size, bool mirrored, string what)
        {
            if (!mirrored)
            {
                return (int)size;
            }

            return size % 2 == 0 ? (int)size / 2 : throw new InvalidInputException(
                $"Looks-linear initialisation pairs the units of hidden layers, and '{Name}' has {size} {what}. Use an even number.");
        }

        private static int Center(WeightShape shape)
        {
            int center = 0;
            foreach (long axis in shape.Sizes.Skip(2))
            {
                center = (center * (int)axis) + ((int)axis / 2);
            }

            return center;
        }
    }
}
