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
    /// <exception cref="InvalidInputException">A hidden layer has an odd number of units, or a convolution that has to pair units has groups.</exception>
    protected internal override void Draw(NetworkParameters network)
    {
        NetworkParameter[] weights = [.. network.Weights];
        for (int i = 0; i < weights.Length; i++)
        {
            network.Draw(weights[i], new MirroredPairs(Inputs: i > 0, Outputs: i < weights.Length - 1));
        }

        foreach (NetworkParameter bias in network.Biases)
        {
            network.Draw(bias, Constant.Zeros);
        }
    }

    private sealed record MirroredPairs(bool Inputs, bool Outputs) : WeightInitializer
    {
        public override void Fill(Span<double> weights, WeightShape shape, PhiloxRandom random)
        {
            if (shape.Groups > 1 && (Inputs || Outputs))
            {
                throw new InvalidInputException(
                    $"looks-linear initialisation mirrors the first half of the channels in the second, and {shape} keeps them apart. Use one group.");
            }

            int outputs = Half(shape.Outputs, Outputs, "outputs");
            int inputs = Half(shape.Inputs, Inputs, "inputs");
            int center = shape.KernelCenter;
            weights.Clear();
            for (int group = 0; group < shape.Groups; group++)
            {
                double[] map = Orthogonal.Matrix(outputs, inputs, gain: 1, random);
                for (int row = 0; row < shape.Outputs; row++)
                {
                    for (int column = 0; column < shape.Inputs; column++)
                    {
                        double sign = row / outputs == column / inputs ? 1 : -1;
                        weights[shape.Index(group, row, column, center)] = sign * map[(row % outputs * inputs) + (column % inputs)];
                    }
                }
            }
        }

        public override string ToString() => $"LooksLinear {{ mirrored {(Inputs, Outputs) switch { (true, true) => "inputs and outputs", (true, _) => "inputs", (_, true) => "outputs", _ => "nothing" }} }}";

        private static int Half(int size, bool mirrored, string what)
        {
            if (!mirrored)
            {
                return size;
            }

            return size % 2 == 0 ? size / 2 : throw new InvalidInputException(
                $"looks-linear initialisation pairs the units of hidden layers, and there are {size} {what}. Use an even number.");
        }
    }
}
